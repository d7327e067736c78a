package dev.rialto.functions.spi;

import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A micro app that declares its interfaces in its [Artifact#DESCRIPTOR], since no compiler finds
/// them in its code. Collects all that is wrong with it.
public final class DeclaredProject {
    private static final int MAX_INTERFACES = 1_000;

    private static final Set<String> KEYS =
            Set.of("name", "domain", "group", "version", "description", "runtime", "interfaces");

    private static final List<String> INTERFACE_KEYS =
            List.of("function", "name", "description", "input", "output", "bindings", "limits");

    private final ObjectNode whole;
    private final List<ObjectNode> interfaces = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    private DeclaredProject(ObjectNode whole) {
        this.whole = whole;
    }

    /// Reads the descriptor of an artifact.
    ///
    /// @param keys those of the runtime, besides those that all have
    /// @param interfaceKeys the same for each interface
    /// @throws RefusedException when it is not a JSON object
    public static DeclaredProject of(
            Artifact artifact, Set<String> keys, Set<String> interfaceKeys) {
        var project = new DeclaredProject(object(artifact));
        project.read(keys, interfaceKeys);
        return project;
    }

    private void read(Set<String> keys, Set<String> interfaceKeys) {
        requireKnown(whole, "", KEYS, keys);
        JsonNode declared = whole.path("interfaces");
        if (!declared.isArray() || declared.isEmpty() || declared.size() > MAX_INTERFACES) {
            problem("\"interfaces\" must be an array of 1 to " + MAX_INTERFACES + " objects");
        }
        Set<String> known = new HashSet<>(InterfaceDescriptor.DECLARATIONS);
        known.addAll(INTERFACE_KEYS);
        for (JsonNode each : declared) {
            if (each instanceof ObjectNode object) {
                String name = Problem.shown(object.path("name").asString("")) + ": ";
                requireKnown(object, name, known, interfaceKeys);
                interfaces.add(object.deepCopy());
            } else {
                problem("an interface must be an object");
            }
        }
    }

    private void requireKnown(ObjectNode object, String where, Set<String> keys, Set<String> more) {
        object.propertyNames().stream()
                .filter(each -> !keys.contains(each) && !more.contains(each))
                .forEach(each -> problem(where + "\"" + Problem.shown(each) + "\" is not known"));
    }

    /// The descriptor as it was written.
    public ObjectNode whole() {
        return whole;
    }

    /// The interfaces, to be given their targets.
    public List<ObjectNode> interfaces() {
        return interfaces;
    }

    /// An array of strings; empty if the key is not there.
    public List<String> strings(String key) {
        JsonNode declared = whole.path(key);
        List<String> all = new ArrayList<>();
        if (!declared.isMissingNode() && !declared.isArray()) {
            problem("\"" + key + "\" must be an array of strings");
        }
        for (JsonNode each : declared) {
            if (each.isString()) {
                all.add(each.stringValue());
            } else {
                problem("\"" + key + "\" must be an array of strings");
            }
        }
        return all;
    }

    /// The names of values of the configuration that its code sees as environment variables.
    public List<String> environment() {
        List<String> names = strings("environment");
        if (names.stream().anyMatch(each -> each.isEmpty() || each.indexOf('=') >= 0)) {
            problem("\"environment\" must be an array of names without =");
        }
        return names;
    }

    /// Notes that something is wrong with the descriptor.
    public void problem(String why) {
        problems.add(new Problem(Artifact.DESCRIPTOR, 0, 0, why));
    }

    /// @throws RefusedException with all that is wrong with it
    public Descriptor descriptor() {
        requireNone();
        ObjectNode wire = whole.deepCopy();
        var complete = wire.putArray("interfaces");
        interfaces.forEach(complete::add);
        Descriptor descriptor = Descriptor.read(wire);
        for (InterfaceDescriptor each : descriptor.interfaces()) {
            for (Binding binding : each.bindings()) {
                binding.problem().ifPresent(why -> problem(descriptor.address(each) + ": " + why));
            }
        }
        requireNone();
        return descriptor;
    }

    private void requireNone() {
        if (!problems.isEmpty()) {
            throw new RefusedException(problems.stream().distinct().toList());
        }
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
            throw refused("is not a JSON object");
        } catch (JacksonException unreadable) {
            throw refused("is not valid JSON: " + unreadable.getOriginalMessage());
        }
    }

    private static RefusedException refused(String why) {
        return new RefusedException(new Problem(Artifact.DESCRIPTOR, 0, 0, why));
    }
}
