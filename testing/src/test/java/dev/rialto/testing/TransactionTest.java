package dev.rialto.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.store.Database;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TransactionTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final Database database = POSTGRES.database();
    private final List<String> seen = new ArrayList<>();

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Test
    void reportsItsCommitOnlyWhenItCommits() {
        database.inTransaction(() -> {
            listen();
            return seen.add("work");
        });

        assertThat(seen).containsExactly("work", "committed");
    }

    @Test
    void reportsItsRollbackOnlyWhenItRollsBack() {
        assertThatThrownBy(() -> database.inTransaction(this::failInside))
                .hasMessage("changed my mind");

        assertThat(seen).containsExactly("rolled back");
    }

    @Test
    void hasCommittedAtOnceWhenThereIsNone() {
        listen();

        assertThat(seen).containsExactly("committed");
    }

    private boolean failInside() {
        return database.inTransaction(() -> {
            listen();
            throw new IllegalStateException("changed my mind");
        });
    }

    private void listen() {
        database.afterCommit(() -> seen.add("committed"));
        database.afterRollback(() -> seen.add("rolled back"));
    }
}
