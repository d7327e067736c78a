package dev.rialto.functions.spi;

import dev.rialto.kernel.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a micro app is and exposes: [Artifact#DESCRIPTOR] and [Artifact#INTERFACES] together.
///
/// @param name unique in an app
/// @param domain the business domain, e.g. `trade`: the first part of addresses
/// @param group the second part of addresses
/// @param version as its developers count
/// @param runtime the [FunctionRuntime] it is to run in
/// @param interfaces with addresses that differ from each other
public record Descriptor(
        String name,
        String domain,
        String group,
        String version,
        String description,
        String runtime,
        List<InterfaceDescriptor> interfaces) {
    /// The runtime of those that don't say theirs.
    private static final String SHARED = "shared";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9]{0,62}");

    /// @throws RefusedException when something is wrong
    public Descriptor {
        interfaces = List.copyOf(interfaces);
        List<Problem> problems = new ArrayList<>();
        require(NAME, "name", name, problems);
        require(WORD, "domain", domain, problems);
        require(WORD, "group", group, problems);
        Set<String> addresses = new HashSet<>();
        for (InterfaceDescriptor each : interfaces) {
            require(WORD, "function of " + each.target(), each.function(), problems);
            require(WORD, "interface of " + each.target(), each.name(), problems);
            if (!addresses.add(each.function() + "-" + each.name())) {
                problems.add(
                        Problem.of(
                                "two interfaces have the address "
                                        + address(domain, group, each)
                                        + ": name one with @Interface"));
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    /// `[domain]-[group]-[function]-[interface]`.
    public String address(InterfaceDescriptor exposed) {
        return address(domain, group, exposed);
    }

    /// What all its addresses begin with, and those of no other domain or group.
    public String prefix() {
        return domain + "-" + group + "-";
    }

    private static String address(String domain, String group, InterfaceDescriptor exposed) {
        return domain + "-" + group + "-" + exposed.function() + "-" + exposed.name();
    }

    /// The name that an artifact says it has.
    ///
    /// @throws RefusedException when it has none
    public static String name(Artifact artifact) {
        String name = file(artifact, Artifact.DESCRIPTOR).path("name").asString("");
        List<Problem> problems = new ArrayList<>();
        require(NAME, "name", name, problems);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return name;
    }

    /// The runtime that an artifact says it is for.
    public static String runtime(Artifact artifact) {
        return file(artifact, Artifact.DESCRIPTOR).path("runtime").asString(SHARED);
    }

    /// Reads the two files of an artifact.
    ///
    /// @throws RefusedException when they are missing or wrong
    public static Descriptor of(Artifact artifact) {
        ObjectNode whole = file(artifact, Artifact.DESCRIPTOR);
        if (whole.has("image")) {
            throw new RefusedException(
                    new Problem(
                            Artifact.DESCRIPTOR,
                            0,
                            0,
                            "a micro app with an \"image\" can only be isolated"));
        }
        whole.set("interfaces", file(artifact, Artifact.INTERFACES).path("interfaces"));
        Descriptor descriptor = read(whole);
        List<Problem> problems = new ArrayList<>();
        for (InterfaceDescriptor each : descriptor.interfaces()) {
            for (Binding binding : each.bindings()) {
                binding.problem()
                        .map(why -> Problem.of(descriptor.address(each) + ": " + why))
                        .ifPresent(problems::add);
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return descriptor;
    }

    /// Reads what [#wire] writes.
    ///
    /// @throws RefusedException when something is wrong
    public static Descriptor read(JsonNode json) {
        List<InterfaceDescriptor> interfaces = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        String family = json.path("domain").asString("") + "-" + json.path("group").asString("");
        for (JsonNode each : json.path("interfaces")) {
            try {
                interfaces.add(InterfaceDescriptor.read(each, family));
            } catch (IllegalArgumentException unreadable) {
                String target = each.path("target").asString("");
                problems.add(
                        Problem.of(
                                (target.isEmpty() ? "an interface" : target)
                                        + ": "
                                        + unreadable.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        return new Descriptor(
                json.path("name").asString(""),
                json.path("domain").asString(""),
                json.path("group").asString(""),
                json.path("version").asString("1.0.0"),
                json.path("description").asString(""),
                json.path("runtime").asString(SHARED),
                interfaces);
    }

    public ObjectNode wire() {
        ObjectNode json =
                Json.object()
                        .put("name", name)
                        .put("domain", domain)
                        .put("group", group)
                        .put("version", version)
                        .put("description", description)
                        .put("runtime", runtime);
        var all = json.putArray("interfaces");
        for (InterfaceDescriptor each : interfaces) {
            all.add(each.wire().put("address", address(each)));
        }
        return json;
    }

    private static ObjectNode file(Artifact artifact, String path) {
        byte[] bytes = artifact.files().get(path);
        if (bytes == null) {
            throw new RefusedException(Problem.of("the micro app has no " + path));
        }
        try {
            if (Json.read(bytes) instanceof ObjectNode object) {
                return object;
            }
            throw new RefusedException(new Problem(path, 0, 0, "is not a JSON object"));
        } catch (JacksonException unreadable) {
            throw new RefusedException(
                    new Problem(
                            path, 0, 0, "is not valid JSON: " + unreadable.getOriginalMessage()));
        }
    }

    private static void require(
            Pattern pattern, String what, String value, List<Problem> problems) {
        if (!pattern.matcher(value).matches()) {
            problems.add(
                    Problem.of(
                            what
                                    + " \""
                                    + value
                                    + "\" does not match "
                                    + pattern.pattern()
                                    + ": see "
                                    + Artifact.DESCRIPTOR));
        }
    }
}
