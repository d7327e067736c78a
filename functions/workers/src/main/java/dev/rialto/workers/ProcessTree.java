package dev.rialto.workers;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A process and its descendants.
///
/// @param found the process; empty when it runs on another machine
public record ProcessTree(Optional<ProcessHandle> found) {
    public ProcessTree(ProcessHandle root) {
        this(Optional.of(root));
    }

    /// That of a process, if it is one of this machine.
    static ProcessTree of(Process process) {
        try {
            return new ProcessTree(process.toHandle());
        } catch (UnsupportedOperationException elsewhere) {
            return new ProcessTree(Optional.empty());
        }
    }

    /// The processes, parents first.
    public List<Long> pids() {
        return found.map(root -> listed(root).orElseGet(() -> scanned(root))).orElse(List.of());
    }

    /// Handles of those that there are, parents first.
    List<ProcessHandle> handles() {
        return pids().stream().map(ProcessHandle::of).flatMap(Optional::stream).toList();
    }

    private static List<Long> scanned(ProcessHandle root) {
        List<Long> all = new ArrayList<>();
        all.add(root.pid());
        root.descendants().map(ProcessHandle::pid).forEach(all::add);
        return all;
    }

    /// The children as listed by Linux, which is faster than scanning all processes of the machine;
    /// empty on other systems.
    private static Optional<List<Long>> listed(ProcessHandle root) {
        if (!Files.exists(
                Path.of("/proc/self/task/" + ProcessHandle.current().pid() + "/children"))) {
            return Optional.empty();
        }
        List<Long> all = new ArrayList<>();
        Deque<Long> next = new ArrayDeque<>(List.of(root.pid()));
        while (!next.isEmpty()) {
            long pid = next.remove();
            all.add(pid);
            next.addAll(children(pid));
        }
        return Optional.of(all);
    }

    private static List<Long> children(long pid) {
        List<Long> children = new ArrayList<>();
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                String text = Files.readString(task.resolve("children"));
                for (String each : text.split(" ", -1)) {
                    if (!each.isBlank()) {
                        children.add(Long.valueOf(each.strip()));
                    }
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            // it has ended in the meantime
        }
        return children;
    }

    /// Their memory in bytes, where the system reports it as Linux does; otherwise 0.
    public long residentMemory() {
        return pids().stream().mapToLong(ResidentMemory::of).sum();
    }

    /// Their memory in bytes, without counting twice what they share. Takes milliseconds.
    long proportionalMemory() {
        return pids().stream().mapToLong(ResidentMemory::proportional).sum();
    }

    /// The processor time they have used; empty if unknown.
    Optional<Duration> processorTime() {
        return pids().stream()
                .map(pid -> ProcessHandle.of(pid).flatMap(each -> each.info().totalCpuDuration()))
                .flatMap(Optional::stream)
                .reduce(Duration::plus);
    }
}
