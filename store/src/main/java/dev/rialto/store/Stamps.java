package dev.rialto.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Counters that tell whether rows may have changed. Whoever keeps a copy of rows remembers the
/// stamp from before it read them: as long as the stamp is the same, nothing that has been heard of
/// since has changed them. Many rows share a counter, so a stamp may change without need.
///
/// When a row changes, the stamp of its table changes first: rows that were read while that stayed
/// have the stamps they had before.
///
/// What this node writes is heard of before the writer has its answer. What others write is heard
/// of from the change log, by those who follow it.
public final class Stamps {
    private static final int COUNTERS = 1 << 16;

    private final Database database;
    private final AtomicLongArray counters = new AtomicLongArray(COUNTERS);
    private final AtomicLong everything = new AtomicLong();

    Stamps(Database database) {
        this.database = database;
    }

    /// The stamp of one row.
    ///
    /// @param table the table's name, qualified and quoted
    /// @param key the object's id
    public long ofRow(String table, String key) {
        return everything.get() + counters.get(whole(table)) + counters.get(row(table, key));
    }

    /// The stamp of all rows of a table.
    public long ofTable(String table) {
        return everything.get() + counters.get(any(table));
    }

    /// Notes that a row has changed.
    public void rowChanged(String table, String key) {
        counters.incrementAndGet(any(table));
        counters.incrementAndGet(row(table, key));
    }

    /// Notes that any rows of a table may have changed.
    public void tableChanged(String table) {
        counters.incrementAndGet(any(table));
        counters.incrementAndGet(whole(table));
    }

    /// Notes that anything may have changed.
    public void everythingChanged() {
        everything.incrementAndGet();
    }

    /// Runs a write of one row, and notes the change once it is committed. Also when it fails: it
    /// may have been committed all the same.
    public <T extends @Nullable Object> T changingRow(String table, String key, Supplier<T> write) {
        return changing(() -> rowChanged(table, key), write);
    }

    /// Runs a write of several rows of a table, and notes the change in the same way.
    public <T extends @Nullable Object> T changingTable(String table, Supplier<T> write) {
        return changing(() -> tableChanged(table), write);
    }

    private <T extends @Nullable Object> T changing(Runnable changed, Supplier<T> write) {
        if (database.isInTransaction()) {
            database.afterCommit(changed);
            database.afterRollback(changed);
            return write.get();
        }
        try {
            return write.get();
        } finally {
            changed.run();
        }
    }

    private static int row(String table, String key) {
        return slot(table.hashCode() * 31 + key.hashCode());
    }

    private static int whole(String table) {
        return slot(~table.hashCode());
    }

    private static int any(String table) {
        return slot(table.hashCode());
    }

    /// Spreads the bits of a hash, of which names that are much alike have few that differ.
    private static int slot(int hash) {
        int mixed = hash * 0x9E3779B9;
        return (mixed ^ mixed >>> 16) & (COUNTERS - 1);
    }
}
