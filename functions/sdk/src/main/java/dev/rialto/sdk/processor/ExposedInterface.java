package dev.rialto.sdk.processor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One interface that a micro app exposes, whatever its annotations were read from.
///
/// @param function the function it belongs to
/// @param name unique in the function
/// @param target class and method, e.g. `com.acme.Greeter#greet`
/// @param description the doc comment without tags; Markdown
/// @param input JSON Schema of what it takes, as maps, lists and texts
/// @param output JSON Schema of what it returns
/// @param declarations what else callers are to know
public record ExposedInterface(
        String function,
        String name,
        String target,
        String description,
        Map<String, ?> input,
        Map<String, ?> output,
        List<ExposedBinding> bindings,
        Limits limits,
        Declarations declarations) {
    public ExposedInterface {
        bindings = List.copyOf(bindings);
    }

    /// What an interface asks for in place of the usual limits; 0 for the usual.
    public record Limits(int deadlineMillis, int concurrency, int allocationMegabytes) {
        public static final Limits USUAL = new Limits(0, 0, 0);

        Map<String, Object> wire() {
            Map<String, Object> wire = new LinkedHashMap<>();
            put(wire, "deadlineMillis", deadlineMillis);
            put(wire, "concurrency", concurrency);
            put(wire, "allocationMegabytes", allocationMegabytes);
            return wire;
        }

        private static void put(Map<String, Object> wire, String name, int value) {
            if (value > 0) {
                wire.put(name, value);
            }
        }
    }

    /// The last part of its address within the micro app: `[function]-[interface]`.
    public String address() {
        return function + "-" + name;
    }

    Map<String, Object> wire() {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("function", function);
        wire.put("name", name);
        wire.put("target", target);
        wire.put("description", description);
        wire.put("input", input);
        wire.put("output", output);
        wire.put("bindings", bindings.stream().map(ExposedBinding::wire).toList());
        wire.put("limits", limits.wire());
        wire.putAll(declarations.wire());
        return wire;
    }
}
