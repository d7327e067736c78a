package dev.rialto.objects;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Predicate;
import dev.rialto.model.Where;
import dev.rialto.spi.ClassRules;
import dev.rialto.where.SortKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The protected fields of a class for one caller. For a caller in several groups, only fields that
/// are hidden from all of them are hidden.
///
/// @param always hidden in every object, except for those that `owned` reveals
/// @param owned pointer field to what stays hidden in objects where it points to the caller
/// @param ownUser whether the caller's own object in `_User` hides nothing
/// @param secret fields that the caller may not query, whatever the class's permissions: the
///   class's rules hide them in objects
record HiddenFields(
        Set<String> always, Map<String, Set<String>> owned, boolean ownUser, Set<String> secret) {
    private static final String USER_FIELD = "userField:";

    /// @param classRules the rules of the class, if it has any
    static HiddenFields of(ClassSchema schema, Caller caller, @Nullable ClassRules classRules) {
        Set<String> secret = classRules == null ? Set.of() : classRules.secretFields(caller);
        Map<String, Set<String>> groups = schema.permissions().protectedFields();
        if (caller.seesEverything() || groups.isEmpty()) {
            return new HiddenFields(Set.of(), Map.of(), false, secret);
        }
        Set<String> names = caller.names();
        Set<String> hidden = null;
        Map<String, Set<String>> owned = new LinkedHashMap<>();
        for (Map.Entry<String, Set<String>> group : groups.entrySet()) {
            String name = group.getKey();
            boolean user = caller instanceof Caller.User;
            if (name.startsWith(USER_FIELD)) {
                if (user) {
                    owned.put(name.substring(USER_FIELD.length()), group.getValue());
                }
            } else if (names.contains(name) || (user && name.equals("authenticated"))) {
                if (hidden == null) {
                    hidden = new HashSet<>(group.getValue());
                } else {
                    hidden.retainAll(group.getValue());
                }
            }
        }
        boolean ownUser = schema.name().equals("_User") && caller instanceof Caller.User;
        return new HiddenFields(hidden == null ? Set.of() : hidden, owned, ownUser, secret);
    }

    /// Whether a field is hidden in some object at least.
    boolean mayHide(String field) {
        return always.contains(field)
                || secret.contains(field)
                || owned.values().stream().anyMatch(fields -> fields.contains(field));
    }

    /// Whether objects are returned completely.
    boolean isEmpty() {
        return always.isEmpty() && owned.isEmpty();
    }

    /// Whether the hidden fields depend on the row.
    boolean dependsOnRow() {
        return !owned.isEmpty() || (ownUser && !always.isEmpty());
    }

    /// Removes from an object what the caller may not see.
    void strip(ObjectNode object, Caller caller) {
        if (!(caller instanceof Caller.User user)) {
            object.remove(always);
            return;
        }
        if (ownUser && object.path("objectId").asString("").equals(user.id())) {
            return;
        }
        Set<String> hidden = always.isEmpty() ? null : new HashSet<>(always);
        for (Map.Entry<String, Set<String>> each : owned.entrySet()) {
            if (pointsTo(object.path(each.getKey()), user.id())) {
                if (hidden == null) {
                    hidden = new HashSet<>(each.getValue());
                } else {
                    hidden.retainAll(each.getValue());
                }
            }
        }
        if (hidden != null) {
            object.remove(hidden);
        }
    }

    private static boolean pointsTo(JsonNode value, String userId) {
        if (value.isArray()) {
            for (JsonNode element : value) {
                if (pointsTo(element, userId)) {
                    return true;
                }
            }
            return false;
        }
        return value.path("objectId").asString("").equals(userId);
    }

    /// Rejects a condition on a hidden or secret field: its result would reveal the value.
    void requireNotIn(Where where, String className) {
        if (always.isEmpty() && secret.isEmpty()) {
            return;
        }
        switch (where) {
            case Where.And(var parts) -> parts.forEach(part -> requireNotIn(part, className));
            case Where.Or(var parts) -> parts.forEach(part -> requireNotIn(part, className));
            case Where.Nor(var parts) -> parts.forEach(part -> requireNotIn(part, className));
            case Where.On(var path, Predicate _) -> requireVisible(path.field(), className);
            case Where.RelatedTo _ -> {}
        }
    }

    void requireVisible(String field, String className) {
        if (always.contains(field) || secret.contains(field)) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    "This user is not allowed to query " + field + " on class " + className);
        }
    }

    /// Rejects ordering by a hidden field.
    void requireVisible(List<SortKey> order, String className) {
        order.forEach(key -> requireVisible(key.path().field(), className));
    }
}
