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

/// Watches whether the class loaders of closed revisions are collected. If one is not, an alarm
/// names what holds it, if known.
///
/// A loader is late when it has outlived the grace time and two collections of the old generation:
/// the first may have been running when the loader was retired, and may have taken it for live.
/// Usually the JVM collects on its own as revisions come and go, when metaspace has grown. But with
/// the serial collector and little load, hours may pass. Then a full collection is requested, at
/// most once per patience; it counts for both, because it begins after the loader was retired. It
/// is not requested sooner, because it pauses the JVM for a leak that costs little memory yet.
final class RetiredLoaders implements AutoCloseable {
    /// Is called once for each late loader.
    @FunctionalInterface
    interface Alarm {
        /// @param name the retired loader's name
        /// @param heldBy a thread, or the shortest path from a root to the loader, or why it isn't
        ///   known
        void raised(String name, String heldBy);
    }

    /// @param grace how long a loader may stay
    /// @param patience how long to wait for collections before requesting one, and between requests
    record Timing(Duration grace, Duration patience) {
        static Timing defaults() {
            return new Timing(Duration.ofSeconds(60), Duration.ofMinutes(30));
        }
    }

    private static final Logger LOG = Logger.getLogger(RetiredLoaders.class.getName());
    private static final int COLLECTIONS = 2;
    private static final String UNKNOWN = "not known: functions.leak-dumps is off";

    /// Collectors of the young generation only, and those that only count pauses.
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
    private final Set<RetiredLoader> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong(new SecureRandom().nextLong());
    private final AtomicLong alarms = new AtomicLong();
    private final Timing patience;
    private final Optional<LeakFinder> finder;
    private final Alarm alarm;
    private final Thread thread;
    private volatile boolean closed;
    private long askedNanos;
    private boolean asked;

    /// One that checks only when [#look()] is called.
    ///
    /// @param finder finds what holds a loader, if heap dumps are allowed
    RetiredLoaders(Timing patience, Optional<LeakFinder> finder, Alarm alarm) {
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
                        Timing.defaults(),
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

    /// Is called when a revision was closed: nothing should hold its loader any longer.
    void retired(ClassLoader loader, String name) {
        if (waiting.stream().anyMatch(each -> each.refersTo(loader))) {
            return;
        }
        waiting.add(
                new RetiredLoader(
                        loader, name, numbers.incrementAndGet(), System.nanoTime(), collections()));
    }

    /// The number of retired loaders still in memory.
    int waiting() {
        waiting.removeIf(RetiredLoader::isGone);
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
        List<RetiredLoader> late =
                waiting.stream()
                        .filter(each -> !each.alarmed && isLate(each) && !each.isGone())
                        .sorted(Comparator.comparingLong(each -> each.number))
                        .toList();
        if (late.isEmpty()) {
            return;
        }
        Map<RetiredLoader, String> holders = holders(late);
        for (RetiredLoader each : late) {
            String heldBy = holders.get(each);
            if (heldBy != null) {
                each.alarmed = true;
                alarms.incrementAndGet();
                alarm.raised(each.name, heldBy);
            }
        }
        waiting();
    }

    /// What holds each of them; loaders that have been collected meanwhile are absent.
    private Map<RetiredLoader, String> holders(List<RetiredLoader> late) {
        Map<RetiredLoader, String> holders = new HashMap<>();
        Map<Suspect, RetiredLoader> others = new HashMap<>();
        for (RetiredLoader each : late) {
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

    private boolean isLate(RetiredLoader loader) {
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
