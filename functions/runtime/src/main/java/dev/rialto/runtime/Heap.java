package dev.rialto.runtime;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;

/// How full the JVM's memory is.
interface Heap {
    /// How much of what lives long is in use, with what a collection would free; 1 when it is full.
    double used();

    /// What there is for that, in bytes.
    long size();

    /// Collects all garbage, which stops everything for a while.
    void collect();

    /// That of this JVM: its old generation, or whatever is largest.
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
