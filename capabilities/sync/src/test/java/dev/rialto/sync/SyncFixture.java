package dev.rialto.sync;

import dev.rialto.http.InProcessCalls;
import dev.rialto.http.Operation;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Objects, their classes and sync behind a front door, for the apps `test` and `other`.
final class SyncFixture implements AutoCloseable {
    private final TestDatabase postgres = TestDatabase.create();
    private final TestFrontDoor door;

    SyncFixture() {
        var database = postgres.database();
        var objects =
                new ObjectsCapability(
                        database,
                        InstantSource.system(),
                        (_, name) -> "http://files/" + name,
                        ObjectsSettings.defaults(),
                        (_, _) -> {});
        var pull = new Pull(database, objects.scanning(), objects.watching());
        var push =
                new Push(
                        database,
                        objects.objects(),
                        objects.watching(),
                        SyncSettings.defaults(),
                        InstantSource.system(),
                        this::calls);
        List<Operation> operations = new ArrayList<>(objects.operations());
        operations.addAll(objects.schema().operations());
        operations.addAll(new SyncRoutes(pull, push).operations());
        door =
                TestFrontDoor.open(
                        operations, database::inTransaction, postgres.app(), postgres.app("other"));
    }

    private InProcessCalls calls() {
        return door.calls();
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

    /// Who holds the master key of the other app.
    TestClient otherMaster() {
        return new TestClient(door, TestFrontDoor.app("other"), TestFrontDoor.MASTER);
    }

    @Override
    public void close() {
        door.close();
        postgres.close();
    }
}
