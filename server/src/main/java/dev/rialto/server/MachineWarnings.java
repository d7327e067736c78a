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
import org.jspecify.annotations.Nullable;

/// What of the machine will soon keep the server from working: its disk, its open files, its
/// memory. Read at most once a second, since anybody may ask.
final class MachineWarnings implements Supplier<Map<String, String>> {
    private static final Duration READ_EVERY = Duration.ofSeconds(1);
    private static final long MIN_FREE_DISK = 1L << 30;
    private static final double MAX_SHARE = 0.9;

    private final Path folder;
    private final Timing timing;
    private @Nullable Map<String, String> known;
    private long readAt;

    /// @param folder the data folder
    MachineWarnings(Path folder, Timing timing) {
        this.folder = folder;
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

        Map<String, String> warnings() {
            Map<String, String> warnings = new LinkedHashMap<>();
            if (freeDisk < MIN_FREE_DISK) {
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
            known = read();
            readAt = now;
        }
        return known;
    }

    private Map<String, String> read() {
        try {
            return Usage.read(folder).warnings();
        } catch (UncheckedIOException unreadable) {
            return Map.of("disk", "the data folder can't be read");
        }
    }
}
