package dev.rialto.spi;

import dev.rialto.http.Answer;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Field;
import dev.rialto.model.Where;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The rules of a class beyond its schema: passwords are hashed, usernames unique, roles need an
/// ACL. They apply to writes and queries on every route.
public interface ClassRules {
    /// The class they are for, e.g. `_User`.
    String className();

    /// Where clients find a new object of the class, below `/v1`.
    default String path() {
        return "/classes/" + className();
    }

    /// The class's fields in every app, beside objectId, createdAt, updatedAt and ACL.
    Map<String, Field> fields();

    /// Columns that only the maintenance key can read or query. Their names begin with `_`. Rules
    /// read and write them like fields.
    default Map<String, Field> hiddenFields() {
        return Map.of();
    }

    /// Write-only fields, for API descriptions.
    default Set<String> writeOnlyFields() {
        return Set.of();
    }

    /// Additional response fields of an object, and of its creation, for API descriptions.
    default Map<String, JsonSchema> besidesFields() {
        return Map.of();
    }

    /// Fields whose values stay out of the change log, beside the hidden ones: secrets.
    default Set<String> unloggedFields() {
        return Set.of();
    }

    /// Fields, besides the hidden ones, that [Triggers] don't receive.
    default Set<String> confidentialFields() {
        return unloggedFields();
    }

    /// What of the class decides what users may see: those whom a change concerns are admitted
    /// again to what they follow.
    default List<AccessSource> accessSources() {
        return List.of();
    }

    /// Whether [Triggers] may be asked for the class at all.
    default boolean triggers() {
        return true;
    }

    /// Columns that are unique unless null, and the error for a violation. A value is unique
    /// regardless of case when `ignoreCase`.
    default Map<String, Unique> uniqueFields() {
        return Map.of();
    }

    /// How one column is unique.
    record Unique(boolean ignoreCase, ErrorCode code, String message) {}

    /// Fields that queries of the server itself look up, beside the unique ones: each gets an
    /// index.
    default Set<String> indexedFields() {
        return Set.of();
    }

    /// Fields that are always protected, whatever the class permissions say: for each group (`*`,
    /// `authenticated`, ...) the fields hidden from it. They are added to those of the class and
    /// are not part of its schema as clients see it.
    default Map<String, Set<String>> protectedFields() {
        return Map.of();
    }

    /// Fields that this caller may not ask for, by condition, order or `$select`: what is found
    /// would tell their values, which [#present] keeps from it. No class permission gives them
    /// back.
    default Set<String> secretFields(Caller caller) {
        return Set.of();
    }

    /// Class-level permissions of an app's new class, in Parse's form; empty for the defaults.
    default ObjectNode defaultPermissions() {
        return Json.object();
    }

    /// May answer a create in another way, e.g. a sign-up that turns out to be a log-in.
    default Optional<Answer> insteadOfCreate(Draft draft) {
        return Optional.empty();
    }

    /// May answer a create that another one has overtaken, e.g. a sign-up with an identity that was
    /// linked a moment ago.
    ///
    /// @param draft as it was sent
    /// @throws RialtoException the refusal, or another one
    default Answer insteadOfRefusal(Draft draft, RialtoException refusal) {
        throw refusal;
    }

    /// What the answer to a get of one object tells besides, e.g. the token of the session of the
    /// user who asks for itself.
    default ObjectNode besides(Caller caller, String objectId) {
        return Json.object();
    }

    /// How a caller is told that an object can't be found that it wants to change.
    default RialtoException notFound(Caller caller, RialtoException usual) {
        return usual;
    }

    /// Refuses a caller who may not change an object, whatever its ACL says, before it is looked
    /// for.
    default void requireChangeable(Caller caller, String objectId) {}

    /// Runs before the transaction of a create or update is begun, for slow work that must not hold
    /// a connection, such as hashing a password. There is no [Draft#original] yet. May run inside a
    /// transaction after all when the write is part of a larger one.
    default void prepare(Draft draft) {}

    /// Checks and completes a create or update before it is written. Always runs inside the write's
    /// transaction.
    default void beforeSave(Draft draft) {}

    /// Follows a write, in its transaction; may add to the answer.
    ///
    /// @param answer the fields that the client will be told
    default void afterSave(Draft draft, ObjectNode answer) {}

    /// May refuse to answer the request that created an object, once that is stored, e.g. a sign-up
    /// that opened no session.
    ///
    /// @param answer the fields that the client would be told
    default void afterCreate(App app, Caller caller, ObjectNode answer) {}

    /// Before an object is deleted, in the transaction.
    ///
    /// @param original the whole object, hidden fields included
    default void beforeDelete(App app, Caller caller, ObjectNode original) {}

    /// Follows a delete, in its transaction.
    default void afterDelete(App app, Caller caller, ObjectNode original) {}

    /// Follows the deletion of all objects of the class at once, in its transaction. No
    /// [#afterDelete] is called for them.
    default void afterPurge(App app) {}

    /// Restricts what a caller may find or get, or refuses the query.
    ///
    /// @param single whether one object is asked for by its id
    default Where beforeFind(App app, Caller caller, Where where, boolean single) {
        return where;
    }

    /// Whether [#beforeSave] of an update needs [Draft#original]: the row is then read and locked.
    default boolean needsOriginal(Draft draft) {
        return false;
    }

    /// Removes from an object what this caller may not see, or adds to it. Hidden fields are not in
    /// it.
    default void present(App app, Caller caller, ObjectNode object) {}

    /// Whether [#present] does something: rows are then built as trees and not streamed.
    default boolean presents() {
        return false;
    }
}
