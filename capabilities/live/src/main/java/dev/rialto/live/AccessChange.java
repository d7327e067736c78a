package dev.rialto.live;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.store.Change;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a change may mean for what somebody may see.
sealed interface AccessChange {
    /// The sessions or roles of a user are others.
    record OfUser(String userId) implements AccessChange {}

    /// The roles of any user may be others.
    record OfAllUsers() implements AccessChange {}

    /// The fields or permissions of a class are others.
    record OfClass(String className) implements AccessChange {}

    /// Where changes are after which somebody who is still logged in may see something else.
    List<String> CHANGING = List.of("_schema", "_Role", "_Join:users:_Role", "_Join:roles:_Role");

    /// Whether a caller may see something else of a class than before.
    default boolean concerns(Caller caller, String className) {
        return switch (this) {
            case OfUser(var id) -> caller instanceof Caller.User user && user.id().equals(id);
            case OfAllUsers _ -> caller instanceof Caller.User;
            case OfClass(var changed) -> !caller.seesEverything() && changed.equals(className);
        };
    }

    /// Whether a change, made while a caller was away, may have shown or hidden objects of a class.
    static boolean accessMayHaveChanged(Change change, Caller caller, String className) {
        return of(change)
                .filter(access -> access.concerns(caller, className))
                .filter(access -> !(access instanceof OfClass) || !isSamePermission(change))
                .isPresent();
    }

    private static boolean isSamePermission(Change change) {
        return permissions(change.before()).equals(permissions(change.after()));
    }

    private static Optional<JsonNode> permissions(Optional<String> row) {
        return row.map(Json::read)
                .map(schema -> schema.get("permissions"))
                .filter(each -> !each.isNull());
    }

    /// Whether a session ended, or is another's or for another time.
    private static boolean isOther(String row, Optional<String> after) {
        return after.isEmpty()
                || !text(row, "user").equals(text(after.get(), "user"))
                || !text(row, "expiresAt").equals(text(after.get(), "expiresAt"));
    }

    static Optional<AccessChange> of(Change change) {
        return switch (change.table()) {
            case "_schema" -> Optional.of(new OfClass(change.key()));
            // A new session or user gives nothing to those who follow something already.
            case "_Session" ->
                    change.before()
                            .filter(row -> isOther(row, change.after()))
                            .map(row -> new OfUser(text(row, "user")));
            case "_User" ->
                    change.after().isEmpty()
                            ? Optional.of(new OfUser(change.key()))
                            : Optional.empty();
            case "_Join:users:_Role" ->
                    change.after()
                            .or(change::before)
                            .map(row -> new OfUser(text(row, "relatedId")));
            case "_Join:roles:_Role" -> Optional.of(new OfAllUsers());
            case "_Role" ->
                    change.before().isPresent() && change.after().isEmpty()
                            ? Optional.of(new OfAllUsers())
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static String text(String row, String field) {
        return Json.read(row).path(field).asString("");
    }
}
