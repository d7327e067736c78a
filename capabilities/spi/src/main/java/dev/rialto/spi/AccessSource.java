package dev.rialto.spi;

import dev.rialto.store.Change;
import dev.rialto.where.Table;
import java.util.Optional;

/// Something that decides what users may see: the objects of a system class, such as sessions, or
/// one of its relations, such as the users of roles. When it changes, those whom the change
/// concerns are admitted again to what they follow.
///
/// @param relation the field of the relation; empty for the objects themselves
/// @param endsSessions whether those whom a change concerns are logged out by it: then it tells
///   nothing to those who come back with a session
/// @param effect whom a change concerns
public record AccessSource(Optional<String> relation, boolean endsSessions, Effect effect) {
    /// Whom a change concerns; empty for nobody. Called for every change of the table.
    public interface Effect {
        Optional<Concerned> of(Change change);
    }

    /// Users who may see something else than before.
    public sealed interface Concerned {
        record User(String id) implements Concerned {}

        record EveryUser() implements Concerned {}
    }

    /// The objects of the class decide.
    public static AccessSource objects(Effect effect) {
        return new AccessSource(Optional.empty(), false, effect);
    }

    /// The objects of the class decide who is logged in.
    public static AccessSource sessions(Effect effect) {
        return new AccessSource(Optional.empty(), true, effect);
    }

    /// The pairs of a relation decide.
    public static AccessSource relation(String field, Effect effect) {
        return new AccessSource(Optional.of(field), false, effect);
    }

    /// The table, as the change log names it.
    String table(String className) {
        return relation.map(field -> Table.relation(className, field))
                .orElseGet(() -> Table.name(className));
    }
}
