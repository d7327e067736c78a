package dev.rialto.live;

import dev.rialto.http.Operation;
import dev.rialto.kernel.Timing;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.Triggers;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.Invalidations;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Objects, their classes and feeds behind a front door.
final class FeedFixture implements AutoCloseable {
    private final TestDatabase postgres = TestDatabase.create();
    private final Invalidations invalidations =
            Invalidations.start(postgres.database(), postgres.settings());
    private final ChangeTail tail = ChangeTail.start(postgres.database(), invalidations);
    private final TestFrontDoor door;

    FeedFixture() {
        var objects =
                new ObjectsCapability(
                        postgres.database(),
                        InstantSource.system(),
                        (_, name) -> "http://files/" + name,
                        ObjectsSettings.defaults(),
                        (_, _) -> {});
        var subscriptions =
                new Subscriptions(
                        new ChangeLog(postgres.database()),
                        tail,
                        objects.watching(),
                        TestFrontDoor.sessions(),
                        new AccessChanges(objects.systemClasses()),
                        new LiveTriggers(Triggers.NONE));
        List<Operation> operations = new ArrayList<>(objects.operations());
        operations.addAll(objects.schema().operations());
        operations.addAll(
                new FeedRoutes(
                                subscriptions,
                                new LiveSettings(100, 100, Duration.ofMillis(200)),
                                Timing.SYSTEM)
                        .operations());
        door = TestFrontDoor.open(operations, postgres.app());
    }

    TestDatabase postgres() {
        return postgres;
    }

    TestClient client() {
        return new TestClient(door, TestFrontDoor.app("test"));
    }

    TestClient master() {
        return client().with(TestFrontDoor.MASTER);
    }

    @Override
    public void close() {
        door.close();
        tail.close();
        invalidations.close();
        postgres.close();
    }
}
