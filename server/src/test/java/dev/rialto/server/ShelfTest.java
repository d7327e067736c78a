package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Answer;
import dev.rialto.http.Operation;
import dev.rialto.kernel.Json;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.testing.TestDatabase;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ShelfTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final List<String> closed = new ArrayList<>();
    private final Shelf shelf = new Shelf(objects());

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void closesCapabilitiesInReverse() {
        shelf.add(new Named("first", List.of()));
        shelf.add(new Named("second", List.of()));
        shelf.close();
        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void rejectsASecondCapabilityOfOneName() {
        shelf.add(new Named("first", List.of()));
        assertThatThrownBy(() -> shelf.add(new Named("first", List.of())))
                .hasMessage("two capabilities are called first");
    }

    @Test
    void rejectsOperationsThatTheirCapabilityDoesNotDeclare() {
        for (var operation :
                List.of(
                        operation("other.get"),
                        operation("first.get").meter("first.bytes", 1),
                        operation("first.get").events("first.done"))) {
            var one = new Named("first", List.of(operation.handle(_ -> Answer.ok(Json.object()))));
            assertThatThrownBy(() -> new Shelf(objects()).add(one))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not declare");
        }
    }

    @Test
    void listsTheFeaturesOfAll() {
        assertThat(shelf.features()).containsKey("schemas");
    }

    private static ObjectsCapability objects() {
        return new ObjectsCapability(
                POSTGRES.database(),
                InstantSource.system(),
                (_, name) -> name,
                ObjectsSettings.defaults(),
                (_, _) -> {});
    }

    private static Operation.Builder operation(String id) {
        return Operation.get(id, "/first").summary("Gets.");
    }

    private final class Named implements Capability {
        private final String name;
        private final List<Operation> operations;

        Named(String name, List<Operation> operations) {
            this.name = name;
            this.operations = operations;
        }

        @Override
        public CapabilityDescriptor descriptor() {
            return CapabilityDescriptor.of("test", "test", name, "Is a test.");
        }

        @Override
        public List<Operation> operations() {
            return operations;
        }

        @Override
        public void close() {
            closed.add(name);
        }
    }
}
