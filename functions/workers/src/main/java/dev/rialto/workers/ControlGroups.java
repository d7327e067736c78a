package dev.rialto.workers;

import dev.rialto.kernel.Ids;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the kernel's control groups can be made for workers: version 2 where this server's group
/// was delegated to it, as systemd does with `Delegate=yes`, otherwise version 1.
///
/// @param folders one of version 2, or one of each controller of version 1
record ControlGroups(List<Path> folders, boolean unified) {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");
    private static final String SERVER = "server";
    private static final String PREFIX = "rialto-worker-";

    /// The group that has those of all workers of a server.
    private static final String ALL = "rialto-workers-";

    /// What can be used here; empty when nothing can.
    ///
    /// @param memory of all workers together, in bytes
    static synchronized Optional<ControlGroups> find(long memory) {
        try {
            List<String> mine = Files.readAllLines(Path.of("/proc/self/cgroup"));
            Optional<ControlGroups> found =
                    Files.exists(ROOT.resolve("cgroup.controllers"))
                            ? unified(mine)
                            : separate(mine);
            if (found.isEmpty()) {
                return found;
            }
            found.get().sweep();
            return Optional.of(found.get().together(memory));
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    /// Groups with processes of their own can't have others below them, so this server moves into
    /// one beside its workers'.
    private static Optional<ControlGroups> unified(List<String> mine) throws IOException {
        Path folder = folder(mine, "0::").map(each -> under(ROOT, each)).orElse(ROOT);
        if (!Files.isWritable(folder.resolve("cgroup.subtree_control"))) {
            return Optional.empty();
        }
        Path above = folder.getParent();
        boolean alreadyMoved = folder.endsWith(SERVER) && above != null;
        Path parent = alreadyMoved && above != null ? above : folder;
        if (!alreadyMoved) {
            List<String> pids = Files.readAllLines(folder.resolve("cgroup.procs"));
            if (!pids.stream().allMatch(ControlGroups::isOurs)) {
                // It is the group of others, too: of a session, or of a whole container.
                return Optional.empty();
            }
            Path server = Files.createDirectories(folder.resolve(SERVER));
            for (String pid : pids) {
                Files.writeString(server.resolve("cgroup.procs"), pid);
            }
        }
        for (String each : CONTROLLERS) {
            Files.writeString(parent.resolve("cgroup.subtree_control"), "+" + each);
        }
        return Optional.of(new ControlGroups(List.of(parent), true));
    }

    /// Whether a process is this one, or one that it has started.
    private static boolean isOurs(String pid) {
        Optional<ProcessHandle> each = ProcessHandle.of(Long.parseLong(pid));
        while (each.isPresent() && !each.get().equals(ProcessHandle.current())) {
            each = each.get().parent();
        }
        return each.isPresent();
    }

    private static Optional<ControlGroups> separate(List<String> mine) {
        List<Path> folders = new ArrayList<>();
        for (String controller : CONTROLLERS) {
            mine.stream()
                    .filter(line -> named(line).contains(controller))
                    .findFirst()
                    .map(line ->
                            under(
                                    ROOT.resolve(controller),
                                    line.substring(line.lastIndexOf(':') + 1)))
                    .filter(Files::isWritable)
                    .ifPresent(folders::add);
        }
        return folders.size() == CONTROLLERS.size()
                ? Optional.of(new ControlGroups(folders, false))
                : Optional.empty();
    }

    private static List<String> named(String line) {
        String[] parts = line.split(":", -1);
        return parts.length > 1 ? List.of(parts[1].split(",", -1)) : List.of();
    }

    private static Optional<String> folder(List<String> mine, String start) {
        return mine.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst();
    }

    private static Path under(Path root, String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    /// Those below a group that limits them together.
    private ControlGroups together(long memory) throws IOException {
        String name = ALL + ProcessHandle.current().pid() + "-" + new Ids().hex(8);
        var parent =
                new ControlGroup(
                        folders.stream().map(each -> each.resolve(name)).toList(), unified);
        parent.createParent(memory);
        return new ControlGroups(parent.folders(), unified);
    }

    /// Removes the groups of servers that no longer exist, with the processes in them.
    private void sweep() {
        for (Path folder : folders) {
            for (Path each : left(folder, ALL)) {
                left(each, PREFIX).forEach(ControlGroup::remove);
                ControlGroup.remove(each);
            }
            left(folder, PREFIX).forEach(ControlGroup::remove);
        }
    }

    private static List<Path> left(Path folder, String prefix) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> WorkerFolder.isLeftOver(each, prefix)).toList();
        } catch (IOException unreadable) {
            ControlGroup.log(folder, unreadable);
            return List.of();
        }
    }

    /// Makes a group for one worker.
    ControlGroup create(IsolationLimits limits, Ids ids) throws IOException {
        String name = PREFIX + ProcessHandle.current().pid() + "-" + ids.hex(8);
        var group =
                new ControlGroup(
                        folders.stream().map(each -> each.resolve(name)).toList(), unified);
        boolean made = false;
        try {
            group.create(limits);
            made = true;
            return group;
        } finally {
            if (!made) {
                group.delete();
            }
        }
    }
}
