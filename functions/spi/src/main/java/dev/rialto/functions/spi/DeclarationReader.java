package dev.rialto.functions.spi;

import dev.rialto.kernel.Contract;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.sdk.processor.Declarations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads what an interface declares to its callers. Whoever deploys may write anything.
final class DeclarationReader {
    private DeclarationReader() {}

    /// Reads what [Declarations#wire] writes.
    ///
    /// @throws IllegalArgumentException saying all that is wrong
    static Declarations read(JsonNode json) {
        List<Declarations.Parameter> parameters = new ArrayList<>();
        for (JsonNode each : array(json, "parameters")) {
            parameters.add(
                    new Declarations.Parameter(
                            text(each, "in", "where a parameter is"),
                            text(each, "name", "the name of a parameter"),
                            text(each, "description", "the description of a parameter")));
        }
        List<Declarations.Failure> errors = new ArrayList<>();
        for (JsonNode each : array(json, "errors")) {
            errors.add(
                    new Declarations.Failure(
                            number(each, "code", 0, "the code of an error"),
                            text(each, "when", "when an error occurs")));
        }
        List<String> events = new ArrayList<>();
        for (JsonNode each : array(json, "events")) {
            if (!each.isString()) {
                throw new IllegalArgumentException("events must be strings");
            }
            events.add(each.stringValue());
        }
        var declared =
                new Declarations(
                        json.has("access") ? text(json, "access", "access") : Declarations.APP,
                        number(json, "status", Declarations.USUAL_STATUS, "status"),
                        yes(json, "repeatable"),
                        parameters,
                        errors,
                        events,
                        text(json, "meter", "meter"),
                        number(json, "cost", 1, "cost"),
                        text(json, "since", "since"),
                        deprecation(json.path("deprecated")));
        List<String> problems = new ArrayList<>(declared.problems());
        errors.stream()
                .filter(each -> each.code() > 0 && !isTellable(each.code()))
                .forEach(each ->
                        problems.add(
                                "the error "
                                        + each.code()
                                        + " must be a code of the caller or of a limit in"
                                        + " docs/errors.md, or one above 10000"));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return declared;
    }

    /// Whether clients see the number as it is thrown, with a meaning of its own.
    private static boolean isTellable(int code) {
        return Declarations.isOwn(code) || ErrorCode.chosen(code).number() == code;
    }

    private static Optional<Declarations.Deprecation> deprecation(JsonNode json) {
        if (json.isMissingNode()) {
            return Optional.empty();
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException(
                    "deprecated must be like {\"instead\": \"Use quote.\", \"on\":"
                            + " \"2027-01-31\", \"sunset\": \"2027-07-31\"}");
        }
        return Optional.of(
                new Declarations.Deprecation(
                        text(json, "instead", "what to use instead"),
                        text(json, "on", "the day of deprecation"),
                        text(json, "sunset", "the sunset")));
    }

    /// The errors of a contract.
    static List<Contract.Failure> failures(Declarations declared) {
        return declared.errors().stream()
                .map(each -> Contract.Failure.chosen(each.code(), each.when()))
                .toList();
    }

    private static Iterable<JsonNode> array(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isArray()) {
            throw new IllegalArgumentException(key + " must be an array");
        }
        return value;
    }

    private static String text(JsonNode json, String key, String what) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isString()) {
            throw new IllegalArgumentException(what + " must be a string");
        }
        return value.asString("");
    }

    private static boolean yes(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new IllegalArgumentException(key + " must be true or false");
        }
        return value.asBoolean(false);
    }

    private static int number(JsonNode json, String key, int usual, String what) {
        JsonNode value = json.path(key);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IllegalArgumentException(what + " must be a whole number");
        }
        return value.intValue();
    }
}
