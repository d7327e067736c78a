package dev.rialto.store;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// Groups concurrent writes by the same statement, of one row each, into one transaction. A write
/// never waits for others to arrive: if none is running it is sent immediately, and the first of
/// those that arrive meanwhile sends the others with it.
///
/// If PostgreSQL rejects one of a group, or the group waits for a lock, each is sent again
/// separately, so that each has its own outcome. A write that has waited too long is sent alone,
/// too. A group locks rows in the order of their keys, so that groups don't wait for each other in
/// a circle.
final class GroupCommit {
    private static final int MAX_GROUP_SIZE = 64;

    /// A group is full when its values reach this length.
    private static final long GROUP_CHARS = 1 << 20;

    /// After this many nanoseconds, writes no longer wait for a running group.
    private static final long PATIENCE = 200_000_000;

    /// How many inserts or groups of one statement may run at once. One uses two cores best: more
    /// would mean smaller groups, which cost more.
    private static final int MAX_INSERTS =
            Math.max(1, Runtime.getRuntime().availableProcessors() / 4);

    /// The same of updates. An update takes PostgreSQL longer than an insert: while one group is
    /// written, the next one is received.
    private static final int MAX_UPDATES = Math.max(2, MAX_INSERTS);

    private final Database database;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Line> lines = new HashMap<>();

    GroupCommit(Database database) {
        this.database = database;
    }

    private enum Turn {
        /// Send, together with the waiting writes.
        LEAD,
        /// Send alone: the group was rejected.
        ALONE,
        /// Done: the group is committed.
        DONE
    }

    /// The writes by one statement.
    private static final class Line {
        private final String text;
        private final Queue<Waiting> waiting = new ArrayDeque<>();

        private final List<Waiting> underWay = new ArrayList<>(2);

        Line(String text) {
            this.text = text;
        }
    }

    /// A waiting write.
    private static final class Waiting {
        private final RowWrite<?> write;
        private final Sql sql;
        private final CompletableFuture<Turn> turn = new CompletableFuture<>();

        /// When it began to lead, by the clock of [System#nanoTime].
        private long begun;

        Waiting(RowWrite<?> write) {
            this.write = write;
            this.sql = write.sql();
        }

        long chars() {
            long chars = 0;
            for (Object value : sql.values()) {
                chars += value instanceof String text ? text.length() : 0;
                chars += value instanceof byte[] bytes ? bytes.length : 0;
            }
            return chars;
        }
    }

    /// @throws StoreException if PostgreSQL rejects this write
    void run(RowWrite<?> write) {
        var own = new Waiting(write);
        Place place = enqueue(own);
        Turn turn = place.isFirst ? awaitPatiently(place.line, own) : await(own);
        if (turn == Turn.LEAD) {
            turn = lead(place.line, own);
        }
        if (turn == Turn.ALONE) {
            database.execute(write);
        }
    }

    /// The position of a write.
    ///
    /// @param isFirst whether all other waiting writes came later
    private record Place(Line line, boolean isFirst) {}

    private Place enqueue(Waiting own) {
        lock.lock();
        try {
            Line line = lines.computeIfAbsent(own.sql.text(), Line::new);
            if (moving(line) < (own.write.isInsert() ? MAX_INSERTS : MAX_UPDATES)) {
                begin(line, own);
                return new Place(line, false);
            }
            line.waiting.add(own);
            return new Place(line, line.waiting.size() == 1);
        } finally {
            lock.unlock();
        }
    }

    /// How many have been running for less than the limit.
    private static int moving(Line line) {
        long now = System.nanoTime();
        int moving = 0;
        for (Waiting each : line.underWay) {
            if (now - each.begun <= PATIENCE) {
                moving++;
            }
        }
        return moving;
    }

    private static void begin(Line line, Waiting next) {
        next.begun = System.nanoTime();
        line.underWay.add(next);
        next.turn.complete(Turn.LEAD);
    }

    /// Waits, but no longer than the limit for running groups. Only the first waiting write does
    /// so: it sends the others with it.
    private Turn awaitPatiently(Line line, Waiting own) {
        try {
            return own.turn.get(PATIENCE, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            passBy(line, own);
            return await(own);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException refused
                    ? refused
                    : new CompletionException(failed.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return await(own);
        }
    }

    private void passBy(Line line, Waiting own) {
        lock.lock();
        try {
            if (line.waiting.remove(own)) {
                begin(line, own);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Turn await(Waiting own) {
        try {
            return own.turn.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException refused ? refused : failed;
        }
    }

    private Turn lead(Line line, Waiting own) {
        List<Waiting> followers = followers(line, own);
        try {
            Turn turn = commit(own, followers);
            followers.forEach(each -> each.turn.complete(turn));
            return turn;
        } catch (RuntimeException | Error failure) {
            followers.forEach(each -> each.turn.completeExceptionally(failure));
            throw failure;
        } finally {
            passOn(line, own);
        }
    }

    private List<Waiting> followers(Line line, Waiting own) {
        lock.lock();
        try {
            List<Waiting> followers = new ArrayList<>();
            long chars = own.chars();
            while (followers.size() < MAX_GROUP_SIZE - 1
                    && chars < GROUP_CHARS
                    && !line.waiting.isEmpty()) {
                Waiting next = line.waiting.remove();
                chars += next.chars();
                followers.add(next);
            }
            return followers;
        } finally {
            lock.unlock();
        }
    }

    private void passOn(Line line, Waiting own) {
        lock.lock();
        try {
            line.underWay.remove(own);
            Waiting next = line.waiting.poll();
            if (next != null) {
                begin(line, next);
            } else if (line.underWay.isEmpty()) {
                lines.remove(line.text);
            }
        } finally {
            lock.unlock();
        }
    }

    private Turn commit(Waiting own, List<Waiting> followers) {
        if (followers.isEmpty()) {
            database.execute(own.write);
            return Turn.DONE;
        }
        List<RowWrite<?>> group = new ArrayList<>(followers.size() + 1);
        group.add(own.write);
        followers.forEach(each -> group.add(each.write));
        group.sort(Comparator.comparing(RowWrite::key));
        try {
            return database.inTransaction(
                    () -> database.with(connection -> send(connection, group)));
        } catch (StoreException failure) {
            if (failure.getCause() instanceof BatchUpdateException) {
                return Turn.ALONE;
            }
            throw failure;
        }
    }

    private static Turn send(Connection connection, List<RowWrite<?>> group) throws SQLException {
        RowWrite<?> first = group.getFirst();
        try (PreparedStatement patience = connection.prepareStatement(first.patience());
                PreparedStatement batch = first.prepareGroup(connection)) {
            patience.execute();
            for (RowWrite<?> each : group) {
                Statements.bind(connection, batch, each.sql());
                batch.addBatch();
            }
            RowWrite.take(group, batch.executeBatch(), batch);
            return Turn.DONE;
        }
    }
}
