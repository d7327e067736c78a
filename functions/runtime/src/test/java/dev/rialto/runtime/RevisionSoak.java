package dev.rialto.runtime;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// Loads and closes revisions again and again, and measures what stays in memory.
final class RevisionSoak {
    private static final int COLLECTIONS = 3;

    /// What is in memory after a collection.
    ///
    /// @param round how many revisions there were
    /// @param metaspace in bytes; that of compressed classes is part of it
    /// @param heap in bytes
    /// @param classes how many are loaded
    /// @param unloaded how many were, and are not any longer
    record Point(int round, long metaspace, long heap, int classes, long unloaded) {}

    /// Loads a revision, uses and closes it.
    @FunctionalInterface
    interface Round {
        void run(int number) throws Exception;
    }

    private RevisionSoak() {}

    /// Measures after each of the given numbers of rounds, which rise.
    static List<Point> run(Round round, int... measured) throws Exception {
        List<Point> points = new ArrayList<>();
        int done = 0;
        for (int each : measured) {
            while (done < each) {
                done++;
                round.run(done);
            }
            points.add(measure(done));
        }
        return points;
    }

    private static Point measure(int round) throws InterruptedException {
        // One takes what the one before only enqueued for clean-up, and what a compilation that was
        // under way kept.
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(50);
        }
        long metaspace =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(each -> each.getName().equals("Metaspace"))
                        .mapToLong(each -> each.getUsage().getUsed())
                        .sum();
        var classes = ManagementFactory.getClassLoadingMXBean();
        return new Point(
                round,
                metaspace,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                classes.getLoadedClassCount(),
                classes.getUnloadedClassCount());
    }
}
