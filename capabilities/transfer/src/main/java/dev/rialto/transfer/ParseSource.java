package dev.rialto.transfer;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// The database of a Parse Server, wherever it is.
interface ParseSource extends AutoCloseable {
    /// How many documents of the server's own are read whole, such as classes and hooks.
    int MAX_DOCUMENTS = 10_000;

    /// How a relation's pairs are named: `_Join:members:Team`.
    static String join(String className, String relation) {
        return "_Join:" + relation + ":" + className;
    }

    /// @throws dev.rialto.kernel.RialtoException when this is not the database of a Parse Server
    List<ParseClass> classes() throws IOException;

    /// The objects of a class; empty if it has none.
    ///
    /// @param hidden fields of the class here that clients never see
    Optional<RowInput> objects(ParseClass type, Set<String> hidden, ImportNotes notes);

    /// The members of a relation; empty if it has none.
    ///
    /// @param target the class of the members
    Optional<RowInput> members(String className, String relation, String target);

    /// All that is stored under a name, as it is stored; at most [#MAX_DOCUMENTS].
    List<ObjectNode> documents(String name) throws IOException;

    /// What all that is stored is called.
    Set<String> names();

    /// Where something is stored, for messages.
    String place(String name);

    @Override
    void close() throws IOException;
}
