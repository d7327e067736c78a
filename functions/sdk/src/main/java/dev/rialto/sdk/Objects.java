package dev.rialto.sdk;

import java.util.List;
import java.util.Optional;

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

    long count(Query query);

    /// Adds to a number in one step, whatever others do meanwhile.
    ///
    /// @return the number as it is now
    double increment(String className, String id, String field, double by);

    /// @throws FunctionException 101 when there is none that the caller may delete
    void delete(String className, String id);
}
