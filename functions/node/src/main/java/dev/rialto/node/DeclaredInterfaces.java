package dev.rialto.node;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a project of JavaScript declares of its functions, jobs and triggers, by the names that its
/// code gives them. Java declares the same with annotations; JavaScript has no place for them in
/// the code, so they are in the project's [Artifact#DESCRIPTOR].
final class DeclaredInterfaces {
    private static final int MAX_DECLARED = 1_000;

    /// The largest schema, in characters of JSON.
    private static final int MAX_SCHEMA = 100_000;

    /// The kinds, by the function that addresses have for them.
    private static final Map<String, String> KINDS =
            Map.of("cloud", "functions", "job", "jobs", "trigger", "triggers");

    private static final Set<String> SCHEMAS = Set.of("input", "output");

    /// Of cloud code, nothing can publish events.
    private static final String EVENTS = "events";

    private final String family;
    private final Map<String, JsonNode> open = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /// @param family the domain and the group, joined by a dash
    DeclaredInterfaces(ObjectNode microApp, String family) {
        this.family = family;
        for (String kind : KINDS.values().stream().sorted().toList()) {
            JsonNode all = microApp.path(kind);
            if (!all.isMissingNode() && !all.isObject()) {
                throw Definitions.unreadable(
                        "\"" + kind + "\" must be an object of declarations by name");
            }
            all.properties().forEach(each -> open.put(key(kind, each.getKey()), each.getValue()));
        }
        if (open.size() > MAX_DECLARED) {
            throw Definitions.unreadable(
                    open.size() + " declarations are too many: at most " + MAX_DECLARED);
        }
    }

    private static String key(String kind, String name) {
        return kind + " " + name;
    }

    /// An interface of the code, with what is declared of it.
    InterfaceDescriptor completed(InterfaceDescriptor exposed) {
        String key = key(KINDS.getOrDefault(exposed.function(), ""), exposed.target());
        JsonNode declared = open.remove(key);
        if (declared == null) {
            return exposed;
        }
        try {
            return InterfaceDescriptor.read(whole(exposed, declared), family);
        } catch (IllegalArgumentException wrong) {
            problems.add(Definitions.problem(Problem.shown(key) + ": " + wrong.getMessage()));
            return exposed;
        }
    }

    private static ObjectNode whole(InterfaceDescriptor exposed, JsonNode declared) {
        if (!declared.isObject()) {
            throw new IllegalArgumentException("a declaration must be an object");
        }
        ObjectNode whole = exposed.wire();
        declared.properties()
                .forEach(each -> {
                    require(each.getKey(), each.getValue());
                    whole.set(each.getKey(), each.getValue());
                });
        return whole;
    }

    private static void require(String key, JsonNode value) {
        if (SCHEMAS.contains(key)) {
            if (!value.isObject() || Json.write(value).length() > MAX_SCHEMA) {
                throw new IllegalArgumentException(
                        key + " must be a JSON Schema of at most " + MAX_SCHEMA + " characters");
            }
        } else if (key.equals("description")) {
            if (!value.isString()) {
                throw new IllegalArgumentException("description must be a string");
            }
        } else if (key.equals(EVENTS)) {
            throw new IllegalArgumentException(
                    "events can't be declared: cloud code publishes none");
        } else if (!InterfaceDescriptor.DECLARATIONS.contains(key)) {
            throw new IllegalArgumentException(
                    "there is no declaration \"" + Problem.shown(key) + "\"");
        }
    }

    /// Refuses what is wrong, and declarations of what the code does not define.
    ///
    /// @throws RefusedException naming all of it
    void requireAllUsed() {
        for (String each : open.keySet()) {
            problems.add(
                    Definitions.problem(
                            "\""
                                    + Problem.shown(each)
                                    + "\" is declared, but the code does not define it"));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }
}
