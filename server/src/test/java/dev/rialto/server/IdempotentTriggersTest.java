package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.objects.Idempotency;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.Triggers;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes that name themselves and have triggers.
class IdempotentTriggersTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final List<Boolean> INSIDE = new CopyOnWriteArrayList<>();
    private static final ObjectsCapability OBJECTS =
            new ObjectsCapability(
                    POSTGRES.database(),
                    Clock.systemUTC(),
                    (_, name) -> name,
                    ObjectsSettings.defaults(),
                    (_, _) -> {});
    private static final TestFrontDoor DOOR = door();

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    @BeforeEach
    void forget() {
        INSIDE.clear();
    }

    private static TestFrontDoor door() {
        OBJECTS.triggers(new WritingTriggers());
        var idempotency =
                new Idempotency(POSTGRES.database(), Clock.systemUTC(), Duration.ofMinutes(5));
        return TestFrontDoor.open(OBJECTS.operations(), List.of(idempotency), POSTGRES.app());
    }

    /// Writes an object of its own before each save, and notes whether that is in a transaction.
    private static final class WritingTriggers implements Triggers {
        @Override
        public boolean has(App app, String className, Moment moment) {
            return className.equals("Watched")
                    && (moment == Moment.BEFORE_SAVE || moment == Moment.AFTER_SAVE);
        }

        @Override
        public JsonNode call(
                App app,
                Caller caller,
                Optional<Call> call,
                String className,
                Moment moment,
                ObjectNode payload) {
            INSIDE.add(POSTGRES.database().isInTransaction());
            // Two statements, so a transaction of its own.
            POSTGRES.database()
                    .inTransaction(() ->
                            OBJECTS.objects()
                                    .create(
                                            app,
                                            new Caller.Master(),
                                            Optional.empty(),
                                            "Written",
                                            Json.object()));
            return NullNode.getInstance();
        }
    }

    private static HttpResponse<String> create(String className, String body, String id) {
        return DOOR.send(
                "POST",
                "/classes/" + className,
                body,
                "X-Parse-Application-Id: test",
                "X-Parse-Request-Id: " + id);
    }

    @Test
    void holdsNoConnectionWhileATriggerRuns() {
        assertThat(create("Watched", "{}", "held").statusCode()).isEqualTo(201);
        assertThat(INSIDE).containsExactly(false, false);
    }

    @Test
    void remembersARequestOnlyWhenItsOwnWriteIsDone() {
        create("Watched", "{\"n\":1}", "first");
        assertThat(create("Watched", "{\"n\":\"x\"}", "again").statusCode()).isEqualTo(400);
        assertThat(create("Watched", "{\"n\":2}", "again").statusCode()).isEqualTo(201);
        INSIDE.clear();
        assertThat(create("Watched", "{\"n\":2}", "again").body()).contains("159");
        assertThat(INSIDE).isEmpty();
    }

    @Test
    void remembersAWriteOfOneStatement() {
        assertThat(create("Plain", "{\"n\":1}", "new class").statusCode()).isEqualTo(201);
        assertThat(create("Plain", "{\"n\":\"x\"}", "plain").statusCode()).isEqualTo(400);
        assertThat(create("Plain", "{\"n\":1}", "plain").statusCode()).isEqualTo(201);
        assertThat(create("Plain", "{\"n\":1}", "plain").body()).contains("159");
    }
}
