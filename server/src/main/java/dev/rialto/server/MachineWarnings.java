package dev.rialto.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.rialto.kernel.Timing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What of the machine will soon keep the server from working: its disk, its open files, its
/// memory. Read at most once a second, since anybody may ask. What changes is logged.
final class MachineWarnings implements Supplier<Map<String, String>> {
    private static final String UNREADABLE = "the data folder can't be read";
    private static final Duration READ_EVERY = Duration.ofSeconds(1);
    private static final long MIN_FREE_DISK = 1L << 30;

    /// What writes leave of the disk of the server's own PostgreSQL: several files of its log, of
    /// 16 MB each.
    private static final long RESERVED_DISK = 128L << 20;

    private static final double MAX_SHARE = 0.9;

    private static final Logger LOG = Logger.getLogger(MachineWarnings.class.getName());

    private final Path folder;
    private final boolean ownDatabase;
    private final Timing timing;
    private @Nullable Map<String, String> known;
    private boolean full;
    private long readAt;

    /// @param folder the data folder
    /// @param ownDatabase whether the database is in it
    MachineWarnings(Path folder, boolean ownDatabase, Timing timing) {
        this.folder = folder;
        this.ownDatabase = ownDatabase;
        this.timing = timing;
    }

    /// What is used of the machine.
    ///
    /// @param freeDisk bytes
    /// @param maxFiles 0 when it is not known
    /// @param heap bytes that were left in the oldest objects' part after its last collection
    /// @param maxHeap bytes of that part; 0 when it is not known
    record Usage(long freeDisk, long openFiles, long maxFiles, long heap, long maxHeap) {
        static Usage read(Path folder) {
            try {
                long free = Files.getFileStore(folder).getUsableSpace();
                long open = 0;
                long max = 0;
                if (ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean system) {
                    open = system.getOpenFileDescriptorCount();
                    max = system.getMaxFileDescriptorCount();
                }
                // The largest part of the heap is that of the oldest objects.
                var oldest =
                        ManagementFactory.getMemoryPoolMXBeans().stream()
                                .filter(pool -> pool.getType() == MemoryType.HEAP)
                                .filter(pool -> pool.getCollectionUsage() != null)
                                .map(MemoryPoolMXBean::getCollectionUsage)
                                .max(Comparator.comparingLong(usage -> usage.getMax()));
                return new Usage(
                        free,
                        open,
                        max,
                        oldest.map(usage -> usage.getUsed()).orElse(0L),
                        oldest.map(usage -> usage.getMax()).orElse(0L));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /// Whether what is left of the disk is for PostgreSQL's log.
        boolean isFull() {
            return freeDisk < RESERVED_DISK;
        }

        /// @param ownDatabase whether the database is on that disk
        Map<String, String> warnings(boolean ownDatabase) {
            Map<String, String> warnings = new LinkedHashMap<>();
            if (ownDatabase && isFull()) {
                warnings.put("disk", "less than 128 MB is free: writes are rejected");
            } else if (freeDisk < MIN_FREE_DISK) {
                warnings.put("disk", "less than 1 GB is free");
            }
            if (maxFiles > 0 && openFiles > maxFiles * MAX_SHARE) {
                warnings.put("files", "more than 90% of the files are open that may be");
            }
            if (maxHeap > 0 && heap > maxHeap * MAX_SHARE) {
                warnings.put("memory", "more than 90% of the heap is in use");
            }
            return warnings;
        }
    }

    @Override
    public synchronized Map<String, String> get() {
        long now = timing.nanos();
        if (known == null || now - readAt > READ_EVERY.toNanos()) {
            Map<String, String> before = known == null ? Map.of() : known;
            known = read();
            readAt = now;
            log(before, known);
        }
        return known;
    }

    /// Whether the disk of the server's own database has no room for writes.
    boolean isFull() {
        var _ = get();
        return full;
    }

    private Map<String, String> read() {
        try {
            Usage usage = Usage.read(folder);
            full = ownDatabase && usage.isFull();
            return usage.warnings(ownDatabase);
        } catch (UncheckedIOException unreadable) {
            return Map.of("disk", UNREADABLE);
        }
    }

    private static void log(Map<String, String> before, Map<String, String> now) {
        now.forEach((part, text) -> {
            if (!text.equals(before.get(part))) {
                LOG.warning(warning(part, text));
            }
        });
        before.keySet().stream()
                .filter(part -> !now.containsKey(part))
                .forEach(part -> LOG.info(recovery(part)));
    }

    static String warning(String part, String text) {
        String low =
                switch (part) {
                    case "files" -> "Few file handles left: ";
                    case "memory" -> "Low memory: ";
                    default ->
                            text.equals(UNREADABLE)
                                    ? "Disk space is unknown: "
                                    : "Low disk space: ";
                };
        return low + text + ".";
    }

    static String recovery(String part) {
        return switch (part) {
            case "files" -> "There are enough file handles again.";
            case "memory" -> "Memory is sufficient again.";
            default -> "Disk space is sufficient again.";
        };
    }
}
