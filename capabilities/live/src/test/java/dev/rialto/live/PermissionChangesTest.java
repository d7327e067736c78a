package dev.rialto.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Field;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.SystemClasses;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.LogPosition;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Permissions that change around the moment at which somebody begins to follow.
final class PermissionChangesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = POSTGRES.app();
    private static final ObjectsCapability OBJECTS =
            new ObjectsCapability(
                    POSTGRES.database(),
                    InstantSource.system(),
                    (_, name) -> name,
                    ObjectsSettings.defaults(),
                    (_, _) -> {});
    private static final TestFrontDoor DOOR =
            TestFrontDoor.open(OBJECTS.schema().operations(), APP);
    private static final ChangeLog LOG = new ChangeLog(POSTGRES.database());

    private final SteppedTail tail = new SteppedTail(LOG);
    private final Subscriptions subscriptions =
            new Subscriptions(
                    LOG,
                    tail,
                    OBJECTS.watching(),
                    (_, token) -> new Caller.User("ada", token, Set.of()),
                    new AccessChanges(new SystemClasses()),
                    new LiveTriggers(Triggers.NONE));
    private final Guest ada = new Guest(APP, new Caller.Anonymous(), Optional.of("r:ada"));
    private final List<String> told = new ArrayList<>();
    private final List<LogPosition> positions = new ArrayList<>();

    @BeforeAll
    static void declareUsers() {
        OBJECTS.register(
                new ClassRules() {
                    @Override
                    public String className() {
                        return "_User";
                    }

                    @Override
                    public Map<String, Field> fields() {
                        return Map.of();
                    }
                });
    }

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    /// Notes what it is told.
    private final class Notes implements Subscription.Receiver {
        @Override
        public void started(LogPosition position) {
            positions.add(position);
        }

        @Override
        public void happened(LiveEvent event) {
            told.add(event.kind() + " " + event.object().path("objectId").asString(""));
            positions.add(event.position());
        }

        @Override
        public void ended(RialtoException why) {
            told.add("ended " + why.getMessage());
        }
    }

    private static String create(String pointer) {
        var fields = Json.object();
        fields.putObject(pointer)
                .put("__type", "Pointer")
                .put("className", "_User")
                .put("objectId", "ada");
        return OBJECTS.objects()
                .create(APP, new Caller.Master(), Optional.empty(), "Estate", fields)
                .path("objectId")
                .asString("");
    }

    private static void showBy(String pointer) {
        var reply =
                DOOR.send(
                        "PUT",
                        "/schemas/Estate",
                        "{\"classLevelPermissions\":{\"get\":{},\"find\":{},\"readUserFields\":[\""
                                + pointer
                                + "\"]}}",
                        TestFrontDoor.app("test"),
                        TestFrontDoor.MASTER);
        assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    }

    private void follow(String className) {
        subscriptions.subscribe(
                ada,
                subscriptions.caller(ada),
                Watching.all(className, Json.object()),
                new Notes(),
                Optional.empty());
    }

    @Test
    void tellsWhatAChangeHidesAlthoughAnEarlierOneIsPassedOnAfterTheStart() {
        String owned = create("owner");
        String let = create("tenant");
        showBy("tenant");
        // The tail is followed from here on, so the next change is still to be passed on.
        OBJECTS.objects()
                .create(APP, new Caller.Master(), Optional.empty(), "Other", Json.object());
        follow("Other");
        showBy("owner");
        follow("Estate");

        showBy("tenant");
        tail.settle();

        assertThat(told).containsExactly("LEAVE " + owned, "ENTER " + let);
        LogPosition start = positions.get(1);
        assertThat(positions.getLast()).isGreaterThanOrEqualTo(start);
    }
}
