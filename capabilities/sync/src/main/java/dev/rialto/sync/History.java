package dev.rialto.sync;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Watching;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.Database;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What others did to an object since a client saw it, as the change log tells.
final class History {
    /// How many changes of all apps are looked through: the log is not ordered by object, and a
    /// client may ask for many.
    private static final int REACH = 100_000;

    private final ChangeLog log;
    private final Watching watching;

    History(Database database, Watching watching) {
        this.log = new ChangeLog(database);
        this.watching = watching;
    }

    /// An object, and who asks about it.
    record Subject(App app, Caller caller, String className, String objectId) {}

    /// The fields that changed since a version, of those that the caller may see.
    ///
    /// @param base `updatedAt` of the version
    /// @param own versions that the caller's own operations made: what they changed doesn't count
    /// @return empty when it isn't known
    Optional<Set<String>> changedSince(Subject subject, String base, Set<String> own) {
        Watching.View view =
                watching.watch(
                                subject.app(),
                                subject.caller(),
                                Watching.all(subject.className(), Json.object()))
                        .view();
        List<Change> changes =
                log.ofRow(
                        subject.app().schema(),
                        watching.table(subject.className()),
                        subject.objectId(),
                        REACH);
        Set<String> changed = new HashSet<>();
        Set<String> mine = new HashSet<>(own);
        boolean reached = false;
        for (Change change : changes) {
            ObjectNode before = version(subject, view, change.before());
            ObjectNode after = version(subject, view, change.after());
            // The first change that left the base behind: versions can be told apart by their
            // milliseconds only, and what counts as a change too many does no harm.
            reached |= before.path("updatedAt").asString("").equals(base);
            if (reached && !mine.remove(after.path("updatedAt").asString(""))) {
                changed.addAll(FieldMerge.differences(before, after));
            }
        }
        changed.remove("updatedAt");
        return reached ? Optional.of(changed) : Optional.empty();
    }

    private ObjectNode version(Subject subject, Watching.View view, Optional<String> row) {
        return row.flatMap(text -> watching.object(subject.app(), subject.className(), text))
                .map(view::shown)
                .orElseGet(Json::object);
    }
}
