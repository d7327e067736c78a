package dev.rialto.config;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What becomes of one parameter.
sealed interface ParameterChange {
    /// As a parameter is named: a letter, then letters, digits, `_` and `-`.
    Pattern NAME = Pattern.compile("[A-Za-z][0-9A-Za-z_-]{0,254}");

    Set<String> PARTS = Set.of("params", "masterKeyOnly");

    String name();

    /// @param masterKeyOnly empty leaves it as it was, and a new parameter open to all
    record Put(String name, JsonNode value, Optional<Boolean> masterKeyOnly)
            implements ParameterChange {}

    /// Changes a value by what it is now.
    ///
    /// @param masterKeyOnly as of [Put]
    record Apply(String name, ValueOperation operation, Optional<Boolean> masterKeyOnly)
            implements ParameterChange {
        Put to(JsonNode now) {
            return new Put(name, operation.applied(name, now), masterKeyOnly);
        }
    }

    /// Changes who sees a parameter, if it exists.
    record Restrict(String name, boolean masterKeyOnly) implements ParameterChange {}

    record Remove(String name) implements ParameterChange {}

    /// Reads the body of a PUT.
    ///
    /// @return in the order of their names, so that writers who lock rows in this order never block
    ///   each other for ever
    static List<ParameterChange> read(ObjectNode body) {
        for (String part : body.propertyNames()) {
            if (!PARTS.contains(part)) {
                throw new RialtoException(
                        ErrorCode.INVALID_JSON,
                        "A change of the config has params and masterKeyOnly, not " + part + ".");
            }
        }
        ObjectNode params = object(body, "params");
        ObjectNode restrictions = object(body, "masterKeyOnly");
        var names = new TreeSet<String>(params.propertyNames());
        names.addAll(restrictions.propertyNames());
        List<ParameterChange> changes = new ArrayList<>();
        for (String name : names) {
            changes.add(
                    change(name, params.path(name), restriction(restrictions.path(name), name)));
        }
        return changes;
    }

    private static ParameterChange change(
            String name, JsonNode value, Optional<Boolean> restriction) {
        if (!NAME.matcher(name).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME,
                    "Invalid config parameter name: "
                            + name
                            + ". It must begin with a letter and consist of letters, digits, _"
                            + " and -.");
        }
        if (value.isMissingNode()) {
            return new Restrict(name, restriction.orElse(false));
        }
        JsonNode operation = value.path("__op");
        if (operation.isMissingNode()) {
            return new Put(name, value, restriction);
        }
        if (operation.isString() && operation.stringValue().equals("Delete")) {
            return new Remove(name);
        }
        return new Apply(name, ValueOperation.read(name, value), restriction);
    }

    private static Optional<Boolean> restriction(JsonNode value, String name) {
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON, "masterKeyOnly." + name + " must be true or false");
        }
        return Optional.of(value.booleanValue());
    }

    private static ObjectNode object(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (value.isMissingNode()) {
            return body.objectNode();
        }
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw new RialtoException(ErrorCode.INVALID_JSON, key + " must be an object");
    }
}
