package dev.rialto.live;

import dev.rialto.kernel.Json;
import dev.rialto.store.Change;
import java.util.Optional;
import java.util.Set;

/// What a change may mean for what somebody may see.
sealed interface AccessChange {
    /// The sessions or roles of a user are others.
    record OfUser(String userId) implements AccessChange {}

    /// The roles of any user may be others.
    record OfEverybody() implements AccessChange {}

    /// The fields or permissions of a class are others.
    record OfClass(String className) implements AccessChange {}

    Set<String> TABLES =
            Set.of(
                    "_schema",
                    "_Session",
                    "_User",
                    "_Role",
                    "_Join:users:_Role",
                    "_Join:roles:_Role");

    static boolean touches(Change change) {
        return TABLES.contains(change.table());
    }

    static Optional<AccessChange> of(Change change) {
        return switch (change.table()) {
            case "_schema" -> Optional.of(new OfClass(change.key()));
            // A new session or user gives nothing to those who follow something already.
            case "_Session" -> change.before().map(row -> new OfUser(text(row, "user")));
            case "_User" ->
                    change.after().isEmpty()
                            ? Optional.of(new OfUser(change.key()))
                            : Optional.empty();
            case "_Join:users:_Role" ->
                    change.after()
                            .or(change::before)
                            .map(row -> new OfUser(text(row, "relatedId")));
            case "_Join:roles:_Role" -> Optional.of(new OfEverybody());
            case "_Role" ->
                    change.before().isPresent() && change.after().isEmpty()
                            ? Optional.of(new OfEverybody())
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static String text(String row, String field) {
        return Json.read(row).path(field).asString("");
    }
}
