package dev.rialto.hosting;

import dev.rialto.store.Change;
import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The subscribers that this node holds. It takes those that no node holds, and holds them until it
/// ends: one that ends well gives them back at once, one that is killed loses them when their
/// leases end.
final class Followers implements ChangeTail.Follower, AutoCloseable {
    /// For how long a node holds a subscriber.
    static final Duration LEASE = Duration.ofSeconds(15);

    private static final Logger LOG = Logger.getLogger(Followers.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_PER_RENEWAL = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// So long before its end a lease is not relied upon.
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private record Table(String schema, String name) {}

    private record Running(Follower follower, Thread thread) {}

    private final Follower.Ground ground;
    private final ChangeTail tail;
    private final Map<Long, Running> held = new ConcurrentHashMap<>();
    private final Map<Table, Set<Follower>> byTable = new ConcurrentHashMap<>();
    private volatile Optional<LogPosition> passedOn = Optional.empty();
    private boolean followsTail;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread keeper = Thread.ofVirtual().name("followers").unstarted(this::keep);

    Followers(
            FollowerStore store,
            ChangeLog log,
            ChangeTail tail,
            Tidings tidings,
            BackgroundCalls calls) {
        this.ground = new Follower.Ground(store, log, tidings, calls, () -> passedOn);
        this.tail = tail;
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        try {
            int looks = 0;
            while (!closing.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                looks++;
                try {
                    if (looks % LOOKS_PER_RENEWAL == 0 && !held.isEmpty()) {
                        renew();
                    }
                    take();
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "subscribers can't be looked at just now", failure);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static long leaseEnd(long asked) {
        return asked + LEASE.minus(MARGIN).toNanos();
    }

    private void renew() {
        long asked = System.nanoTime();
        Set<Long> kept = ground.store().renew(held.keySet());
        held.forEach((id, each) -> {
            if (kept.contains(id)) {
                each.follower().hold(leaseEnd(asked));
            } else {
                each.follower().stop();
            }
        });
    }

    private void take() {
        long asked = System.nanoTime();
        for (FollowerStore.Held each : ground.store().take()) {
            // One that this node lost and has again goes on when its former thread has ended and
            // this lease too.
            if (!held.containsKey(each.id())) {
                if (!followsTail) {
                    tail.follow(this);
                    followsTail = true;
                }
                begin(new Follower(ground, each, leaseEnd(asked)));
            }
        }
    }

    private void begin(Follower follower) {
        Table table = table(follower);
        Thread thread =
                Thread.ofVirtual()
                        .name("follower-" + follower.target().address())
                        .unstarted(() -> run(follower, table));
        held.put(follower.id(), new Running(follower, thread));
        byTable.computeIfAbsent(table, _ -> ConcurrentHashMap.newKeySet()).add(follower);
        thread.start();
    }

    private Table table(Follower follower) {
        BackgroundCalls.Target target = follower.target();
        return new Table(target.app().schema(), ground.tidings().table(target.binding()));
    }

    private void run(Follower follower, Table table) {
        try {
            follower.run();
        } finally {
            byTable.computeIfPresent(
                    table,
                    (_, same) -> {
                        same.remove(follower);
                        return same.isEmpty() ? null : same;
                    });
            held.remove(follower.id());
            release(follower);
        }
    }

    private void release(Follower follower) {
        try {
            ground.store().release(follower.id());
        } catch (RuntimeException failure) {
            LOG.log(Level.FINE, "a subscriber stays with this node until its lease ends", failure);
        }
    }

    @Override
    public void changed(List<Change> changes, LogPosition next) {
        for (Change each : changes) {
            Set<Follower> concerned = byTable.get(new Table(each.schema(), each.table()));
            if (concerned != null) {
                concerned.forEach(Follower::wake);
            }
        }
        passedOn = Optional.of(next);
    }

    @Override
    public void lost(LogPosition next) {
        held.values().forEach(each -> each.follower().wake());
        passedOn = Optional.of(next);
    }

    /// Gives the calls under way a moment to end.
    @Override
    public void close() {
        closing.countDown();
        try {
            if (keeper.isAlive()) {
                keeper.join(PATIENCE);
            }
            tail.unfollow(this);
            List<Running> all = new ArrayList<>(held.values());
            all.forEach(each -> each.follower().stop());
            long end = System.nanoTime() + PATIENCE.toNanos();
            for (Running each : all) {
                each.thread().join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
