package dev.rialto.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Class-level permissions: who may do what with a class as a whole.
///
/// @param grants for each action, who may do it
/// @param readUserFields pointer fields whose user may get, find and count
/// @param writeUserFields pointer fields whose user may update and delete (and add fields)
/// @param protectedFields group (`*`, `authenticated`, `role:x`, `userField:x`, a user id) to the
///   fields hidden from it
/// @param wire the whole in Parse's form, as it was set
public record ClassPermissions(
        Map<Action, Grant> grants,
        List<String> readUserFields,
        List<String> writeUserFields,
        Map<String, Set<String>> protectedFields,
        ObjectNode wire) {

    /// What can be permitted.
    public enum Action {
        GET("get"),
        FIND("find"),
        COUNT("count"),
        CREATE("create"),
        UPDATE("update"),
        DELETE("delete"),
        ADD_FIELD("addField");

        private final String wireName;

        Action(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /// Who may do one action.
    ///
    /// @param entries `*`, user ids and `role:x`
    /// @param requiresAuthentication any logged-in user may
    /// @param pointerFields the users these fields point to may
    public record Grant(
            Set<String> entries, boolean requiresAuthentication, List<String> pointerFields) {
        public Grant {
            entries = Set.copyOf(entries);
            pointerFields = List.copyOf(pointerFields);
        }
    }

    public ClassPermissions {
        grants = Map.copyOf(grants);
        readUserFields = List.copyOf(readUserFields);
        writeUserFields = List.copyOf(writeUserFields);
        protectedFields = Map.copyOf(new LinkedHashMap<>(protectedFields));
    }
}
