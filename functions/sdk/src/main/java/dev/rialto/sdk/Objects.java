package dev.rialto.sdk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The app's objects. Permissions, triggers and limits apply as for any other request.
public interface Objects {
    /// The same objects without asking for permissions.
    Objects asMaster();

    /// Creates an object, or updates it when it has an id.
    ///
    /// @return the object as it is now, as far as it is known: with id, dates and what triggers set
    /// @throws FunctionException as a client would be told
    Entity save(Entity object);

    /// The object, if there is one that the caller may see.
    Optional<Entity> get(String className, String id);

    List<Entity> find(Query query);

    /// Changes some fields of an object in one step, whatever others do meanwhile.
    ///
    /// @return of the object's fields those that the server computed: `updatedAt`, numbers that
    ///   were added to, lists that were changed, and what triggers set
    /// @throws FunctionException 101 when there is none that the caller may change, 1412 when it
    ///   does not match the condition
    Entity update(Entity.Pointer object, Update update);

    /// Does several writes, at most 1,000, each by itself: some may fail while others are done.
    ///
    /// @return how each ended, in their order: what [#save] or [#update] returns, for deleted
    ///   objects one without fields
    List<Functions.Attempt<Entity>> batch(List<? extends Write> writes);

    /// Does several writes, at most 1,000, in one transaction: all of them or none.
    ///
    /// @return what [#save] or [#update] returns, for deleted objects one without fields
    /// @throws FunctionException of the first write that fails
    List<Entity> transact(List<? extends Write> writes);

    /// Answers an aggregation: see `docs/aggregate.md`. Only [#asMaster].
    ///
    /// @param pipeline stages such as `Map.of("$group", Map.of("objectId", "$city"))`
    List<Map<String, @Nullable Object>> aggregate(
            String className, List<? extends Map<String, ?>> pipeline);

    long count(Query query);

    /// Adds to a number in one step, whatever others do meanwhile.
    ///
    /// @return the number as it is now
    double increment(String className, String id, String field, double by);

    /// Deletes an object.
    ///
    /// @throws FunctionException 101 when there is none that the caller may delete
    void delete(String className, String id);
}
