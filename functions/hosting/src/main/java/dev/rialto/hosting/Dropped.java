package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one revision has and another lacks: functions by their addresses, the ways to them, and
/// what they declare that callers and subscribers may rely on. A new error, a meter, a deprecation
/// and the like take nothing away.
final class Dropped {
    private Dropped() {}

    static List<String> between(Descriptor before, Descriptor after) {
        Set<String> dropped = ways(before);
        dropped.removeAll(ways(after));
        Map<String, InterfaceDescriptor> now = new HashMap<>();
        after.interfaces().forEach(each -> now.put(after.address(each), each));
        for (InterfaceDescriptor each : before.interfaces()) {
            String address = before.address(each);
            InterfaceDescriptor next = now.get(address);
            if (next != null) {
                dropped.addAll(between(address, each, next));
            }
        }
        return new ArrayList<>(dropped);
    }

    /// What callers of an interface lose that remains.
    private static List<String> between(
            String address, InterfaceDescriptor before, InterfaceDescriptor after) {
        List<String> dropped = new ArrayList<>();
        if (after.isForMaster() && !before.isForMaster()) {
            dropped.add("calls of " + address + " without the master key");
        }
        if (after.status() != before.status()) {
            dropped.add("status " + before.status() + " of " + address);
        }
        before.contract().events().stream()
                .filter(each -> !after.contract().events().contains(each))
                .sorted()
                .forEach(each -> dropped.add("event " + each + " of " + address));
        return dropped;
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
