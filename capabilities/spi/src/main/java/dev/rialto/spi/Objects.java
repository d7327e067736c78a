package dev.rialto.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.model.Where;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Objects as a service to other capabilities. Objects are in wire form; ACLs, class permissions,
/// and the rules of the class apply as for a request of the caller.
public interface Objects {
    /// Creates an object.
    ///
    /// @param call the request it came by, if any
    /// @return objectId, createdAt and what rules added
    ObjectNode create(
            App app, Caller caller, Optional<Call> call, String className, ObjectNode fields);

    /// Updates an object.
    ///
    /// @return updatedAt, the fields that the store computed, and what rules added
    ObjectNode update(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            String objectId,
            ObjectNode fields);

    /// Updates an object for the server itself, if it still is as expected.
    ///
    /// @param condition in the form of a `where`
    /// @return false when it is not, or is gone
    boolean updateIf(
            App app, String className, String objectId, ObjectNode condition, ObjectNode fields);

    void delete(App app, Caller caller, String className, String objectId);

    /// One object as the caller may see it. No triggers are called, as for [#find].
    Optional<ObjectNode> get(App app, Caller caller, String className, String objectId);

    /// The objects that match, as the caller may see them, the oldest first.
    List<ObjectNode> find(App app, Caller caller, String className, Where where, int limit);

    /// Answers a query as a request would be answered, with the triggers of what it reads.
    ///
    /// @param query `where`, `order`, `limit`, ... as in the body of a find
    /// @return `results`, and `count` when it is asked for
    ObjectNode search(App app, Caller caller, String className, ObjectNode query);

    /// What a caller is told of an object that was read for it: as a get by its request would be
    /// answered, with the triggers of the class. Empty when they hide it.
    Optional<ObjectNode> told(Call call, String className, ObjectNode found);

    /// The same for a caller whose request is over.
    Optional<ObjectNode> told(App app, Caller caller, String className, ObjectNode found);

    /// Objects with their hidden fields, whoever asks: for the server itself.
    List<ObjectNode> findHidden(App app, String className, Where where, int limit);

    /// What a caller may see of a stored object, as a new node: no hidden and no protected fields,
    /// and presented by the rules of its class. ACL and class permissions are not asked, for
    /// answers to somebody who has proved otherwise that the object is theirs, such as a log-in.
    ///
    /// @param stored as [#findHidden] returns it
    ObjectNode shown(App app, Caller caller, String className, ObjectNode stored);

    /// Deletes all objects that match, without running rules.
    ///
    /// @return how many there were
    int deleteWhere(App app, String className, Where where);
}
