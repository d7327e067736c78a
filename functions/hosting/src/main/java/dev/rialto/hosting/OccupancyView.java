package dev.rialto.hosting;

import dev.rialto.functions.spi.Occupancy;
import dev.rialto.kernel.Json;
import tools.jackson.databind.node.ObjectNode;

/// What a revision occupies, as operators see it.
final class OccupancyView {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private OccupancyView() {}

    static ObjectNode wire(Occupancy occupancy) {
        ObjectNode json =
                Json.object()
                        .put("waiting", occupancy.waiting())
                        .put("started", occupancy.started());
        var instances = json.putArray("instances");
        for (Occupancy.Instance each : occupancy.instances()) {
            instances
                    .addObject()
                    .put("name", each.name())
                    .put("since", each.since().toString())
                    .put("running", each.running())
                    .put("memoryBytes", each.memory())
                    .put("cpuMillis", each.cpuNanos() / NANOS_PER_MILLI);
        }
        return json;
    }
}
