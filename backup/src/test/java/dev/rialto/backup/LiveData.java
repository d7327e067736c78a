package dev.rialto.backup;

import dev.rialto.store.DataFolder;
import dev.rialto.store.Database;
import dev.rialto.store.EmbeddedPostgreSql;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A data folder in use: a PostgreSQL with a table, uploaded files, and writers that can be started
/// and stopped. Each row names a file that was stored before it.
final class LiveData implements AutoCloseable {
    private static final int WRITERS = 3;

    private final DataFolder folder;
    private final EmbeddedPostgreSql postgres;
    private final Database database;
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean writing;

    LiveData(Path data) throws IOException {
        folder = DataFolder.claim(data).orElseThrow();
        postgres = EmbeddedPostgreSql.startForgetful(folder);
        database = Database.open(postgres.settings());
        database.update(
                Sql.of(
                        "CREATE TABLE ledger (id int PRIMARY KEY, file text NOT NULL, pad text NOT"
                                + " NULL)"));
        Files.writeString(path().resolve("secret.key"), "the key\n");
        Files.createDirectories(files());
        Files.writeString(files().resolve("storage-id"), "0123456789abcdef0123456789abcdef");
    }

    Path path() {
        return folder.path();
    }

    Path files() {
        return path().resolve("files");
    }

    Database database() {
        return database;
    }

    BackupJob job(Encryption encryption, boolean secrets) {
        return new BackupJob(path(), files(), "0.1.0", encryption, secrets, true);
    }

    BackupReport backUp(BackupTarget target, boolean full) {
        return backUp(job(Encryption.to(List.of()), false), target, full);
    }

    BackupReport backUp(BackupJob job, BackupTarget target, boolean full) {
        return Backup.run(job, postgres.settings(), target, full);
    }

    /// The time by PostgreSQL's clock, when all that was written before has one that is earlier.
    Instant now() {
        return database.queryFirst(
                        Sql.of("SELECT clock_timestamp()::text::timestamptz AT TIME ZONE 'UTC'"),
                        row ->
                                row.getTimestamp(
                                                1,
                                                java.util.Calendar.getInstance(
                                                        java.util.TimeZone.getTimeZone("UTC")))
                                        .toInstant())
                .orElseThrow();
    }

    void startWriting() {
        writing = true;
        for (int i = 0; i < WRITERS; i++) {
            writers.add(Thread.ofVirtual().start(this::writeOn));
        }
    }

    void stopWriting() throws InterruptedException {
        writing = false;
        for (Thread each : writers) {
            each.join();
        }
        writers.clear();
    }

    private void writeOn() {
        try {
            while (writing) {
                write();
                // Files are written faster than they can be stored durably.
                Thread.sleep(20);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stores a file and the row that names it; every third time a row changes, too.
    void write() {
        int number = numbers.incrementAndGet();
        try {
            String name = "app/%02x/file-%d".formatted(number % 16, number);
            Path file = files().resolve(name).resolve("content");
            Files.createDirectories(file.getParent());
            Files.writeString(file, "content of " + number);
            database.update(
                    Sql.of(
                            "INSERT INTO ledger VALUES (?, ?, repeat(md5(?::text), 20))",
                            number,
                            name,
                            number));
            if (number % 3 == 0) {
                database.update(
                        Sql.of("UPDATE ledger SET pad = pad || 'x' WHERE id = ?", number / 2));
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// A hash of all rows.
    String rows() {
        return rows(database);
    }

    static String rows(Database database) {
        return database.queryFirst(
                        Sql.of(
                                "SELECT count(*) || ' ' || coalesce(md5(string_agg(l::text, ',' ORDER BY"
                                        + " id)), '') FROM ledger l"),
                        row -> row.getString(1))
                .orElseThrow();
    }

    /// Files that rows name and that are not there.
    static List<String> missingFiles(Path data, Database database) {
        return database.query(Sql.of("SELECT file FROM ledger"), row -> row.getString(1)).stream()
                .filter(name -> Files.notExists(data.resolve("files").resolve(name)))
                .toList();
    }

    @Override
    public void close() {
        writing = false;
        database.close();
        postgres.close();
        folder.close();
    }
}
