package dev.rialto.runtime.spi;

import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One interface that a micro app exposes.
///
/// @param function the function it belongs to
/// @param name unique in the function
/// @param target where the code is: `com.acme.Greeter#greet` on the JVM; elsewhere the runtime's
///   own affair
/// @param description the doc comment; Markdown
/// @param input JSON Schema of what it takes
/// @param output JSON Schema of what it returns
/// @param limits what it asks for in place of the usual
public record InterfaceDescriptor(
        String function,
        String name,
        String target,
        String description,
        JsonNode input,
        JsonNode output,
        List<Binding> bindings,
        Limits limits) {
    public InterfaceDescriptor {
        bindings = List.copyOf(bindings);
    }

    /// What an interface asks for in place of the usual limits.
    ///
    /// @param allocation in bytes
    public record Limits(
            Optional<Duration> deadline, OptionalInt concurrency, OptionalLong allocation) {
        public static final Limits USUAL =
                new Limits(Optional.empty(), OptionalInt.empty(), OptionalLong.empty());

        static Limits read(JsonNode json) {
            int deadline = json.path("deadlineMillis").asInt(0);
            int concurrency = json.path("concurrency").asInt(0);
            long megabytes = json.path("allocationMegabytes").asInt(0);
            var limits =
                    new Limits(
                            deadline > 0
                                    ? Optional.of(Duration.ofMillis(deadline))
                                    : Optional.empty(),
                            concurrency > 0 ? OptionalInt.of(concurrency) : OptionalInt.empty(),
                            megabytes > 0
                                    ? OptionalLong.of(megabytes << 20)
                                    : OptionalLong.empty());
            return limits.equals(USUAL) ? USUAL : limits;
        }

        ObjectNode wire() {
            ObjectNode json = Json.object();
            deadline.ifPresent(each -> json.put("deadlineMillis", each.toMillis()));
            concurrency.ifPresent(each -> json.put("concurrency", each));
            allocation.ifPresent(each -> json.put("allocationMegabytes", each >> 20));
            return json;
        }
    }

    /// As the annotation processor writes it and servers tell it.
    public ObjectNode wire() {
        ObjectNode json =
                Json.object()
                        .put("function", function)
                        .put("name", name)
                        .put("target", target)
                        .put("description", description);
        json.set("input", input);
        json.set("output", output);
        var all = json.putArray("bindings");
        bindings.forEach(each -> all.add(each.wire()));
        json.set("limits", limits.wire());
        return json;
    }

    /// Reads what [#wire] writes.
    ///
    /// @throws IllegalArgumentException when it is none
    public static InterfaceDescriptor read(JsonNode json) {
        List<Binding> bindings = new ArrayList<>();
        json.path("bindings").forEach(each -> bindings.add(Binding.read(each)));
        return new InterfaceDescriptor(
                json.path("function").asString(""),
                json.path("name").asString(""),
                json.path("target").asString(""),
                json.path("description").asString(""),
                json.path("input"),
                json.path("output"),
                bindings,
                Limits.read(json.path("limits")));
    }
}
