package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The names that only one micro app of an app may have: addresses, cloud functions, jobs and
/// endpoints. They are taken in the transaction that sends calls to a revision.
final class LiveNames {
    /// A name and what it names: `function`, `job` or `endpoint`. Addresses and cloud functions are
    /// called the same way, so they share one kind.
    private record Name(String kind, String name) {}

    private final Database database;

    LiveNames(Database database) {
        this.database = database;
    }

    /// Makes the names of a micro app those of its revisions that get calls.
    ///
    /// @param live descriptors of these revisions
    /// @throws RefusedException when another micro app has one of the names
    void align(App app, String microApp, List<Descriptor> live) {
        Set<Name> wanted = names(live);
        Set<Name> owned = owned(app, microApp);
        if (wanted.equals(owned)) {
            return;
        }
        // One at a time: two micro apps that trade names would wait for each other.
        database.update(Sql.of("LOCK TABLE ").add(table(app)).add(" IN SHARE ROW EXCLUSIVE MODE"));
        refuse(app, microApp, wanted);
        for (Name each : owned) {
            if (!wanted.contains(each)) {
                database.update(
                        Sql.of("DELETE FROM ")
                                .add(table(app))
                                .add(" WHERE kind = ? AND name = ?", each.kind(), each.name()));
            }
        }
        for (Name each : wanted) {
            if (!owned.contains(each)) {
                database.update(
                        Sql.of("INSERT INTO ")
                                .add(table(app))
                                .add(" VALUES (?, ?, ?)", each.kind(), each.name(), microApp));
            }
        }
    }

    /// Checks the names of a revision that gets no calls yet.
    ///
    /// @throws RefusedException when another micro app has one of the names
    void requireFree(App app, Descriptor descriptor) {
        refuse(app, descriptor.name(), names(List.of(descriptor)));
    }

    private void refuse(App app, String microApp, Iterable<Name> names) {
        List<Problem> problems = new ArrayList<>();
        for (Name each : names) {
            owner(app, each)
                    .filter(owner -> !owner.equals(microApp))
                    .ifPresent(owner -> problems.add(taken(each, owner)));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
    }

    private static Problem taken(Name name, String owner) {
        return Problem.of(
                "the "
                        + name.kind()
                        + " \""
                        + name.name()
                        + "\" belongs to the micro app "
                        + owner
                        + ": choose another name, or delete that micro app");
    }

    private Optional<String> owner(App app, Name name) {
        return database.queryFirst(
                Sql.of("SELECT micro_app FROM ")
                        .add(table(app))
                        .add(" WHERE kind = ? AND name = ?", name.kind(), name.name()),
                row -> row.getString(1));
    }

    private Set<Name> owned(App app, String microApp) {
        return new HashSet<>(
                database.query(
                        Sql.of("SELECT kind, name FROM ")
                                .add(table(app))
                                .add(" WHERE micro_app = ?", microApp),
                        row -> new Name(row.getString(1), row.getString(2))));
    }

    private static Set<Name> names(List<Descriptor> descriptors) {
        Set<Name> names = new LinkedHashSet<>();
        for (Descriptor descriptor : descriptors) {
            for (InterfaceDescriptor each : descriptor.interfaces()) {
                names.add(new Name("function", descriptor.address(each)));
                each.bindings().forEach(binding -> name(binding).ifPresent(names::add));
            }
        }
        return names;
    }

    private static Optional<Name> name(Binding binding) {
        return switch (binding) {
            case Binding.CloudFunction(String name) -> Optional.of(new Name("function", name));
            case Binding.Job(String name) -> Optional.of(new Name("job", name));
            case Binding.Endpoint(String method, String path, _, _) ->
                    Optional.of(new Name("endpoint", method + " " + withoutNames(path)));
            case Binding.Trigger _, Binding.Schedule _, Binding.OnChange _, Binding.OnEvent _ ->
                    Optional.empty();
        };
    }

    /// Paths that differ in the names of their parameters alone match the same requests.
    private static String withoutNames(String path) {
        return path.replaceAll("\\{[^{}/]*\\}", "{}");
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add(".").addName("_live_name");
    }
}
