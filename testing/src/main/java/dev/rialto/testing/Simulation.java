package dev.rialto.testing;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/// Threads of several nodes that run one at a time, in an order that a seed decides, while time
/// jumps from one event to the next. What they do is the same whenever the seed is, as long as they
/// wait by their node's [Timing] alone and hold no lock when they do anything else that waits.
///
/// ```java
/// Simulation.forSeeds(1, 50, simulation -> {
///     Simulation.Node node = simulation.node("a");
///     new Jobs(..., node).start();
///     simulation.run(Duration.ofMinutes(2));
/// });
/// ```
public final class Simulation implements AutoCloseable {
    /// When each simulation begins.
    public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static final Duration STUCK = Duration.ofSeconds(60);

    /// Ends the threads of a node that was killed. No code is to catch it.
    public static final class Killed extends Error {
        private Killed() {
            super("the node was killed", null, false, false);
        }
    }

    /// Uses a simulation.
    public interface Test {
        void run(Simulation simulation) throws Exception;
    }

    private final long seed;
    private final RandomGenerator random;
    private final List<Task> tasks = new ArrayList<>();
    private final Semaphore back = new Semaphore(0);
    private final ScopedValue<Task> current = ScopedValue.newInstance();
    private long now;
    private @Nullable Throwable failure;

    private Simulation(long seed) {
        this.seed = seed;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /// Runs a test once with each seed. The one that fails is named.
    ///
    /// The system property `simulation.seeds` replaces the seeds by others, as `FIRST-LAST`.
    public static void forSeeds(long first, long last, Test test) throws Exception {
        String[] seeds = System.getProperty("simulation.seeds", first + "-" + last).split("-", -1);
        for (long seed = Long.parseLong(seeds[0]); seed <= Long.parseLong(seeds[1]); seed++) {
            try (var simulation = new Simulation(seed)) {
                test.run(simulation);
            } catch (Exception | AssertionError failed) {
                throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
            }
        }
    }

    public long seed() {
        return seed;
    }

    /// For whatever is to be left to chance.
    public RandomGenerator random() {
        return random;
    }

    /// A duration up to a limit.
    public Duration upTo(Duration limit) {
        return Duration.ofMillis(random.nextLong(limit.toMillis() + 1));
    }

    /// How long it has run.
    public Duration passed() {
        return Duration.ofNanos(now);
    }

    public Node node(String name) {
        return new Node(name);
    }

    /// Lets time pass. Stops at the first failure of a thread.
    public void run(Duration time) {
        long end = now + time.toNanos();
        while (failure == null) {
            List<Task> ready = tasks.stream().filter(each -> each.isReady(now)).toList();
            if (!ready.isEmpty()) {
                turn(ready.get(random.nextInt(ready.size())));
                continue;
            }
            long next = tasks.stream().mapToLong(Task::readyAt).min().orElse(Long.MAX_VALUE);
            if (next >= end) {
                now = end;
                break;
            }
            now = Math.max(now, next);
        }
        if (failure != null) {
            throw new AssertionError("after " + passed() + ": " + failure, failure);
        }
    }

    private void turn(Task task) {
        task.giveTurn();
        try {
            if (!back.tryAcquire(STUCK.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        task.thread.getName() + " waits for something that is not simulated");
            }
        } catch (InterruptedException stop) {
            throw new IllegalStateException("a simulation was interrupted", stop);
        }
        if (task.isOver()) {
            tasks.remove(task);
        }
    }

    @Override
    public void close() {
        List.copyOf(tasks).forEach(each -> each.node.isKilled = true);
        while (!tasks.isEmpty()) {
            Task next = tasks.getFirst();
            if (next.isStarted()) {
                turn(next);
            } else {
                tasks.remove(next);
            }
        }
    }

    /// A process of its own, with its own idea of the time of day.
    public final class Node implements Timing, InstantSource {
        private final String name;
        private Duration clockOffset = Duration.ZERO;
        private long pausedUntil;
        private int pauses;
        private boolean isKilled;

        private Node(String name) {
            this.name = name;
        }

        public String name() {
            return name;
        }

        /// Stops all its threads for a while, as a long garbage collection does.
        public void pause(Duration time) {
            pausedUntil = Math.max(pausedUntil, now + time.toNanos());
            pauses++;
        }

        /// How often it was paused.
        public int pauses() {
            return pauses;
        }

        public boolean isPaused() {
            return pausedUntil > now;
        }

        /// Ends all its threads where they are.
        public void kill() {
            isKilled = true;
            pausedUntil = 0;
        }

        public boolean isKilled() {
            return isKilled;
        }

        /// Puts its clock forward, or back. What it measures and how long it waits stay the same.
        public void moveClock(Duration by) {
            clockOffset = clockOffset.plus(by);
        }

        /// Lets any other thread go on here. Ends the calling thread if its node was killed.
        public void letOthersRun() {
            Task task = current.get();
            synchronized (task) {
                task.waitUntil(now, task);
                task.handBack();
            }
        }

        @Override
        public Instant instant() {
            return BEGIN.plusNanos(now).plus(clockOffset);
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void await(Object monitor, long nanos) {
            Task task = current.get();
            task.waitUntil(now + Math.max(0, nanos), monitor);
            task.handBack();
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // a monitor is an identity
        public void wake(Object monitor) {
            for (Task each : tasks) {
                if (each.monitor == monitor) {
                    each.wakeAt = Math.min(each.wakeAt, now);
                }
            }
        }

        @Override
        public void sleep(Duration time) {
            Task task = current.get();
            synchronized (task) {
                task.waitUntil(now + time.toNanos(), task);
                task.handBack();
            }
        }

        @Override
        public Thread thread(String threadName, Runnable work) {
            var task = new Task(this, name + " " + threadName, work);
            tasks.add(task);
            return task.thread;
        }

        @Override
        public boolean join(Thread thread, Duration atMost) {
            long end = now + atMost.toNanos();
            while (tasks.stream().anyMatch(each -> thread.equals(each.thread)) && now < end) {
                sleep(Duration.ofMillis(10));
            }
            return tasks.stream().noneMatch(each -> thread.equals(each.thread));
        }
    }

    /// One thread. It runs when it has the turn; its fields are touched only by whoever has it.
    private final class Task {
        private final Node node;
        private final Runnable work;
        private final Thread thread;
        private Object monitor = this;
        private long wakeAt = now;
        private boolean hasTurn;
        private boolean isOver;

        Task(Node node, String name, Runnable work) {
            this.node = node;
            this.work = work;
            this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
        }

        boolean isStarted() {
            return thread.getState() != Thread.State.NEW;
        }

        boolean isReady(long time) {
            return isStarted() && readyAt() <= time;
        }

        long readyAt() {
            if (!isStarted()) {
                return Long.MAX_VALUE;
            }
            return node.isKilled ? 0 : Math.max(wakeAt, node.pausedUntil);
        }

        boolean isOver() {
            return isOver;
        }

        void run() {
            try {
                synchronized (this) {
                    awaitTurn();
                }
                ScopedValue.where(current, this).run(work);
            } catch (Killed _) {
                // As it should be.
            } catch (Throwable failed) {
                if (failure == null) {
                    failure = failed;
                }
            } finally {
                isOver = true;
                back.release();
            }
        }

        void waitUntil(long time, Object on) {
            wakeAt = time;
            monitor = on;
        }

        /// The calling thread holds the monitor that it waits for, and gives it up here.
        void handBack() {
            if (node.isKilled) {
                throw new Killed();
            }
            back.release();
            awaitTurn();
        }

        private void awaitTurn() {
            try {
                while (!hasTurn) {
                    monitor.wait();
                }
            } catch (InterruptedException stop) {
                throw new IllegalStateException("a simulated thread was interrupted", stop);
            }
            hasTurn = false;
            if (node.isKilled) {
                throw new Killed();
            }
        }

        void giveTurn() {
            Object waitedFor = monitor;
            synchronized (waitedFor) {
                hasTurn = true;
                waitedFor.notifyAll();
            }
        }
    }
}
