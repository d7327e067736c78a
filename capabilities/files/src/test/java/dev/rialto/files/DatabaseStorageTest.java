package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.store.Database;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.Migrations;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseStorageTest extends FileStorageContract {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final DatabaseStorage storage = storage(Optional.empty(), 0);

    @BeforeAll
    static void makeApps() {
        POSTGRES.app(ONE.id());
        POSTGRES.app("doomed");
        new Migrations(POSTGRES.database()).migrateApp(OTHER.schema());
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    @Override
    FileStorage storage() {
        return storage;
    }

    private static DatabaseStorage storage(Optional<Path> disk, long keepFree) {
        return new DatabaseStorage(POSTGRES.database(), disk, keepFree, Clock.systemUTC());
    }

    @Test
    void holdsNoConnectionWhileAClientSends() throws IOException {
        DatabaseSettings all = POSTGRES.settings();
        var two =
                new DatabaseSettings(
                        all.url(),
                        all.user(),
                        all.password(),
                        2,
                        all.connectionTimeout(),
                        all.statementTimeout());
        try (Database pool = Database.open(two)) {
            var slow =
                    new FilterInputStream(
                            new ByteArrayInputStream(new byte[3 * DatabaseStorage.CHUNK])) {
                        @Override
                        public int read(byte[] into, int offset, int length) throws IOException {
                            useBothConnections(pool);
                            return super.read(into, offset, length);
                        }
                    };
            var small = new DatabaseStorage(pool, Optional.empty(), 0, Clock.systemUTC());

            assertThat(small.put(ONE, "slow", slow, LABEL).length())
                    .isEqualTo(3L * DatabaseStorage.CHUNK);
        }
    }

    /// Fails when an upload holds one of them.
    private static void useBothConnections(Database pool) {
        var both = new CyclicBarrier(2);
        Runnable use =
                () ->
                        pool.with(connection -> {
                            try {
                                return both.await(1, TimeUnit.MINUTES);
                            } catch (InterruptedException
                                    | BrokenBarrierException
                                    | TimeoutException alone) {
                                throw new IllegalStateException("the other is in use", alone);
                            }
                        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(use, threads),
                            CompletableFuture.runAsync(use, threads))
                    .join();
        }
    }

    @Test
    void showsNoUploadThatIsNotCompleteAndRemovesThoseThatDied() throws IOException {
        begin("1 minute");
        begin("61 minutes");
        assertThat(unfinished()).isEqualTo(2);

        storage.tidy(ONE);

        assertThat(unfinished()).isEqualTo(1);
        POSTGRES.database().update(Sql.of("UPDATE app_one._file SET touched_at = '2020-01-01'"));
        storage.put(ONE, "complete", content("x"), LABEL);
        POSTGRES.database().update(Sql.of("UPDATE app_one._file SET touched_at = '2020-01-01'"));
        storage.tidy(ONE);
        assertThat(unfinished()).isZero();
        assertThat(storage.stat(ONE, "complete")).isPresent();
        assertThat(orphans()).isZero();
    }

    @Test
    void leavesNothingOfAPutWhoseSourceFails() {
        assertThatThrownBy(() -> storage.put(OTHER, "half", broken(), LABEL))
                .hasMessage("the line went dead");
        assertThat(count("SELECT count(*) FROM \"app_One\"._file WHERE key IS NULL")).isZero();
    }

    @Test
    void refusesWhenItsDiskIsAsFullAsAllowed(@TempDir Path disk) throws IOException {
        DatabaseStorage full = storage(Optional.of(disk), Long.MAX_VALUE);

        assertThatThrownBy(() -> full.put(ONE, "big", content("x"), LABEL))
                .isInstanceOf(StorageFullException.class);
        assertThat(full.stat(ONE, "big")).isEmpty();
    }

    @Test
    void endsAReadOfAFileThatIsDeletedMeanwhile() throws IOException {
        storage.put(ONE, "going", content("x".repeat(2 * DatabaseStorage.CHUNK)), LABEL);
        try (InputStream in = storage.open(ONE, "going", 0)) {
            assertThat(in.readNBytes(10)).hasSize(10);
            storage.delete(ONE, "going");

            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("deleted");
        }
    }

    @Test
    void deletesTheFilesOfAnAppWhoseSchemaIsGone() {
        storage.deleteAll(new App("never", "app_never"));
    }

    private static void begin(String ago) {
        POSTGRES.database()
                .update(
                        Sql.of(
                                "WITH file AS (INSERT INTO app_one._file (touched_at)"
                                        + " VALUES (now() - ?::interval) RETURNING id)"
                                        + " INSERT INTO app_one._file_chunk"
                                        + " SELECT id, 0, 'half of a fi'::bytea FROM file",
                                ago));
    }

    private static long unfinished() {
        return count("SELECT count(*) FROM app_one._file WHERE key IS NULL");
    }

    private static long orphans() {
        return count(
                "SELECT count(*) FROM app_one._file_chunk"
                        + " WHERE file NOT IN (SELECT id FROM app_one._file)");
    }

    private static long count(String query) {
        return POSTGRES.database().queryFirst(Sql.of(query), row -> row.getLong(1)).orElseThrow();
    }
}
