package dev.rialto.hosting;

import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Timing;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeSource;
import dev.rialto.store.LogPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The subscribers that this node holds. It takes those that no node holds, and holds them until it
/// ends: one that ends well gives them back at once, one that is killed loses them when their
/// leases end.
final class Subscribers implements ChangeSource.Listener, AutoCloseable {
    /// For how long a node holds a subscriber.
    static final Duration LEASE = Duration.ofSeconds(15);

    private static final Logger LOG = Logger.getLogger(Subscribers.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_PER_RENEWAL = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /// So long before its end a lease is not relied upon.
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private record Table(String schema, String name) {}

    private record Running(Subscriber subscriber, Thread thread) {}

    private final Subscriber.Shared shared;
    private final ChangeSource changes;
    private final Timing timing;
    private final Map<Long, Running> held = new ConcurrentHashMap<>();
    private final Map<Table, Set<Subscriber>> byTable = new ConcurrentHashMap<>();
    private volatile Optional<LogPosition> passedOn = Optional.empty();
    private boolean followsTail;
    private final Closing closing;
    private final Thread keeper;

    Subscribers(
            SubscriberStore store,
            ChangeSource changes,
            SubscriberMessages messages,
            BackgroundCalls calls,
            Timing timing) {
        this.shared = new Subscriber.Shared(store, messages, calls, () -> passedOn, timing);
        this.changes = changes;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.keeper = timing.thread("subscribers", this::keep);
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        try {
            int looks = 0;
            while (!closing.await(BETWEEN_LOOKS)) {
                looks++;
                try {
                    if (looks % LOOKS_PER_RENEWAL == 0 && !held.isEmpty()) {
                        renew();
                    }
                    take();
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "can't check subscribers; trying again", failure);
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
        long asked = timing.nanos();
        List<Subscriber> all = held.values().stream().map(Running::subscriber).toList();
        Set<Long> kept = shared.store().renew(all.stream().map(Subscriber::held).toList());
        for (Subscriber each : all) {
            if (kept.contains(each.id())) {
                each.hold(leaseEnd(asked));
            } else {
                each.stop();
            }
        }
    }

    private void take() {
        long asked = timing.nanos();
        // One that this node lost may be taken again when its thread has ended: that one would go
        // on from where it stood, whatever other nodes did in the meantime.
        for (SubscriberStore.LeasedSubscriber each : shared.store().take(held.keySet())) {
            if (!followsTail) {
                changes.follow(this);
                followsTail = true;
            }
            begin(new Subscriber(shared, each, leaseEnd(asked)));
        }
    }

    private void begin(Subscriber subscriber) {
        Table table = table(subscriber);
        Thread thread =
                timing.thread(
                        "subscriber-" + subscriber.target().address(),
                        () -> run(subscriber, table));
        held.put(subscriber.id(), new Running(subscriber, thread));
        byTable.computeIfAbsent(table, _ -> ConcurrentHashMap.newKeySet()).add(subscriber);
        thread.start();
    }

    private Table table(Subscriber subscriber) {
        BackgroundCalls.Target target = subscriber.target();
        return new Table(target.app().schema(), shared.messages().table(target.binding()));
    }

    private void run(Subscriber subscriber, Table table) {
        try {
            subscriber.run();
        } finally {
            byTable.computeIfPresent(
                    table,
                    (_, same) -> {
                        same.remove(subscriber);
                        return same.isEmpty() ? null : same;
                    });
            held.remove(subscriber.id());
            release(subscriber);
        }
    }

    private void release(Subscriber subscriber) {
        try {
            shared.store().release(subscriber.held());
        } catch (RuntimeException failure) {
            LOG.log(Level.FINE, "a subscriber stays with this node until its lease ends", failure);
        }
    }

    @Override
    public void changed(List<Change> committed, LogPosition next) {
        for (Change each : committed) {
            Set<Subscriber> concerned = byTable.get(new Table(each.schema(), each.table()));
            if (concerned != null) {
                concerned.forEach(Subscriber::wake);
            }
        }
        passedOn = Optional.of(next);
    }

    @Override
    public void lost(LogPosition next) {
        held.values().forEach(each -> each.subscriber().wake());
        passedOn = Optional.of(next);
    }

    /// Gives the calls under way a moment to end.
    @Override
    public void close() {
        closing.begin();
        try {
            if (keeper.isAlive()) {
                timing.join(keeper, PATIENCE);
            }
            changes.unfollow(this);
            List<Running> all = new ArrayList<>(held.values());
            all.forEach(each -> each.subscriber().stop());
            long end = timing.nanos() + PATIENCE.toNanos();
            for (Running each : all) {
                timing.join(each.thread(), Duration.ofNanos(Math.max(1, end - timing.nanos())));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
