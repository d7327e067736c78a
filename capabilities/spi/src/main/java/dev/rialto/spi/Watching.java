package dev.rialto.spi;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Queries that are held against the changes of objects instead of being run: what live queries and
/// feeds stand on. The rules are those of a find.
public interface Watching {
    /// What a caller asks to be told of.
    ///
    /// @param where unread condition
    /// @param keys if present, only these fields are shown
    /// @param watch fields on whose change alone an update is of interest; empty for all
    /// @param include dotted paths of pointers whose objects are shown in their place
    record Request(
            String className,
            ObjectNode where,
            Optional<List<String>> keys,
            List<String> watch,
            List<String> include) {
        /// Watched fields are shown as well: otherwise nobody could tell that they changed.
        public Request {
            List<String> watched = List.copyOf(watch);
            watch = watched;
            include = List.copyOf(include);
            keys =
                    keys.map(wanted -> {
                        List<String> shown = new ArrayList<>(wanted);
                        shown.addAll(watched);
                        return List.copyOf(shown);
                    });
        }
    }

    /// All objects of a class that match, with all their fields.
    static Request all(String className, ObjectNode where) {
        return new Request(className, where, Optional.empty(), List.of(), List.of());
    }

    /// A request that was admitted. It holds as long as the caller's roles and the class's schema
    /// stay as they are: ask again when they change.
    record Watch(WatchedQuery query, View view) {}

    /// What objects must fulfil. Equal for all who ask the same of the same class of an app.
    interface WatchedQuery {
        String className();

        boolean holds(ObjectNode object);

        /// A field that must have a certain value, if the query asks for one: only objects that
        /// have it can fulfil the query.
        Optional<Anchor> anchor();
    }

    /// A top-level field and the only value that an object which fulfils a query can have in it, in
    /// wire form.
    record Anchor(String field, JsonNode value) {}

    /// What a caller may see of the objects that a query is about.
    interface View {
        /// Whether ACL and pointer permissions let the caller read an object.
        boolean mayRead(ObjectNode object);

        /// What [#shown] depends on: views with equal shapes show the same of every object.
        Object shape();

        /// An object as the caller may see it, as a new node that names its class.
        ObjectNode shown(ObjectNode object);
    }

    /// Admits a request.
    ///
    /// @throws dev.rialto.kernel.RialtoException as a find would, and 102 for conditions that need
    ///   the database: sub-queries, relations, full text
    Watch watch(App app, Caller caller, Request request);

    /// The request as the trigger before a find wants it, and those of the classes that its
    /// condition reads. To be asked once when somebody begins to watch, after [#watch] admitted the
    /// request as it was made.
    Request asked(App app, Caller caller, Request request);

    /// Whether a class has a trigger before a find, so that [#asked] depends on who asks.
    boolean restricts(App app, String className);

    /// Whether what is shown of an object must go through [#prepared] before it is told.
    boolean prepares(App app, Request request);

    /// An object that was shown, with the objects that the request includes and as the trigger
    /// after a find lets it be seen, as a new node. Takes reads and calls of triggers.
    ///
    /// @return empty when the trigger hides it
    Optional<ObjectNode> prepared(App app, Caller caller, Request request, ObjectNode shown);

    /// What a request finds now, as its caller may see it; each object names its class. No triggers
    /// are called and nothing is included: see [#prepared].
    List<ObjectNode> find(App app, Caller caller, Request request, int limit);

    /// What a request finds now, as a find would answer it; each object names its class.
    List<ObjectNode> search(App app, Caller caller, Request request, int limit);

    /// The table of a class, as the change log names it.
    String table(String className);

    /// Reads a row of the change log as an object in wire form, with all its fields and its ACL.
    ///
    /// @return empty when there is no such class (any more)
    Optional<ObjectNode> object(App app, String className, String row);

    /// Forgets what this node knows of a class, which the change log says was changed.
    void classChanged(App app, String className);
}
