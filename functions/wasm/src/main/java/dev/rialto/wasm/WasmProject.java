package dev.rialto.wasm;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a micro app of WebAssembly says of itself in its [Artifact#DESCRIPTOR]: like other micro
/// apps what it is, and in addition its interfaces, with the module and the export for each.
///
/// @param exports by the target of an interface
/// @param environment the names of the configuration's values that its code sees
record WasmProject(Descriptor descriptor, Map<String, Export> exports, List<String> environment) {
    private static final int MAX_INTERFACES = 1_000;

    private static final Set<String> KEYS =
            Set.of(
                    "name",
                    "domain",
                    "group",
                    "version",
                    "description",
                    "runtime",
                    "module",
                    "environment",
                    "interfaces");

    private static final Set<String> INTERFACE_KEYS = interfaceKeys();

    /// A function of a module.
    ///
    /// @param module path in the project
    record Export(String module, String name) {
        String target() {
            return module + "#" + name;
        }
    }

    private static Set<String> interfaceKeys() {
        Set<String> keys = new HashSet<>(InterfaceDescriptor.DECLARATIONS);
        keys.addAll(
                List.of(
                        "function",
                        "name",
                        "description",
                        "input",
                        "output",
                        "bindings",
                        "limits",
                        "module",
                        "export"));
        return keys;
    }

    /// What is called for an interface.
    Export export(String target) {
        Export export = exports.get(target);
        if (export == null) {
            throw new IllegalArgumentException(target + " is not of this micro app");
        }
        return export;
    }

    /// @throws RefusedException with all that is wrong with it
    static WasmProject read(Artifact artifact) {
        ObjectNode whole = object(artifact);
        List<Problem> problems = new ArrayList<>();
        requireKnown(whole, KEYS, "", problems);
        JsonNode interfaces = whole.path("interfaces");
        if (!interfaces.isArray() || interfaces.isEmpty() || interfaces.size() > MAX_INTERFACES) {
            problems.add(
                    problem(
                            "\"interfaces\" must be an array of 1 to "
                                    + MAX_INTERFACES
                                    + " objects"));
        }
        Map<String, Export> exports = new HashMap<>();
        ObjectNode wire = whole.deepCopy();
        var complete = wire.putArray("interfaces");
        for (JsonNode each : interfaces) {
            if (each instanceof ObjectNode declared) {
                String name = Problem.shown(declared.path("name").asString("")) + ": ";
                requireKnown(declared, INTERFACE_KEYS, name, problems);
                Export export =
                        new Export(
                                declared.path("module").asString(whole.path("module").asString("")),
                                declared.path("export").asString(PreparedModule.START));
                if (!artifact.files().containsKey(export.module())) {
                    problems.add(
                            problem(
                                    name
                                            + "the project has no module \""
                                            + Problem.shown(export.module())
                                            + "\""));
                }
                exports.put(export.target(), export);
                complete.add(declared.deepCopy().put("target", export.target()));
            } else {
                problems.add(problem("an interface must be an object"));
            }
        }
        List<String> environment = environment(whole, problems);
        requireNone(problems);
        return new WasmProject(descriptor(wire), exports, environment);
    }

    private static Descriptor descriptor(ObjectNode wire) {
        Descriptor descriptor = Descriptor.read(wire);
        List<Problem> problems = new ArrayList<>();
        for (InterfaceDescriptor each : descriptor.interfaces()) {
            for (Binding binding : each.bindings()) {
                binding.problem()
                        .map(why -> problem(descriptor.address(each) + ": " + why))
                        .ifPresent(problems::add);
            }
        }
        requireNone(problems);
        return descriptor;
    }

    private static List<String> environment(ObjectNode whole, List<Problem> problems) {
        List<String> names = new ArrayList<>();
        JsonNode declared = whole.path("environment");
        if (!declared.isMissingNode() && !declared.isArray()) {
            problems.add(problem("\"environment\" must be an array of names"));
        }
        for (JsonNode each : declared) {
            String name = each.asString("");
            if (!each.isString() || name.isEmpty() || name.indexOf('=') >= 0) {
                problems.add(problem("\"environment\" must be an array of names without ="));
            }
            names.add(name);
        }
        return names;
    }

    private static void requireKnown(
            ObjectNode object, Set<String> keys, String where, List<Problem> problems) {
        object.propertyNames().stream()
                .filter(each -> !keys.contains(each))
                .forEach(each ->
                        problems.add(
                                problem(where + "\"" + Problem.shown(each) + "\" is not known")));
    }

    private static ObjectNode object(Artifact artifact) {
        byte[] content = artifact.files().get(Artifact.DESCRIPTOR);
        if (content == null) {
            throw new RefusedException(Problem.of("the micro app has no " + Artifact.DESCRIPTOR));
        }
        try {
            if (Json.read(content) instanceof ObjectNode object) {
                return object;
            }
            throw new RefusedException(problem("is not a JSON object"));
        } catch (JacksonException unreadable) {
            throw new RefusedException(
                    problem("is not valid JSON: " + unreadable.getOriginalMessage()));
        }
    }

    private static Problem problem(String why) {
        return new Problem(Artifact.DESCRIPTOR, 0, 0, why);
    }

    private static void requireNone(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }
}
