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

/// Finds what holds class loaders of this JVM, with occasional heap dumps.
///
/// A heap dump pauses the JVM and contains everything in memory, including secrets: only the owner
/// can read its file, which is deleted before it is searched.
public final class LeakFinder {
    /// Limits the frequency and the size of heap dumps.
    ///
    /// @param apart the minimum interval between two dumps
    /// @param maxHeap the maximum heap in use, in bytes; the JVM pauses for about a second for each
    ///   500 MB
    /// @param search how long a search may take
    /// @param folder where the dump's file is written
    public record Dumps(Duration apart, long maxHeap, Duration search, Path folder) {
        public static Dumps defaults() {
            return new Dumps(
                    Duration.ofHours(1),
                    2L << 30,
                    Duration.ofMinutes(2),
                    Path.of(System.getProperty("java.io.tmpdir")));
        }
    }

    private static final int MAX_SEARCHED = 5;

    private final Dumps dumps;
    private boolean dumped;
    private long lastDumpNanos;

    public LeakFinder(Dumps dumps) {
        this.dumps = dumps;
    }

    /// What holds each of them; loaders that have been collected in the meantime are absent.
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
        if (heap.getUsed() > dumps.maxHeap()) {
            return Optional.of(
                    "%d bytes of heap are more than %d".formatted(heap.getUsed(), dumps.maxHeap()));
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
                            holders.size() < MAX_SEARCHED
                                    ? search.path(each.number)
                                            .map(text::of)
                                            .orElse("not known: a heap dump shows no path")
                                    : "not known: only %d are searched for at a time"
                                            .formatted(MAX_SEARCHED));
                }
            }
            return holders;
        }
    }

    private HeapDump dump() throws IOException {
        // Nobody else can enter the folder, or make the JVM write through a link in it.
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
