package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that are ended by force at random moments, whatever they do then: within the JDK, within
/// the server, taking locks, beginning and ending.
class ForcedStopSeedsTest {
    private static final int THREADS = 3;
    private static final Duration RUN = Duration.ofMillis(1_500);

    /// Short pieces of work within the JDK, mixed with locks and what the server does for the call.
    private static final String CALLS =
            """
            static final Object LOCK = new Object();
            static final java.util.concurrent.locks.ReentrantLock OTHER =
                    new java.util.concurrent.locks.ReentrantLock();
            static final List<Integer> NUMBERS = IntStream.range(0, 2_000).boxed().toList();
            static Runnable host;
            static int inside;
            static Object sink;
            public static void host(Runnable given) { host = given; }
            static void work(int n) {
                switch (n & 3) {
                    case 0 -> sink = Collections.nCopies(20_000, "text").hashCode();
                    case 1 -> sink = new TreeSet<>(NUMBERS);
                    case 2 -> sink = List.of(NUMBERS, NUMBERS, NUMBERS).hashCode();
                    default -> sink = NUMBERS.toString();
                }
            }
            public static void run() {
                for (int i = 0; i < 6; i++) {
                    work(i);
                    synchronized (LOCK) { inside++; work(i + 1); inside--; }
                    host.run();
                    OTHER.lock();
                    try { work(i + 2); } finally { OTHER.unlock(); }
                    sink = new HashMap<>(Map.of(i, i));
                    host.run();
                }
            }
            public static void free() {
                synchronized (LOCK) { OTHER.lock(); OTHER.unlock(); }
            }
            """;

    private final ConcurrentLinkedQueue<Object> broken = new ConcurrentLinkedQueue<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Semaphore connection = new Semaphore(1);

    /// What the server does for a call, which nothing may end midway.
    private void serve() {
        try {
            Budget.aside(() -> {
                begun.incrementAndGet();
                try {
                    connection.acquire();
                    spin();
                    connection.release();
                } catch (Throwable ended) {
                    broken.add(ended);
                }
                done.incrementAndGet();
                return null;
            });
        } catch (CallStopped stopped) {
            throw stopped;
        } catch (Exception failure) {
            broken.add(failure);
        }
    }

    private static void spin() {
        for (int i = 0; i < 300; i++) {
            Thread.onSpinWait();
        }
    }

    private void calls(Revision revision) {
        Brake brake = Brake.of(revision);
        while (!over.get()) {
            try {
                Budget.of(Duration.ofSeconds(30), 1L << 40)
                        .run(brake, () -> String.valueOf(revision.call("run")));
            } catch (CallStopped stopped) {
                // as it should
            } catch (Throwable other) {
                broken.add(other);
            }
            try {
                // Whatever is still on its way would come here.
                spin();
                if (Thread.interrupted()) {
                    broken.add("interrupted after the call");
                }
            } catch (Throwable late) {
                broken.add(late);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void leavesEverythingInOrder(long seed) throws Exception {
        Revision revision = Revision.of(CALLS);
        revision.loadClass("Main")
                .getMethod("host", Runnable.class)
                .invoke(null, (Runnable) this::serve);
        var random = new Random(seed);
        var force = new ForcedStop();
        int sent = 0;
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {})) {
            List<FunctionThread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                var thread = new FunctionThread(watchdog, () -> calls(revision), "seed-" + i);
                threads.add(thread);
                thread.start();
            }
            long end = System.nanoTime() + RUN.toNanos();
            while (System.nanoTime() - end < 0) {
                FunctionThread thread = threads.get(random.nextInt(THREADS));
                Budget budget = thread.budget;
                if (budget != null && hasWorked(budget, random)) {
                    budget.stop(CallStopped.Kind.CANCELLED);
                    force.forget(thread);
                    if (isStopped(budget) && force.strike(thread, budget, System.nanoTime())) {
                        sent++;
                    }
                }
            }
            over.set(true);
            for (FunctionThread each : threads) {
                each.join(20_000);
                assertThat(each.isAlive()).isFalse();
            }
            assertThat(broken).isEmpty();
            assertThat(done).hasValue(begun.get());
            assertThat(connection.availablePermits()).isOne();
            assertThat(revision.run(watchdog, "free", Duration.ofSeconds(20), 1L << 30))
                    .isEqualTo("null");
            assertThat(sent).as("stops by force").isPositive();
        }
    }

    /// It may have ended before.
    private static boolean isStopped(Budget budget) {
        return budget.isOverdue(System.nanoTime() + ForcedStop.GRACE_NANOS, 0);
    }

    private static boolean hasWorked(Budget budget, Random random) {
        return budget.hasRunFor(System.nanoTime(), random.nextInt(2_000_000));
    }
}
