package dev.rialto.workers;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Ids;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/// Keeps workers apart from the server and from each other, with what this system has.
final class Isolation {
    /// Where a worker in namespaces sees the folder of its socket.
    private static final String LINK = "/rialto";

    private final IsolatedSettings settings;
    private final Launcher.Purpose purpose;
    private final DeclaredMemory memory;
    private final String searchPath;
    private final Ids ids = new Ids();
    private @Nullable Means means;

    /// What this system has.
    ///
    /// @param missing why there are no namespaces; empty when there are
    private record Means(
            Optional<Namespaces> namespaces,
            String missing,
            Optional<ControlGroups> groups,
            List<String> tether) {}

    /// A process that is about to be started.
    ///
    /// @param group the control group that it will be in
    record Prepared(ProcessBuilder builder, WorkerFolder folder, Optional<ControlGroup> group) {
        /// Removes what was made for it.
        void delete() {
            group.ifPresent(ControlGroup::delete);
            folder.delete();
        }
    }

    Isolation(
            IsolatedSettings settings,
            Launcher.Purpose purpose,
            DeclaredMemory memory,
            String searchPath) {
        this.settings = settings;
        this.purpose = purpose;
        this.memory = memory;
        this.searchPath = searchPath;
    }

    /// Why processes are not in namespaces; empty when they are.
    Optional<String> unconfined() {
        Means known = means();
        return known.namespaces().isPresent() ? Optional.empty() : Optional.of(known.missing());
    }

    /// What this system can and can't keep apart, in one line.
    String description() {
        Means known = means();
        String spaces =
                known.namespaces().isPresent()
                        ? "in their own namespaces"
                        : "not in namespaces (" + known.missing() + ")";
        String limits =
                known.groups()
                        .map(each ->
                                "limited by control groups of version " + (each.unified() ? 2 : 1))
                        .orElse(
                                "limited by watching their memory, as control groups can't be made");
        return purpose.processes() + " run " + spaces + ", " + limits;
    }

    /// How important that is for operators: something is missing, or not.
    Level level() {
        Means known = means();
        return known.namespaces().isPresent() && known.groups().isPresent()
                ? Level.INFO
                : Level.WARNING;
    }

    private synchronized Means means() {
        Means known = means;
        if (known == null) {
            known = find();
            means = known;
        }
        return known;
    }

    private Means find() {
        WorkerFolder.sweep();
        Optional<ControlGroups> groups = memory.groups();
        List<String> tether = Programs.tether(searchPath);
        if (settings.namespaces() == IsolatedSettings.Wanted.OFF) {
            return new Means(
                    Optional.empty(), purpose.settings() + ".namespaces is off", groups, tether);
        }
        if (purpose.hidden().filter(Namespaces::isLibrary).isPresent()) {
            return new Means(
                    Optional.empty(),
                    "the data folder is among the system's libraries",
                    groups,
                    tether);
        }
        return switch (Namespaces.attempt(searchPath)) {
            case Namespaces.Attempt.Available(Namespaces found) ->
                    new Means(Optional.of(found), "", groups, tether);
            case Namespaces.Attempt.Unavailable(String why) ->
                    new Means(Optional.empty(), why, groups, tether);
        };
    }

    /// Prepares a process.
    ///
    /// @param variables its environment
    /// @throws RefusedException when namespaces are required and not available
    Prepared prepare(Image image, IsolationLimits limits, Map<String, String> variables)
            throws IOException {
        Means known = means();
        if (known.namespaces().isEmpty()
                && settings.namespaces() == IsolatedSettings.Wanted.REQUIRED) {
            throw new RefusedException(
                    Problem.of(
                            purpose.processes()
                                    + " can't be confined on this system, and "
                                    + purpose.settings()
                                    + ".namespaces requires it: "
                                    + known.missing()));
        }
        requireHidden(image);
        WorkerFolder folder = WorkerFolder.create();
        Optional<ControlGroup> group = group(known, limits, folder);
        boolean confined = known.namespaces().isPresent();
        Path scratch = confined ? Path.of(Namespaces.SCRATCH) : folder.scratch();
        List<String> command = new ArrayList<>(known.tether());
        List<String> program = image.command(new Image.Place(confined, scratch, limits.memory()));
        command.addAll(
                known.namespaces()
                        .map(each -> each.command(view(image, folder, limits), program))
                        .orElse(program));
        var builder = new ProcessBuilder(ControlGroup.enter(group, command));
        builder.directory(image.folder().orElse(folder.scratch()).toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(variables);
        environment.put("TMPDIR", scratch.toString());
        environment.put(
                Frames.SOCKET_VARIABLE,
                confined ? WorkerFolder.socketIn(LINK) : folder.socket().toString());
        return new Prepared(builder, folder, group);
    }

    /// Programs may be shown whole folders of the system.
    private void requireHidden(Image image) {
        if (purpose.hidden().isPresent()) {
            Path data = purpose.hidden().get().toAbsolutePath().normalize();
            if (image.files().keySet().stream().anyMatch(data::startsWith)) {
                throw new RefusedException(
                        Problem.of("this server's data folder is where its programs are: " + data));
            }
        }
    }

    private Optional<ControlGroup> group(Means known, IsolationLimits limits, WorkerFolder folder)
            throws IOException {
        boolean made = false;
        try {
            Optional<ControlGroup> group = Optional.empty();
            if (known.groups().isPresent()) {
                group = Optional.of(known.groups().get().create(limits, ids));
            }
            made = true;
            return group;
        } finally {
            if (!made) {
                folder.delete();
            }
        }
    }

    private static Namespaces.View view(Image image, WorkerFolder folder, IsolationLimits limits) {
        Map<Path, String> seen = new LinkedHashMap<>();
        seen.put(folder.link(), LINK);
        image.files()
                .forEach((file, place) -> {
                    if (!Namespaces.isLibrary(file) || !place.equals(file.toString())) {
                        seen.put(file, place);
                    }
                });
        return new Namespaces.View(
                folder.scratch(),
                seen,
                image.folder().map(seen::get).orElse(Namespaces.SCRATCH),
                limits.scratch(),
                image.runsWhatItWrites(),
                limits.processes());
    }
}
