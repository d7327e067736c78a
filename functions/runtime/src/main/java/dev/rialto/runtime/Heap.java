package dev.rialto.runtime;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;

/// The occupancy of the JVM's memory.
interface Heap {
    /// The used share of the memory for long-lived objects, including garbage; 1 is full.
    double used();

    /// The size of that memory, in bytes.
    long size();

    /// Runs a full collection, which pauses the JVM.
    void collect();

    /// The heap of this JVM: its old generation, or else its largest pool.
    static Heap ofThisJvm() {
        MemoryPoolMXBean old =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(each -> each.getType() == MemoryType.HEAP)
                        .max(Comparator.comparingLong(each -> size(each.getUsage())))
                        .orElseThrow();
        return new Heap() {
            @Override
            public double used() {
                return (double) old.getUsage().getUsed() / size();
            }

            @Override
            public long size() {
                return Heap.size(old.getUsage());
            }

            @Override
            public void collect() {
                System.gc();
            }
        };
    }

    private static long size(MemoryUsage usage) {
        return usage.getMax() > 0 ? usage.getMax() : usage.getCommitted();
    }
}
