package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir private static Path home;
    private static DataFolder folder;
    private static EmbeddedPostgreSql postgres;
    private static Database database;

    private final List<String> done = new ArrayList<>();

    @BeforeAll
    static void start() {
        folder = DataFolder.claim(home).orElseThrow();
        postgres = EmbeddedPostgreSql.startForgetful(folder);
        database = Database.open(postgres.settings());
    }

    @AfterAll
    static void stop() {
        database.close();
        postgres.close();
        folder.close();
    }

    private void note(String what) {
        done.add(what + (database.isInTransaction() ? " inside" : ""));
    }

    private int work() {
        note("work");
        return 1;
    }

    @Test
    void runsSlowWorkAfterTheQuickWhenAllIsCommitted() {
        database.inTransaction(() -> {
            database.onceCommitted(() -> note("slow"));
            database.afterCommit(() -> note("quick"));
            return database.inTransaction(this::work);
        });
        assertThat(done).containsExactly("work inside", "quick", "slow");
    }

    @Test
    void runsNoSlowWorkOfWhatIsUndone() {
        assertThatThrownBy(() ->
                        database.inTransaction(() -> {
                            database.onceCommitted(() -> note("slow"));
                            throw new IllegalStateException("undone");
                        }))
                .hasMessage("undone");
        assertThat(done).isEmpty();
    }

    @Test
    void runsSlowWorkAtOnceOutsideOfTransactions() {
        database.onceCommitted(() -> note("slow"));
        assertThat(done).containsExactly("slow");
    }

    @Test
    void answersFromMemoryWhateverAClientHasSeenWhereNoOtherServerWrites() {
        var reads = new ReplicaReads(database);
        var client = new ReplicaReads.Client("any", false);
        assertThat(reads.<Boolean>forClient(client, reads::hasSeen)).isTrue();
        reads.useAlone();
        assertThat(reads.<Boolean>forClient(client, reads::hasSeen)).isFalse();
    }

    @Test
    void beginsTheFirstTransactionThatIsNotApart() {
        database.beginningWith(
                () -> note("first"),
                () -> {
                    assertThat(database.isBeginning()).isTrue();
                    database.apart(() -> database.inTransaction(this::work));
                    assertThat(database.isBeginning()).isTrue();
                    database.inTransaction(this::work);
                    assertThat(database.isBeginning()).isFalse();
                    return database.inTransaction(this::work);
                });
        assertThat(done)
                .containsExactly("work inside", "first inside", "work inside", "work inside");
    }
}
