package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.store.Database;
import dev.rialto.store.Stamps;
import dev.rialto.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class StampsTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Database DATABASE = POSTGRES.database();
    private static final String TABLE = "\"app_a\".\"Thing\"";
    private static final String OTHER = "\"app_b\".\"Thing\"";

    private final Stamps stamps = DATABASE.stamps();
    private List<Long> last = read();

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private List<Long> read() {
        return List.of(
                stamps.ofRow(TABLE, "one"),
                stamps.ofRow(TABLE, "two"),
                stamps.ofTable(TABLE),
                stamps.ofRow(OTHER, "one"),
                stamps.ofTable(OTHER));
    }

    /// Which stamps have changed since this was last asked: `one two table`, then those of another
    /// table.
    private String changes() {
        List<Long> now = read();
        List<String> changed = new ArrayList<>();
        List<String> names = List.of("one", "two", "table", "other one", "other table");
        for (int i = 0; i < names.size(); i++) {
            if (!now.get(i).equals(last.get(i))) {
                changed.add(names.get(i));
            }
        }
        last = now;
        return String.join(", ", changed);
    }

    @Test
    void changesNoStampsButThoseOfWhatHasChanged() {
        assertThat(changes()).isEmpty();

        stamps.rowChanged(TABLE, "one");
        assertThat(changes()).isEqualTo("one, table");

        stamps.tableChanged(TABLE);
        assertThat(changes()).isEqualTo("one, two, table");

        stamps.everythingChanged();
        assertThat(changes()).isEqualTo("one, two, table, other one, other table");
    }

    @Test
    void notesAWriteThatCommitsByItselfWhenItIsDone() {
        String during = stamps.changingRow(TABLE, "one", this::changes);

        assertThat(during).isEmpty();
        assertThat(changes()).isEqualTo("one, table");
    }

    @Test
    void notesAWriteThatMayHaveFailed() {
        assertThatThrownBy(() ->
                        stamps.changingTable(
                                TABLE,
                                () -> {
                                    throw new IllegalStateException("the connection broke");
                                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(changes()).isEqualTo("one, two, table");
    }

    @Test
    void notesTheWritesOfATransactionWhenItHasCommitted() {
        String during =
                DATABASE.inTransaction(() -> {
                    stamps.changingRow(TABLE, "one", () -> true);
                    stamps.changingRow(OTHER, "one", () -> true);
                    return changes();
                });

        assertThat(during).isEmpty();
        assertThat(changes()).isEqualTo("one, table, other one, other table");
    }

    @Test
    void notesTheWritesOfATransactionThatSeemsToHaveFailed() {
        assertThatThrownBy(() ->
                        DATABASE.inTransaction(() -> {
                            stamps.changingRow(TABLE, "two", () -> true);
                            throw new IllegalStateException("the connection broke");
                        }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(changes()).isEqualTo("two, table");
    }
}
