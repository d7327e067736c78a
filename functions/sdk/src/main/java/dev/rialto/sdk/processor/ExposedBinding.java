package dev.rialto.sdk.processor;

import dev.rialto.sdk.Moment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A way in which an interface is reached, beside its address: what one annotation says.
public sealed interface ExposedBinding {
    /// See [dev.rialto.sdk.CloudFunction].
    record CloudFunction(String name) implements ExposedBinding {}

    /// See [dev.rialto.sdk.Trigger].
    record Trigger(Moment moment, String className) implements ExposedBinding {}

    /// See [dev.rialto.sdk.Job].
    record Job(String name) implements ExposedBinding {}

    /// See [dev.rialto.sdk.Endpoint].
    record Endpoint(String method, String path, boolean keyless, List<String> credentials)
            implements ExposedBinding {
        public Endpoint {
            credentials = List.copyOf(credentials);
        }
    }

    /// See [dev.rialto.sdk.Schedule].
    record Schedule(String cron, String zone) implements ExposedBinding {}

    /// See [dev.rialto.sdk.OnChange].
    record OnChange(String className) implements ExposedBinding {}

    /// See [dev.rialto.sdk.OnEvent].
    record OnEvent(String topic) implements ExposedBinding {}

    /// As it stands in the file: `{"kind": "trigger", "moment": "beforeSave", ...}`.
    default Map<String, Object> wire() {
        return switch (this) {
            case CloudFunction(String name) -> wire("cloudFunction", "name", name);
            case Trigger(Moment moment, String className) ->
                    wire("trigger", "moment", text(moment), "className", className);
            case Job(String name) -> wire("job", "name", name);
            case Endpoint endpoint -> endpointWire(endpoint);
            case Schedule(String cron, String zone) -> wire("schedule", "cron", cron, "zone", zone);
            case OnChange(String className) -> wire("change", "className", className);
            case OnEvent(String topic) -> wire("event", "topic", topic);
        };
    }

    private static Map<String, Object> endpointWire(Endpoint endpoint) {
        Map<String, Object> wire =
                wire("endpoint", "method", endpoint.method(), "path", endpoint.path());
        if (endpoint.keyless()) {
            wire.put("keyless", true);
        }
        if (!endpoint.credentials().isEmpty()) {
            wire.put("credentials", endpoint.credentials());
        }
        return wire;
    }

    private static Map<String, Object> wire(String kind, String... namesAndValues) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("kind", kind);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            wire.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return wire;
    }

    /// As Parse writes it: `beforeSave`.
    private static String text(Moment moment) {
        var text = new StringBuilder();
        for (String word : moment.name().split("_", -1)) {
            text.append(
                    text.isEmpty()
                            ? word.toLowerCase(Locale.ROOT)
                            : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }
}
