package dev.rialto.functions.spi;

import dev.rialto.kernel.Json;
import dev.rialto.sdk.Moment;
import dev.rialto.sdk.processor.ExposedBinding;
import dev.rialto.sdk.processor.ExposureRules;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A way in which an interface is reached, beside its address.
public sealed interface Binding {
    /// By a short name, from Parse's SDKs.
    record CloudFunction(String name) implements Binding {}

    /// When something happens to the objects of a class.
    record Trigger(Moment moment, String className) implements Binding {}

    /// As a job in the background.
    record Job(String name) implements Binding {}

    /// By HTTP requests.
    ///
    /// @param path below `/v1/web`, parameters in braces
    /// @param keyless whether it is called without the app's keys, too
    /// @param credentials headers that prove who asks and are given to it
    record Endpoint(String method, String path, boolean keyless, List<String> credentials)
            implements Binding {
        public Endpoint {
            credentials = List.copyOf(credentials);
        }

        private ObjectNode wireForm() {
            ObjectNode wire = kind("endpoint").put("method", method).put("path", path);
            if (keyless) {
                wire.put("keyless", true);
            }
            if (!credentials.isEmpty()) {
                credentials.forEach(wire.putArray("credentials")::add);
            }
            return wire;
        }
    }

    /// At certain times.
    record Schedule(String cron, String zone) implements Binding {}

    /// After each change of a class's objects.
    record OnChange(String className) implements Binding {}

    /// After each event of a topic.
    record OnEvent(String topic) implements Binding {}

    /// As it stands in descriptors: `{"kind": "trigger", "moment": "beforeSave", ...}`.
    default ObjectNode wire() {
        return switch (this) {
            case CloudFunction(String name) -> kind("cloudFunction").put("name", name);
            case Trigger(Moment moment, String className) ->
                    kind("trigger").put("moment", text(moment)).put("className", className);
            case Job(String name) -> kind("job").put("name", name);
            case Endpoint endpoint -> endpoint.wireForm();
            case Schedule(String cron, String zone) ->
                    kind("schedule").put("cron", cron).put("zone", zone);
            case OnChange(String className) -> kind("change").put("className", className);
            case OnEvent(String topic) -> kind("event").put("topic", topic);
        };
    }

    /// Reads what [#wire] writes.
    ///
    /// @throws IllegalArgumentException when it is none
    static Binding read(JsonNode json) {
        return switch (text(json, "kind")) {
            case "cloudFunction" -> new CloudFunction(text(json, "name"));
            case "trigger" -> new Trigger(moment(text(json, "moment")), text(json, "className"));
            case "job" -> new Job(text(json, "name"));
            case "endpoint" ->
                    new Endpoint(
                            text(json, "method"),
                            text(json, "path"),
                            json.path("keyless").asBoolean(false),
                            json.path("credentials")
                                    .valueStream()
                                    .map(each -> each.asString(""))
                                    .toList());
            case "schedule" -> new Schedule(text(json, "cron"), text(json, "zone"));
            case "change" -> new OnChange(text(json, "className"));
            case "event" -> new OnEvent(text(json, "topic"));
            default -> throw new IllegalArgumentException("no binding: " + text(json, "kind"));
        };
    }

    /// What is wrong with its values, if something is: a jar may say anything.
    default Optional<String> problem() {
        return ExposureRules.problem(exposed());
    }

    /// As the compiler of annotations knows it.
    default ExposedBinding exposed() {
        return switch (this) {
            case CloudFunction(String name) -> new ExposedBinding.CloudFunction(name);
            case Trigger(Moment moment, String className) ->
                    new ExposedBinding.Trigger(moment, className);
            case Job(String name) -> new ExposedBinding.Job(name);
            case Endpoint(String method, String path, boolean keyless, List<String> credentials) ->
                    new ExposedBinding.Endpoint(method, path, keyless, credentials);
            case Schedule(String cron, String zone) -> new ExposedBinding.Schedule(cron, zone);
            case OnChange(String className) -> new ExposedBinding.OnChange(className);
            case OnEvent(String topic) -> new ExposedBinding.OnEvent(topic);
        };
    }

    /// As Parse writes it: `beforeSave`.
    static String text(Moment moment) {
        var text = new StringBuilder();
        for (String word : moment.name().split("_", -1)) {
            text.append(
                    text.isEmpty()
                            ? word.toLowerCase(Locale.ROOT)
                            : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }

    /// Reads what [#text(Moment)] writes.
    ///
    /// @throws IllegalArgumentException when it is none
    static Moment moment(String text) {
        for (Moment each : Moment.values()) {
            if (text(each).equals(text)) {
                return each;
            }
        }
        throw new IllegalArgumentException("not a trigger moment: " + text);
    }

    private static ObjectNode kind(String kind) {
        return Json.object().put("kind", kind);
    }

    private static String text(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isString()) {
            throw new IllegalArgumentException("a binding has no text " + key + ": " + json);
        }
        return value.stringValue();
    }
}
