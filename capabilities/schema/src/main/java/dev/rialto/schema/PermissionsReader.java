package dev.rialto.schema;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassPermissions.Grant;
import dev.rialto.model.FieldType;
import dev.rialto.where.FieldValues;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads class-level permissions from Parse's form.
final class PermissionsReader {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9]+");
    private static final Pattern ROLE = Pattern.compile("role:.+");
    private static final Pattern USER_FIELD = Pattern.compile("userField:.+");

    private PermissionsReader() {}

    /// The default permissions: everything is public.
    static ObjectNode defaults() {
        ObjectNode wire = Json.object();
        for (Action action : Action.values()) {
            wire.putObject(action.wireName()).put("*", true);
        }
        wire.putObject("protectedFields").putArray("*");
        return wire;
    }

    /// The given permissions, with an empty grant for each action they don't name.
    static ObjectNode complete(ObjectNode given) {
        ObjectNode wire = Json.object();
        for (Action action : Action.values()) {
            JsonNode grant = given.path(action.wireName());
            wire.set(action.wireName(), grant.isMissingNode() ? Json.object() : grant);
        }
        JsonNode hidden = given.path("protectedFields");
        wire.set("protectedFields", hidden.isMissingNode() ? Json.object() : hidden);
        for (String name : List.of("readUserFields", "writeUserFields", "ACL")) {
            if (given.has(name)) {
                wire.set(name, given.get(name));
            }
        }
        return wire;
    }

    static ClassPermissions read(ObjectNode wire) {
        Map<Action, Grant> grants = new EnumMap<>(Action.class);
        for (Action action : Action.values()) {
            grants.put(action, grant(wire.path(action.wireName())));
        }
        Map<String, Set<String>> hidden = new HashMap<>();
        wire.path("protectedFields")
                .properties()
                .forEach(group ->
                        hidden.put(group.getKey(), new HashSet<>(texts(group.getValue()))));
        return new ClassPermissions(
                grants,
                texts(wire.path("readUserFields")),
                texts(wire.path("writeUserFields")),
                hidden,
                wire);
    }

    private static Grant grant(JsonNode wire) {
        Set<String> entries = new LinkedHashSet<>();
        wire.properties()
                .forEach(each -> {
                    if (each.getValue().isBoolean() && each.getValue().booleanValue()) {
                        entries.add(each.getKey());
                    }
                });
        return new Grant(
                entries,
                wire.path("requiresAuthentication").asBoolean(false),
                texts(wire.path("pointerFields")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asString("")));
        return texts;
    }

    /// Rejects meaningless permissions.
    ///
    /// @param type the type of a field of the class
    static void check(ObjectNode wire, Function<String, Optional<FieldType>> type) {
        for (Map.Entry<String, JsonNode> each : wire.properties()) {
            String name = each.getKey();
            JsonNode value = each.getValue();
            switch (name) {
                case "readUserFields", "writeUserFields" -> checkUserFields(name, value, type);
                case "protectedFields" -> checkProtected(value, type);
                case "ACL" -> FieldValues.allowed(value, "read");
                default -> {
                    boolean known = false;
                    for (Action action : Action.values()) {
                        known |= action.wireName().equals(name);
                    }
                    if (!known) {
                        throw invalid(
                                name + " is not a valid operation for class level permissions");
                    }
                    checkGrant(name, value, type);
                }
            }
        }
    }

    private static void checkGrant(
            String action, JsonNode value, Function<String, Optional<FieldType>> type) {
        if (!value.isObject()) {
            throw invalid(
                    "'"
                            + value
                            + "' is not a valid value for class level permissions "
                            + action
                            + " - must be an object");
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            String key = each.getKey();
            if (key.equals("pointerFields")) {
                checkUserFields(action, each.getValue(), type);
                continue;
            }
            boolean valid =
                    key.equals("*")
                            || key.equals("requiresAuthentication")
                            || ID.matcher(key).matches()
                            || ROLE.matcher(key).matches();
            if (!valid) {
                throw invalid("'" + key + "' is not a valid key for class level permissions");
            }
            if (!each.getValue().isBoolean() || !each.getValue().booleanValue()) {
                String shown = each.getValue().asString(each.getValue().toString());
                throw invalid(
                        "'"
                                + shown
                                + "' is not a valid value for class level"
                                + " permissions "
                                + action
                                + ":"
                                + key
                                + ":"
                                + shown);
            }
        }
    }

    private static void checkUserFields(
            String name, JsonNode value, Function<String, Optional<FieldType>> type) {
        if (!value.isArray()) {
            throw invalid(
                    "'"
                            + value
                            + "' is not a valid value for class level permissions "
                            + name
                            + " - must be an array");
        }
        for (String field : texts(value)) {
            boolean fits =
                    type.apply(field)
                            .filter(found ->
                                    found instanceof FieldType.Array
                                            || found.equals(new FieldType.Pointer("_User")))
                            .isPresent();
            if (!fits) {
                throw invalid(
                        "'"
                                + field
                                + "' is not a valid column for class level pointer"
                                + " permissions "
                                + name);
            }
        }
    }

    private static void checkProtected(JsonNode value, Function<String, Optional<FieldType>> type) {
        if (!value.isObject()) {
            throw invalid(
                    "'"
                            + value
                            + "' is not a valid value for class level permissions"
                            + " protectedFields - must be an object");
        }
        for (Map.Entry<String, JsonNode> group : value.properties()) {
            String key = group.getKey();
            boolean valid =
                    key.equals("*")
                            || key.equals("authenticated")
                            || ID.matcher(key).matches()
                            || ROLE.matcher(key).matches()
                            || USER_FIELD.matcher(key).matches();
            if (!valid) {
                throw invalid("'" + key + "' is not a valid key for class level permissions");
            }
            if (!group.getValue().isArray()) {
                throw invalid(
                        "'"
                                + group.getValue()
                                + "' is not a valid value for protectedFields["
                                + key
                                + "] - expected an array.");
            }
            for (String field : texts(group.getValue())) {
                if (ClassNames.IMPLICIT.contains(field)) {
                    throw invalid("Default field '" + field + "' can not be protected");
                }
                if (type.apply(field).isEmpty()) {
                    throw invalid(
                            "Field '" + field + "' in protectedFields:" + key + " does not exist");
                }
            }
        }
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_JSON, message);
    }
}
