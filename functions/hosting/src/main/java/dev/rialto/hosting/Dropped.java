package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What one revision has and another lacks: functions by their addresses, and the ways to them.
final class Dropped {
    private Dropped() {}

    static List<String> between(Descriptor before, Descriptor after) {
        Set<String> dropped = ways(before);
        dropped.removeAll(ways(after));
        return new ArrayList<>(dropped);
    }

    private static Set<String> ways(Descriptor descriptor) {
        Set<String> ways = new LinkedHashSet<>();
        for (InterfaceDescriptor each : descriptor.interfaces()) {
            ways.add("function " + descriptor.address(each));
            each.bindings().forEach(binding -> ways.add(way(binding)));
        }
        return ways;
    }

    private static String way(Binding binding) {
        return switch (binding) {
            case Binding.CloudFunction(String name) -> "cloud function " + name;
            case Binding.Trigger trigger ->
                    "trigger "
                            + trigger.wire().path("moment").asString("")
                            + " of "
                            + trigger.className();
            case Binding.Job(String name) -> "job " + name;
            case Binding.Endpoint endpoint ->
                    "endpoint " + endpoint.method() + " " + endpoint.path();
            case Binding.Schedule(String cron, String zone) -> "schedule " + cron + " " + zone;
            case Binding.OnChange(String className) -> "changes of " + className;
            case Binding.OnEvent(String topic) -> "events of " + topic;
        };
    }
}
