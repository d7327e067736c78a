package dev.rialto.aggregate;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.objects.ObjectsSettings;
import dev.rialto.testing.TestDatabase;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Objects of the class `Sale` on a database of their own, and the aggregator over them.
final class Sales implements AutoCloseable {
    final TestDatabase postgres = TestDatabase.create();
    static final Caller MASTER = new Caller.Master();
    static final ObjectsSettings SETTINGS = ObjectsSettings.defaults();
    final ObjectsCapability module = objects(SETTINGS);

    Sales() {
        for (String sale :
                new String[] {
                    """
                    {"n": 1, "item": "tea", "price": 2, "quantity": 10, "tags": ["hot", "drink"],
                     "shop": {"__type": "Pointer", "className": "Shop", "objectId": "shopA"},
                     "at": {"__type": "Date", "iso": "2024-03-01T10:20:30.400Z"},
                     "place": {"__type": "GeoPoint", "latitude": 0, "longitude": 1},
                     "o": {"k": "x", "deep": {"a": 1, "b": 2}}, "paid": true,
                     "bill": {"__type": "File", "name": "bill.txt"}}\
                    """,
                    """
                    {"n": 2, "item": "tea", "price": 4, "quantity": 5, "tags": ["drink"],
                     "shop": {"__type": "Pointer", "className": "Shop", "objectId": "shopB"},
                     "at": {"__type": "Date", "iso": "2024-03-03T00:00:00.000Z"},
                     "place": {"__type": "GeoPoint", "latitude": 0, "longitude": 3},
                     "o": {"k": "y", "when": {"__type": "Date", "iso": "2023-02-01T00:00:00.000Z"}},
                     "paid": false}\
                    """,
                    """
                    {"n": 3, "item": "Bread", "price": 3, "quantity": 1, "tags": [],
                     "shop": {"__type": "Pointer", "className": "Shop", "objectId": "shopA"},
                     "at": {"__type": "Date", "iso": "2025-12-31T23:59:59.999Z"},
                     "o": {"k": "x", "list": [{"v": 1}, {"v": 2}]}}\
                    """,
                    """
                    {"n": 4, "item": "salt"}\
                    """
                }) {
            create("Sale", sale);
        }
    }

    @Override
    public void close() {
        postgres.close();
    }

    ObjectNode create(String className, String fields) {
        return module.objects()
                .create(
                        postgres.app(),
                        MASTER,
                        Optional.empty(),
                        className,
                        Json.read(fields).asObject());
    }

    Aggregator aggregator(ObjectsSettings settings) {
        return new Aggregator(postgres.database(), objects(settings).services().querying());
    }

    private ObjectsCapability objects(ObjectsSettings settings) {
        return new ObjectsCapability(
                postgres.database(),
                InstantSource.system(),
                (_, name) -> "http://files/" + name,
                settings,
                (_, _) -> {});
    }

    JsonNode ask(String className, String parameters) {
        AggregateRequest request = AggregateRequest.read(Json.read(parameters).asObject());
        return Json.read(
                        aggregator(SETTINGS)
                                .aggregate(postgres.app(), MASTER, className, request)
                                .getValue())
                .path("results");
    }

    JsonNode run(String stages) {
        ObjectNode parameters = Json.object();
        parameters.put("pipeline", "[" + stages + "]");
        return ask("Sale", Json.write(parameters));
    }
}
