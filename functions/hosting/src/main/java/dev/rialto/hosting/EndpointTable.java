package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The HTTP endpoints of an app by method and path. A fixed segment wins over a parameter.
final class EndpointTable {
    /// An endpoint that was found at a path.
    ///
    /// @param parameters what the path says
    record Match(
            ServedInterface exposed, Binding.Endpoint endpoint, Map<String, String> parameters) {}

    private record Entry(
            Binding.Endpoint endpoint, List<String> segments, ServedInterface exposed) {}

    private final List<Entry> entries = new ArrayList<>();

    void add(Binding.Endpoint endpoint, ServedInterface exposed) {
        var entry = new Entry(endpoint, segments(endpoint.path()), exposed);
        int place = 0;
        while (place < entries.size() && !isBefore(entry, entries.get(place))) {
            place++;
        }
        entries.add(place, entry);
    }

    /// @param path below `/v1/web`, decoded
    Optional<Match> find(String method, String path, Predicate<ServedInterface> meant) {
        List<String> asked = segments(path);
        for (Entry each : entries) {
            if (each.endpoint().method().equals(method)
                    && matches(each.segments(), asked)
                    && meant.test(each.exposed())) {
                return Optional.of(
                        new Match(
                                each.exposed(),
                                each.endpoint(),
                                parameters(each.segments(), asked)));
            }
        }
        return Optional.empty();
    }

    private static boolean isBefore(Entry one, Entry other) {
        int shared = Math.min(one.segments().size(), other.segments().size());
        for (int i = 0; i < shared; i++) {
            boolean first = isParameter(one.segments().get(i));
            boolean second = isParameter(other.segments().get(i));
            if (first != second) {
                return second;
            }
        }
        return false;
    }

    private static boolean matches(List<String> pattern, List<String> asked) {
        if (pattern.size() != asked.size()) {
            return false;
        }
        for (int i = 0; i < pattern.size(); i++) {
            String segment = pattern.get(i);
            boolean fits =
                    isParameter(segment) ? !asked.get(i).isEmpty() : segment.equals(asked.get(i));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, String> parameters(List<String> pattern, List<String> asked) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < pattern.size(); i++) {
            String segment = pattern.get(i);
            if (isParameter(segment)) {
                parameters.put(segment.substring(1, segment.length() - 1), asked.get(i));
            }
        }
        return parameters;
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    private static List<String> segments(String path) {
        String inner = path.startsWith("/") ? path.substring(1) : path;
        return List.of(inner.split("/", -1));
    }
}
