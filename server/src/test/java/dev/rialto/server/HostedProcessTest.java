package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Occupancy;
import dev.rialto.functions.spi.Release;
import dev.rialto.jvmworker.JvmImage;
import dev.rialto.jvmworker.SentSettings;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Timing;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.workers.HostedRuntime;
import dev.rialto.workers.HostedSettings;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What the micro apps of an app share when they are hosted, and what they do not share with those
/// of others.
final class HostedProcessTest {
    private static final List<String> LOG = new CopyOnWriteArrayList<>();

    private static HostedRuntime runtime;
    private static Artifact code;

    @BeforeAll
    static void start() {
        JvmRuntimeContract.start();
        runtime =
                new HostedRuntime(
                        new Launcher(
                                IsolatedSettings.defaults(),
                                Launcher.Purpose.isolated(Optional.empty()),
                                Surroundings.of(System.getenv())),
                        new JvmImage(),
                        HostedSettings.defaults(),
                        SentSettings.wire(SharedSettings.defaults()),
                        (release, _, line) -> LOG.add(release + ": " + line),
                        Timing.SYSTEM);
        code =
                JvmRuntimeContract.compiled(
                        """
                        @Function public final class Contract {
                          private int calls;
                          private volatile boolean released;
                          @CloudFunction("count") public synchronized int count() { return ++calls; }
                          @CloudFunction("slow") public String slow() throws Exception {
                            for (int i = 0; i < 1_000 && !released; i++) { Thread.sleep(50); }
                            return "done";
                          }
                          @CloudFunction("release") public void release() { released = true; }
                        }
                        """);
    }

    @AfterAll
    static void stop() {
        runtime.close();
        JvmRuntimeContract.stop();
    }

    private static LoadedRevision load(String app, String name) {
        return runtime.load(new Release(new App(app, "app_" + app), name, 1, Map.of()), code);
    }

    private static String call(LoadedRevision revision, String function) {
        InterfaceDescriptor exposed =
                revision.descriptor().interfaces().stream()
                        .filter(each -> each.target().endsWith("#" + function))
                        .findFirst()
                        .orElseThrow();
        return revision.find(exposed)
                .call(
                        new Invocation(
                                Json.object(),
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                Duration.ofMinutes(1),
                                new ListeningHost()))
                .output()
                .asString("");
    }

    private static CompletableFuture<String> callSlowly(LoadedRevision revision) {
        return CompletableFuture.supplyAsync(
                () -> call(revision, "slow"), task -> Thread.ofVirtual().start(task));
    }

    private static Occupancy.Instance process(LoadedRevision revision) {
        return revision.occupancy().instances().getFirst();
    }

    @Test
    void runsAllMicroAppsOfAnAppInOneProcess() {
        try (LoadedRevision one = load("shop", "one");
                LoadedRevision two = load("shop", "two");
                LoadedRevision other = load("kiosk", "one")) {
            assertThat(call(one, "count")).isEqualTo("1");
            assertThat(call(one, "count")).isEqualTo("2");
            assertThat(call(two, "count")).as("nothing is shared").isEqualTo("1");
            assertThat(process(one).name())
                    .isEqualTo(process(two).name())
                    .isNotEqualTo(process(other).name());
        }
    }

    @Test
    void comesBackWhenItsProcessIsKilledAndNobodyElseNotices() throws Exception {
        try (LoadedRevision one = load("red", "one");
                LoadedRevision two = load("red", "two");
                LoadedRevision other = load("blue", "one")) {
            String before = process(one).name();
            var ended = callSlowly(one);
            var unharmed = callSlowly(other);
            for (int tries = 0;
                    process(one).running() == 0 || process(other).running() == 0;
                    tries++) {
                assertThat(tries).as("both calls run").isLessThan(2_000);
                Thread.sleep(10);
            }
            ProcessHandle.of(Long.parseLong(before)).orElseThrow().destroyForcibly();

            assertThatThrownBy(ended::join)
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("the worker ended");
            assertThat(call(one, "count")).as("loaded anew").isEqualTo("1");
            assertThat(call(two, "count")).isEqualTo("1");
            assertThat(process(one).name()).isNotEqualTo(before);
            call(other, "release");
            assertThat(unharmed.join()).isEqualTo("done");
            assertThat(LOG)
                    .as("both owners are told")
                    .anyMatch(each -> each.startsWith("red/one@1: the worker ended"))
                    .anyMatch(each -> each.startsWith("red/two@1: the worker ended"))
                    .noneMatch(each -> each.startsWith("blue/"));
        }
    }
}
