package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Timing;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.Objects;
import dev.rialto.testing.TestDatabase;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class JobStatesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = POSTGRES.app();

    /// That of a node which believes all others to be gone.
    private static final InstantSource AHEAD = () -> Instant.now().plus(Duration.ofMinutes(5));

    private final Objects objects = objects();

    private static Objects objects() {
        var capability =
                new ObjectsCapability(
                        POSTGRES.database(),
                        InstantSource.system(),
                        (_, file) -> file,
                        ObjectsSettings.defaults(),
                        (_, _) -> {});
        capability.register(new JobStatusRules());
        return capability.objects();
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private RunningJob begin() {
        return new JobStates(objects, InstantSource.system(), Timing.SYSTEM)
                .begin(APP, "work", Json.object());
    }

    private String status(RunningJob job) {
        return objects.get(APP, new Caller.Master(), JobStatusRules.CLASS_NAME, job.statusId())
                .orElseThrow()
                .path("status")
                .asString("");
    }

    @Test
    void givesUpAJobWhoseNodeIsGone() {
        RunningJob job = begin();
        new JobStates(objects, AHEAD, Timing.SYSTEM).tidy(APP);
        assertThat(status(job)).isEqualTo("failed");
    }

    @Test
    void leavesAJobAloneThatEndsWhileItIsLookedAt() {
        RunningJob job = begin();
        Objects slow =
                (Objects)
                        Proxy.newProxyInstance(
                                Objects.class.getClassLoader(),
                                new Class<?>[] {Objects.class},
                                (_, method, arguments) -> {
                                    Object answer = method.invoke(objects, arguments);
                                    if (method.getName().equals("findHidden")) {
                                        job.end("succeeded", Optional.of("done"));
                                    }
                                    return answer;
                                });
        new JobStates(slow, AHEAD, Timing.SYSTEM).tidy(APP);
        assertThat(status(job)).isEqualTo("succeeded");
    }
}
