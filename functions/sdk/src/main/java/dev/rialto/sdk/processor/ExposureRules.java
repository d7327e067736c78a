package dev.rialto.sdk.processor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What names, paths and times may look like, and what must be unique in a micro app. Knows nothing
/// of where interfaces are read from.
public final class ExposureRules {
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9]{0,62}");
    private static final Pattern SHORT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,254}");
    private static final Pattern CLASS_NAME = Pattern.compile("_?[A-Za-z][A-Za-z0-9_]{0,254}");

    /// What has triggers beside classes: files and parameters.
    private static final Set<String> BESIDE_OBJECTS = Set.of("@File", "@Config");

    private static final Pattern TOPIC = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,254}");
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~-]+|\\{(\\w+)}");
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    /// Headers that an endpoint may ask for although they prove who asks.
    private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie");

    private ExposureRules() {}

    /// What is wrong with a function's or an interface's name, if something is.
    ///
    /// @param what e.g. `function`
    public static Optional<String> wordProblem(String what, String name) {
        return unless(
                WORD.matcher(name).matches(),
                "the "
                        + what
                        + "'s name \""
                        + name
                        + "\" must be lower-case letters and digits, beginning with a letter, at"
                        + " most 63");
    }

    /// What is wrong with the values of a binding, if something is.
    public static Optional<String> problem(ExposedBinding binding) {
        return switch (binding) {
            case ExposedBinding.CloudFunction(String name) -> shortName("cloud function", name);
            case ExposedBinding.Job(String name) -> shortName("job", name);
            case ExposedBinding.Trigger(_, String className) ->
                    BESIDE_OBJECTS.contains(className) ? Optional.empty() : className(className);
            case ExposedBinding.OnChange(String className) -> className(className);
            case ExposedBinding.Endpoint(String method, String path, _, List<String> headers) ->
                    unless(
                                    METHODS.contains(method),
                                    "the method \""
                                            + method
                                            + "\" must be GET, POST, PUT, PATCH or DELETE")
                            .or(() -> path(path))
                            .or(() -> credentials(headers));
            case ExposedBinding.Schedule(String cron, String zone) ->
                    Cron.problem(cron).or(() -> Cron.zoneProblem(zone));
            case ExposedBinding.OnEvent(String topic) ->
                    unless(
                            TOPIC.matcher(topic).matches(),
                            "the topic \""
                                    + topic
                                    + "\" must be letters, digits, dots, dashes and underscores,"
                                    + " beginning with a letter, e.g. order.paid");
        };
    }

    /// What an interface declares that does not go with how it is reached, if something does not.
    public static Optional<String> declarationProblem(
            Collection<ExposedBinding> bindings, Declarations declared) {
        boolean parametric =
                bindings.stream()
                        .anyMatch(each ->
                                each instanceof ExposedBinding.Endpoint
                                        || each instanceof ExposedBinding.CloudFunction);
        if (!declared.parameters().isEmpty() && !parametric) {
            return Optional.of("only endpoints and cloud functions have parameters");
        }
        boolean keyless =
                bindings.stream()
                        .anyMatch(each ->
                                each instanceof ExposedBinding.Endpoint endpoint
                                        && endpoint.keyless());
        return unless(
                !keyless || !declared.access().equals(Declarations.MASTER),
                "an endpoint that is called without keys can't require the master key");
    }

    /// What several interfaces claim for themselves alone: for each target that comes too late,
    /// what is wrong.
    public static Map<String, List<String>> duplicates(List<ExposedInterface> interfaces) {
        Map<String, String> owners = new HashMap<>();
        Map<String, List<String>> problems = new LinkedHashMap<>();
        for (ExposedInterface each : interfaces) {
            for (Map.Entry<String, String> claim : claims(each).entrySet()) {
                String owner = owners.putIfAbsent(claim.getKey(), each.target());
                if (owner != null) {
                    problems.computeIfAbsent(each.target(), _ -> new ArrayList<>())
                            .add(
                                    owner
                                            + " has "
                                            + claim.getKey()
                                            + " already: "
                                            + claim.getValue());
                }
            }
        }
        return problems;
    }

    /// The names of the parameters in a path.
    static List<String> parameters(String path) {
        return PARAMETER.matcher(path).results().map(each -> each.group(1)).toList();
    }

    /// What must be an interface's own, and what to do when it is not.
    private static Map<String, String> claims(ExposedInterface exposed) {
        Map<String, String> claims = new LinkedHashMap<>();
        claims.put(
                "the address " + exposed.address(),
                "give this one another name with @Interface(\"name\")");
        for (ExposedBinding binding : exposed.bindings()) {
            switch (binding) {
                case ExposedBinding.CloudFunction(String name) ->
                        claims.put("the cloud function \"" + name + "\"", "names must be unique");
                case ExposedBinding.Job(String name) ->
                        claims.put("the job \"" + name + "\"", "names must be unique");
                case ExposedBinding.Endpoint(String method, String path, _, _) ->
                        claims.put(
                                "the endpoint "
                                        + method
                                        + " "
                                        + PARAMETER.matcher(path).replaceAll("{}"),
                                "another path or method is needed");
                case ExposedBinding.Trigger _,
                        ExposedBinding.Schedule _,
                        ExposedBinding.OnChange _,
                        ExposedBinding.OnEvent _ -> {}
            }
        }
        return claims;
    }

    private static Optional<String> shortName(String what, String name) {
        return unless(
                SHORT_NAME.matcher(name).matches(),
                "the "
                        + what
                        + "'s name \""
                        + name
                        + "\" must be letters, digits, dots, dashes and underscores, beginning"
                        + " with a letter or an underscore, at most 255");
    }

    private static Optional<String> className(String name) {
        return unless(
                CLASS_NAME.matcher(name).matches(),
                "the class \"" + name + "\" must be letters, digits and underscores, e.g. Order");
    }

    private static Optional<String> credentials(List<String> headers) {
        return headers.stream()
                .filter(each -> !CREDENTIALS.contains(each.toLowerCase(Locale.ROOT)))
                .map(each ->
                        "the header \""
                                + each
                                + "\" in credentials must be Authorization or Cookie: other"
                                + " headers are passed to it anyway, and keys never")
                .findFirst();
    }

    private static Optional<String> path(String path) {
        String right = ": it must be like /orders/{id}";
        if (!path.startsWith("/") || path.length() < 2) {
            return Optional.of("the path \"" + path + "\" does not begin with a /" + right);
        }
        Set<String> parameters = new HashSet<>();
        for (String segment : path.substring(1).split("/", -1)) {
            Matcher form = SEGMENT.matcher(segment);
            if (!form.matches() || segment.matches("\\.{1,2}")) {
                return Optional.of(
                        "the path \"" + path + "\" has the part \"" + segment + "\"" + right);
            }
            if (form.group(1) != null && !parameters.add(form.group(1))) {
                return Optional.of("the path \"" + path + "\" has " + segment + " twice");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> unless(boolean right, String problem) {
        return right ? Optional.empty() : Optional.of(problem);
    }
}
