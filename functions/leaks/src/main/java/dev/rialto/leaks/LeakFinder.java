package dev.rialto.leaks;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Finds in heap dumps, of which it takes few, what holds class loaders of this JVM.
///
/// A heap dump stops the JVM meanwhile, and holds whatever was in memory, secrets too: its file is
/// readable by the owner alone, and deleted before it is searched.
public final class LeakFinder {
    /// How often, and how large, a heap dump may be.
    ///
    /// @param apart from one to the next, at least
    /// @param largestHeap what may be in use of the heap, in bytes; the JVM stops for about a
    ///   second for each 500 MB
    /// @param search how long a search may take
    /// @param folder where its file goes
    public record Dumps(Duration apart, long largestHeap, Duration search, Path folder) {
        public static Dumps defaults() {
            return new Dumps(
                    Duration.ofHours(1),
                    2L << 30,
                    Duration.ofMinutes(2),
                    Path.of(System.getProperty("java.io.tmpdir")));
        }
    }

    private static final int MOST_SEARCHED = 5;

    private final Dumps dumps;
    private boolean dumped;
    private long lastDumpNanos;

    public LeakFinder(Dumps dumps) {
        this.dumps = dumps;
    }

    /// What holds each of them; those that were collected meanwhile are absent.
    public Map<Suspect, String> traces(List<Suspect> loaders) {
        try {
            refusal()
                    .ifPresent(why -> {
                        throw new IllegalStateException(why);
                    });
            dumped = true;
            lastDumpNanos = System.nanoTime();
            return search(loaders);
        } catch (IOException | RuntimeException failure) {
            String unknown = "not known: no heap dump, since " + failure.getMessage();
            return loaders.stream()
                    .filter(each -> !each.isGone())
                    .collect(Collectors.toMap(each -> each, _ -> unknown));
        }
    }

    private Optional<String> refusal() throws IOException {
        if (dumped && System.nanoTime() - lastDumpNanos < dumps.apart().toNanos()) {
            return Optional.of("the last one is less than " + dumps.apart() + " ago");
        }
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        if (heap.getUsed() > dumps.largestHeap()) {
            return Optional.of(
                    "%d bytes of heap are more than %d"
                            .formatted(heap.getUsed(), dumps.largestHeap()));
        }
        long room = Files.getFileStore(dumps.folder()).getUsableSpace();
        // Compressed references are written in full, so a dump may be larger than the heap is.
        if (room < heap.getCommitted() * 2) {
            return Optional.of(
                    "%s has room for %d bytes, not for %d"
                            .formatted(dumps.folder(), room, heap.getCommitted() * 2));
        }
        return Optional.empty();
    }

    private Map<Suspect, String> search(List<Suspect> loaders) throws IOException {
        Map<Long, String> threadNames =
                Thread.getAllStackTraces().keySet().stream()
                        .collect(Collectors.toMap(Thread::threadId, Thread::getName));
        try (HeapDump dump = dump()) {
            var index = new HeapIndex(dump);
            var search = new LeakSearch(dump, index, dumps.search());
            var text = new LeakTrace(dump, index, threadNames);
            Map<Suspect, String> holders = new HashMap<>();
            for (Suspect each : loaders) {
                if (search.isThere(each.number)) {
                    holders.put(
                            each,
                            holders.size() < MOST_SEARCHED
                                    ? search.path(each.number)
                                            .map(text::of)
                                            .orElse("not known: a heap dump shows no path")
                                    : "not known: only %d are searched for at a time"
                                            .formatted(MOST_SEARCHED));
                }
            }
            return holders;
        }
    }

    private HeapDump dump() throws IOException {
        // Others can't enter the folder, nor can the JVM be made to write through a link in it.
        Path folder = Files.createTempDirectory(dumps.folder(), "rialto-heap-");
        Path file = folder.resolve("heap.hprof");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpHeap(file.toString(), true);
            return new HeapDump(file);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }
}
