package dev.rialto.objects;

import dev.rialto.store.Sql;
import dev.rialto.store.Stamps;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an answer in memory is known by. Two keys are equal when the same is read in the same way.
sealed interface CacheKey {
    /// The stamp of all that the answer is made of.
    long stamp(Stamps stamps);

    /// In bytes, about.
    int size();

    /// One object with all that its class shows.
    ///
    /// @param table the table of the class, qualified and quoted
    record Row(String table, String objectId) implements CacheKey {
        private static final int OBJECTS = 80;

        @Override
        public long stamp(Stamps stamps) {
            return stamps.ofRow(table, objectId);
        }

        /// The name of the table is shared with other rows.
        @Override
        public int size() {
            return OBJECTS + objectId.length();
        }
    }

    /// Objects that are read by statements on one table alone. Whoever asks the same may see the
    /// same: the names that the caller is known as are among the values.
    final class Query implements CacheKey {
        private final String table;
        private final List<Selection.Column> relations;
        private final String text;
        private final Object[] values;
        private final int hash;

        /// @param relations fields that are shown and not read
        Query(String table, List<Selection.Column> relations, List<Sql> statements) {
            this.table = table;
            this.relations = relations;
            this.text = Sql.join(";", statements, "").text();
            this.values = statements.stream().flatMap(each -> each.values().stream()).toArray();
            this.hash = text.hashCode() * 31 + Arrays.deepHashCode(values);
        }

        String table() {
            return table;
        }

        @Override
        public long stamp(Stamps stamps) {
            return stamps.ofTable(table);
        }

        @Override
        public int size() {
            return 2 * table.length() + text.length() + size(values);
        }

        private static int size(@Nullable Object value) {
            return switch (value) {
                case String text -> 48 + text.length();
                case byte[] bytes -> 24 + bytes.length;
                case Object[] all -> Arrays.stream(all).mapToInt(Query::size).sum() + 24;
                case null, default -> 32;
            };
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Query query
                    && hash == query.hash
                    && table.equals(query.table)
                    && text.equals(query.text)
                    && relations.equals(query.relations)
                    && Arrays.deepEquals(values, query.values);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
