package dev.rialto.runtime;

import dev.rialto.leaks.LeakFinder;
import dev.rialto.leaks.Suspect;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// Watches whether the class loaders of closed revisions go away. One that doesn't raises an alarm
/// that names what holds it, as far as that is known.
///
/// A loader is late when it outlived the grace time and two collections of the old generation: one
/// may have been under way as the loader was retired, and taken it for alive. Usually the JVM
/// collects without being asked, as revisions come and go: when metaspace has grown. But with the
/// serial collector and little to do, hours may pass. Then a full collection is asked for, once per
/// patience at most, and counts for both, since it begins after the loader was retired. It is not
/// asked for sooner because it stops the JVM, for a leak that, with so few collections, costs
/// little memory yet.
final class RetiredLoaders implements AutoCloseable {
    /// Told once of each loader that is late.
    @FunctionalInterface
    interface Alarm {
        /// @param name what was retired
        /// @param heldBy a thread, or the shortest path from a root to the loader, or why it isn't
        ///   known
        void raised(String name, String heldBy);
    }

    /// @param grace how long a loader may take
    /// @param patience how long it waits for collections until it asks for one, and from one asking
    ///   to the next
    record Patience(Duration grace, Duration patience) {
        static Patience defaults() {
            return new Patience(Duration.ofSeconds(60), Duration.ofMinutes(30));
        }
    }

    private static final Logger LOG = Logger.getLogger(RetiredLoaders.class.getName());
    private static final int COLLECTIONS = 2;
    private static final String UNKNOWN = "not known: functions.leak-dumps is off";

    /// Collectors of the young generation alone, and those that only count pauses.
    private static final Set<String> YOUNG =
            Set.of(
                    "Copy",
                    "PS Scavenge",
                    "G1 Young Generation",
                    "ZGC Minor Cycles",
                    "ZGC Minor Pauses",
                    "ZGC Major Pauses",
                    "Shenandoah Pauses");

    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .filter(each -> !YOUNG.contains(each.getName()))
                    .toList();
    private final Set<Retired> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong(new SecureRandom().nextLong());
    private final AtomicLong alarms = new AtomicLong();
    private final Patience patience;
    private final Optional<LeakFinder> finder;
    private final Alarm alarm;
    private final Thread thread;
    private volatile boolean closed;
    private long askedNanos;
    private boolean asked;

    /// One that looks only when [#look()] is called.
    ///
    /// @param finder of what holds a loader, if heap dumps are allowed
    RetiredLoaders(Patience patience, Optional<LeakFinder> finder, Alarm alarm) {
        this.patience = patience;
        this.finder = finder;
        this.alarm = alarm;
        this.thread = Thread.ofPlatform().daemon().name("retired-loaders").unstarted(this::watch);
    }

    /// Starts a watcher with its own thread.
    ///
    /// It has the usual patience, and its alarms go to the log.
    ///
    /// @param dumps whether it may dump the heap to find what holds a loader
    static RetiredLoaders start(boolean dumps) {
        var loaders =
                new RetiredLoaders(
                        Patience.defaults(),
                        dumps
                                ? Optional.of(new LeakFinder(LeakFinder.Dumps.defaults()))
                                : Optional.empty(),
                        (name, heldBy) ->
                                LOG.warning(() ->
                                        name
                                                + " was closed, but its classes stay in memory."
                                                + " Held by: "
                                                + heldBy));
        loaders.thread.start();
        return loaders;
    }

    /// A revision was closed: nobody should hold its loader any longer.
    void retired(ClassLoader loader, String name) {
        if (waiting.stream().anyMatch(each -> each.refersTo(loader))) {
            return;
        }
        waiting.add(
                new Retired(
                        loader, name, numbers.incrementAndGet(), System.nanoTime(), collections()));
    }

    /// How many retired loaders are still there.
    int waiting() {
        waiting.removeIf(Retired::isGone);
        return waiting.size();
    }

    /// How many loaders were late.
    long alarms() {
        return alarms.get();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        long every = Math.clamp(patience.grace().toNanos() / 2, 1_000_000, 30_000_000_000L);
        while (!closed) {
            LockSupport.parkNanos(every);
            try {
                look();
            } catch (RuntimeException failure) {
                LOG.log(Level.SEVERE, "can't look after retired loaders", failure);
            }
        }
    }

    /// Raises the alarms that are due.
    void look() {
        if (waiting() == 0) {
            return;
        }
        ask();
        List<Retired> late =
                waiting.stream()
                        .filter(each -> !each.alarmed && isLate(each) && !each.isGone())
                        .sorted(Comparator.comparingLong(each -> each.number))
                        .toList();
        if (late.isEmpty()) {
            return;
        }
        Map<Retired, String> holders = holders(late);
        for (Retired each : late) {
            String heldBy = holders.get(each);
            if (heldBy != null) {
                each.alarmed = true;
                alarms.incrementAndGet();
                alarm.raised(each.name, heldBy);
            }
        }
        waiting();
    }

    /// What holds each of them; those that were collected meanwhile are absent.
    private Map<Retired, String> holders(List<Retired> late) {
        Map<Retired, String> holders = new HashMap<>();
        Map<Suspect, Retired> others = new HashMap<>();
        for (Retired each : late) {
            HoldingThread.of(each)
                    .ifPresentOrElse(
                            thread -> holders.put(each, thread),
                            () -> others.put(each.loader, each));
        }
        if (!others.isEmpty()) {
            traces(List.copyOf(others.keySet()))
                    .forEach((suspect, trace) -> holders.put(others.get(suspect), trace));
        }
        return holders;
    }

    private Map<Suspect, String> traces(List<Suspect> suspects) {
        return finder.map(each -> each.traces(suspects))
                .orElseGet(() ->
                        suspects.stream()
                                .filter(each -> !each.isGone())
                                .collect(Collectors.toMap(each -> each, _ -> UNKNOWN)));
    }

    private boolean isLate(Retired loader) {
        if (since(loader.sinceNanos) < patience.grace().toNanos()) {
            return false;
        }
        return collections() - loader.collections >= COLLECTIONS
                || (asked && askedNanos - loader.sinceNanos > 0);
    }

    private void ask() {
        long wait = patience.patience().toNanos();
        boolean due =
                waiting.stream()
                        .anyMatch(each ->
                                !each.alarmed && since(each.sinceNanos) >= wait && !isLate(each));
        if (due && !(asked && since(askedNanos) < wait)) {
            asked = true;
            askedNanos = System.nanoTime();
            System.gc();
        }
    }

    private static long since(long nanos) {
        return System.nanoTime() - nanos;
    }

    private long collections() {
        return collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }
}
