package dev.rialto.objects;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import dev.rialto.http.Rendered;
import dev.rialto.kernel.Gauges;
import dev.rialto.model.ClassSchema;
import dev.rialto.objects.CacheKey.Query;
import dev.rialto.objects.CacheKey.Row;
import dev.rialto.store.Database;
import dev.rialto.store.Stamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers to reads, in memory. An answer is kept with the stamp of what it was read from, as it
/// was before the reading began, so it is right for as long as the stamp stays: what was changed
/// since, or while it was read, is noticed when it is asked for. See docs/decisions/0032.
///
/// It says nothing about who may see an answer: see [Answer#readers] and [Query].
final class ReadCache {
    /// What an entry takes beside its texts: the nodes of the map, the objects that make it up.
    private static final int OVERHEAD = 200;

    /// What an object takes in a list that refers to it.
    private static final int REFERENCE = 32;

    /// No answer takes more than the capacity divided by this.
    private static final int MIN_PARTS = 32;

    /// How many of the last questions are remembered.
    private static final int MAX_ASKED = 1 << 13;

    private final Database database;
    private final Stamps stamps;
    private final BooleanSupplier isCurrent;
    private final long capacity;
    private final Cache<CacheKey, Kept> entries;
    private final AtomicLong serials = new AtomicLong();
    private final int[] asked = new int[MAX_ASKED];
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder bypasses = new LongAdder();
    private final LongAdder evictions = new LongAdder();

    /// @param capacity in bytes; 0 keeps nothing
    /// @param isCurrent whether all that was committed until a moment ago is known
    ReadCache(Database database, long capacity, BooleanSupplier isCurrent) {
        this.database = database;
        this.stamps = database.stamps();
        this.capacity = capacity;
        this.isCurrent = isCurrent;
        this.entries =
                Caffeine.newBuilder()
                        .maximumWeight(capacity)
                        .weigher((CacheKey key, Kept value) ->
                                OVERHEAD + key.size() + value.content().size())
                        .executor(Runnable::run)
                        .evictionListener((_, _, _) -> evictions.increment())
                        .build();
    }

    /// What is kept by a key.
    sealed interface Content {
        int size();
    }

    /// What was read, rendered.
    ///
    /// @param readers the names of those who may see it; empty when that doesn't depend on it
    record Answer(Rendered rendered, Optional<List<String>> readers) implements Content {
        Answer(Rendered rendered) {
            this(rendered, Optional.empty());
        }

        @Override
        public int size() {
            int size = rendered.asUnquotedUTF8().length;
            for (String reader : readers.orElse(List.of())) {
                size += 48 + reader.length();
            }
            return size;
        }
    }

    /// Objects that are entries of their own: lists that have them in common don't repeat them.
    record References(List<Reference> rows, OptionalLong count) implements Content {
        @Override
        public int size() {
            return REFERENCE * rows.size();
        }
    }

    /// An object of a list, as it was read with the list. The object may have been read again
    /// since: its new state may be known before it is known that it changed, and it may not be one
    /// that the list would show, or show to everybody.
    ///
    /// @param serial of the entry
    record Reference(Row row, long serial) {}

    /// What is in memory, and when it is right.
    ///
    /// @param key as it is in memory, for others to share
    /// @param schema the very state of the class that it was read by
    /// @param serial no other entry has the same
    private record Kept(
            CacheKey key, ClassSchema schema, long stamp, Content content, long serial) {
        @SuppressWarnings("ReferenceEquality")
        boolean isRight(ClassSchema now, long stampNow) {
            return schema == now && stamp == stampNow;
        }
    }

    /// Whether a question was asked a short while ago. What is asked once is not worth keeping: to
    /// render and to keep a list in pieces takes longer than to answer it.
    boolean isAskedAgain(Query key) {
        int hash = key.hashCode();
        int place = (hash ^ hash >>> 16) & (MAX_ASKED - 1);
        // Threads that overwrite each other's only make a list be kept later.
        boolean again = asked[place] == hash;
        asked[place] = hash;
        return again;
    }

    /// The answer that is known by a key, or else what is read now.
    ///
    /// @param schema the class as it is read by
    /// @param read reads it as the caller may see it; empty when there is nothing to see
    Optional<Answer> answer(CacheKey key, ClassSchema schema, Supplier<Optional<Answer>> read) {
        if (isClosed()) {
            return read.get();
        }
        long stamp = key.stamp(stamps);
        Kept known = known(key, schema, stamp);
        if (known != null && known.content() instanceof Answer answer) {
            hits.increment();
            return Optional.of(answer);
        }
        misses.increment();
        Optional<Answer> found = read.get();
        found.ifPresent(answer -> keep(kept(key, schema, stamp, answer)));
        return found;
    }

    /// The list that is known by a key, or else what is read now: objects that are shown whole.
    RowList list(Query key, ClassSchema schema, Supplier<RowList> read) {
        if (isClosed()) {
            return read.get();
        }
        long stamp = key.stamp(stamps);
        Kept known = known(key, schema, stamp);
        if (known != null && known.content() instanceof References list) {
            List<RowList.Item> items = items(list, schema);
            if (items.size() == list.rows().size()) {
                hits.increment();
                return new RowList(items, list.count());
            }
        }
        misses.increment();
        RowList found = read.get();
        keep(key, schema, stamp, found);
        return found;
    }

    /// A transaction reads what only it can see, and some clients want or take what is not here.
    private boolean isClosed() {
        if (capacity > 0
                && !database.isInTransaction()
                && !database.replicaReads().hasSeen()
                && isCurrent.getAsBoolean()) {
            return false;
        }
        bypasses.increment();
        return true;
    }

    /// @return null when nothing is known, or it may be wrong
    private @Nullable Kept known(CacheKey key, ClassSchema schema, long stamp) {
        Kept known = entries.getIfPresent(key);
        return known != null && known.isRight(schema, stamp) ? known : null;
    }

    /// The objects of a list, up to the first that has had to make room or was read again.
    private List<RowList.Item> items(References list, ClassSchema schema) {
        List<RowList.Item> items = new ArrayList<>(list.rows().size());
        for (Reference each : list.rows()) {
            Kept known = known(each.row(), schema, each.row().stamp(stamps));
            if (known == null
                    || known.serial() != each.serial()
                    || !(known.content() instanceof Answer answer)) {
                break;
            }
            items.add(new RowList.Item(each.row().objectId(), answer));
        }
        return items;
    }

    private void keep(Query key, ClassSchema schema, long stamp, RowList list) {
        List<Kept> fresh = new ArrayList<>();
        List<Reference> rows = new ArrayList<>(list.items().size());
        for (RowList.Item item : list.items()) {
            var row = new Row(key.table(), item.objectId());
            long rowStamp = row.stamp(stamps);
            Kept entry = known(row, schema, rowStamp);
            if (entry == null || !entry.content().equals(item.answer())) {
                entry = kept(row, schema, rowStamp, item.answer());
                fresh.add(entry);
            }
            rows.add(new Reference((Row) entry.key(), entry.serial()));
        }
        // If nothing in the table has changed since before the reading began, the stamps of the
        // rows haven't either: the table's stamp changes before the row's.
        if (key.stamp(stamps) == stamp) {
            fresh.forEach(this::keep);
            keep(kept(key, schema, stamp, new References(rows, list.count())));
        }
    }

    private Kept kept(CacheKey key, ClassSchema schema, long stamp, Content content) {
        return new Kept(key, schema, stamp, content, serials.incrementAndGet());
    }

    private void keep(Kept entry) {
        if (entry.content().size() <= capacity / MIN_PARTS) {
            entries.put(entry.key(), entry);
        }
    }

    void measure(Gauges to) {
        to.count("rialto.cache.hits", "Reads that were answered from memory.", hits::sum);
        to.count(
                "rialto.cache.misses",
                "Reads whose answer was not in memory, or no longer right.",
                misses::sum);
        to.count(
                "rialto.cache.bypasses",
                "Reads that could have been answered from memory, but ran in a transaction or while"
                        + " the change log was not known to its end.",
                bypasses::sum);
        to.count(
                "rialto.cache.evictions",
                "Answers that had to make room for others.",
                evictions::sum);
        to.gauge(
                "rialto.cache.bytes",
                "What the answers in memory take, right or not.",
                () ->
                        entries.policy()
                                .eviction()
                                .map(Policy.Eviction::weightedSize)
                                .orElseGet(OptionalLong::empty)
                                .orElse(0));
    }
}
