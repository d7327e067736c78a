package dev.rialto.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The description of a capability, built in or contributed.
///
/// @param domain its domain, e.g. `data`
/// @param group a part of the domain, e.g. `storage`
/// @param name unique on the shelf, e.g. `files`; its operations' ids begin with it
/// @param version grows when what it declares changes
/// @param summary one sentence
/// @param events the names of the events it publishes
/// @param meters the names of what its calls are counted by
/// @param features what `/serverInfo` lists, as Parse's dashboard asks for it: abilities by feature
public record CapabilityDescriptor(
        String domain,
        String group,
        String name,
        String version,
        String summary,
        Set<String> events,
        Set<String> meters,
        Map<String, List<String>> features) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

    public CapabilityDescriptor {
        for (String each : List.of(domain, group, name)) {
            if (!NAME.matcher(each).matches()) {
                throw new IllegalArgumentException(
                        "\"" + each + "\" is not a valid name of a capability, group or domain");
            }
        }
        events = Set.copyOf(events);
        meters = Set.copyOf(meters);
        features = Map.copyOf(features);
    }

    /// A capability whose calls are counted as reads and writes and which publishes no events.
    public static CapabilityDescriptor of(
            String domain, String group, String name, String summary) {
        return new CapabilityDescriptor(
                domain,
                group,
                name,
                "1",
                summary,
                Set.of(),
                Set.of(name + ".reads", name + ".writes"),
                Map.of());
    }

    public CapabilityDescriptor withMeters(String... names) {
        return new CapabilityDescriptor(
                domain, group, name, version, summary, events, Set.of(names), features);
    }

    public CapabilityDescriptor withFeatures(Map<String, List<String>> abilities) {
        return new CapabilityDescriptor(
                domain, group, name, version, summary, events, meters, abilities);
    }
}
