package dev.rialto.spi;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.Where;
import dev.rialto.store.Sql;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What those who read objects by SQL of their own need to know of classes.
public interface Querying {
    /// What the result of one query may have.
    ///
    /// @param results the most objects, or rows
    /// @param bytes the most bytes of its answer
    record Bounds(int results, long bytes) {}

    /// A class that clients reach.
    Optional<ClassSchema> find(App app, String className);

    /// All classes of an app, those included that clients don't reach.
    Collection<ClassSchema> all(App app);

    /// The rules of a system class.
    Optional<ClassRules> rules(String className);

    /// Reads a `where` on rows with these fields, which may be others than a stored class has.
    Where parse(ClassSchema columns, ObjectNode where);

    /// A condition over the alias `t`, with what the caller may see of the classes of its
    /// sub-queries and relations.
    Sql condition(App app, Caller caller, ClassSchema schema, Where where);

    /// Forgets what is cached of an app's classes, since a table or column turned out to be gone.
    void forget(App app);

    FileAddresses files();

    Bounds bounds();
}
