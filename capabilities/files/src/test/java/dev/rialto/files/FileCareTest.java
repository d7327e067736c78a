package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.ONE;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.files.FilesFixture.text;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestFrontDoor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FileCareTest {
    private static final FileLabel LABEL =
            new FileLabel("text/plain", Json.object(), Json.object());

    @TempDir private Path folder;
    private FileStorage storage;
    private StoredFiles files;

    @BeforeEach
    void open() throws IOException {
        storage = FolderStorage.open(folder, 0, Clock.systemUTC());
        files = FilesFixture.stored(storage);
        sql("DROP TABLE IF EXISTS %s.\"Diary\"");
    }

    @AfterEach
    void close() throws Exception {
        storage.close();
    }

    @Test
    void storesNoMoreThanTheQuotaHoweverManyUploadAtOnce() throws Exception {
        var limited =
                new StoredFiles(
                        storage, FilesFixture.database(), OptionalLong.of(50), Optional::empty);
        List<Callable<Boolean>> uploads =
                IntStream.range(0, 20)
                        .<Callable<Boolean>>mapToObj(n -> () -> fits(limited, n))
                        .toList();
        int stored = 0;
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : pool.invokeAll(uploads)) {
                stored += each.get() ? 1 : 0;
            }
        }

        assertThat(stored).isEqualTo(5);
        assertThat(limited.register().usage(ONE)).isEqualTo(new FileRegister.Usage(5, 50));
        for (int n = 0; n < 20; n++) {
            assertThat(storage.stat(ONE, "file" + n).isPresent())
                    .isEqualTo(limited.find(ONE, "file" + n).isPresent());
        }
        limited.delete(ONE, "file" + firstStored(limited));
        assertThat(fits(limited, 30)).isTrue();
        assertThatThrownBy(() -> limited.requireQuota(ONE, 1))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("may take up 50 bytes");
    }

    private boolean fits(StoredFiles limited, int number) throws IOException {
        try {
            limited.put(ONE, "file" + number, content("0123456789"), LABEL, FileAccess.OPEN);
            return true;
        } catch (RialtoException full) {
            assertThat(full.number()).isEqualTo(140);
            return false;
        }
    }

    private static int firstStored(StoredFiles files) throws IOException {
        for (int n = 0; n < 20; n++) {
            if (files.find(ONE, "file" + n).isPresent()) {
                return n;
            }
        }
        throw new AssertionError("nothing is stored");
    }

    @Test
    void findsContentThatIsDamagedOrGoneAndForgetsWhatIsMended() throws IOException {
        for (String name : List.of("good", "damaged", "gone")) {
            files.put(ONE, name, content("hello"), LABEL, FileAccess.OPEN);
        }
        Path damaged = FolderStorage.home(folder, ONE, "damaged").resolve("content");
        Files.writeString(damaged, "hellO");
        storage.delete(ONE, "gone");
        var checks = new FileChecks(storage, files.register(), Duration.ofHours(1), 1 << 20);

        checks.run(ONE);
        assertThat(files.register().damaged(ONE, 10)).as("it is not their turn").isEmpty();
        sql("UPDATE %s._file_entry SET checked_at = now() - interval '2 hours'");
        checks.run(ONE);
        assertThat(files.register().damaged(ONE, 10)).containsExactly("damaged", "gone");

        Files.writeString(damaged, "hello");
        sql("UPDATE %s._file_entry SET checked_at = now() - interval '2 hours'");
        checks.run(ONE);
        assertThat(files.register().damaged(ONE, 10)).containsExactly("gone");
    }

    @Test
    void checksNoMoreAtOnceThanItMay() throws IOException {
        for (int n = 0; n < 5; n++) {
            files.put(ONE, "file" + n, content("0123456789"), LABEL, FileAccess.OPEN);
        }
        sql("UPDATE %s._file_entry SET checked_at = now() - interval '2 hours'");

        new FileChecks(storage, files.register(), Duration.ofHours(1), 25).run(ONE);
        assertThat(
                        FilesFixture.database()
                                .queryFirst(
                                        Sql.of(
                                                "SELECT count(*) FROM app_one._file_entry WHERE"
                                                        + " checked_at > now() - interval '1 hour'"),
                                        row -> row.getInt(1)))
                .contains(3);
    }

    @Test
    void sweepsFilesThatNothingMentions() throws IOException {
        sql("CREATE TABLE %s.\"Diary\" (photo text, page json, notes text[])");
        var names = new ArrayList<String>();
        for (String use : List.of("field", "json", "url", "list", "nothing")) {
            names.add("%032x_%s.txt".formatted(names.size() + 1, use));
        }
        names.add("imported.txt");
        names.add("imported-json.txt");
        names.add("imported-unused.txt");
        for (String name : names) {
            files.put(ONE, name, content("0123456789"), LABEL, FileAccess.OPEN);
        }
        insert("photo", names.get(0));
        insert("page", "{\"a\":[{\"__type\":\"File\",\"name\":\"%s\"}]}".formatted(names.get(1)));
        insert("photo", "see http://x/files/one/" + names.get(2) + "?x=1");
        insert("notes", "{\"%s\"}".formatted(names.get(3)));
        insert("photo", names.get(5));
        insert("page", "{\"__type\": \"File\", \"name\": \"%s\"}".formatted(names.get(6)));
        var mentions = new FileMentions(FilesFixture.database());
        var routes = new CareRoutes(files, mentions, OptionalLong.of(1_000));

        try (TestFrontDoor door = TestFrontDoor.open(routes.operations(), ONE)) {
            assertThat(sweep(door, "{}").path("files").asInt()).as("they are new").isZero();
            sql("UPDATE %s._file_entry SET created_at = now() - interval '8 days'");

            JsonNode dry = sweep(door, "");
            assertThat(dry.path("files").asInt()).isEqualTo(2);
            assertThat(dry.path("bytes").asInt()).isEqualTo(20);
            assertThat(dry.path("deleted").asInt()).isZero();
            assertThat(dry.path("names").toString())
                    .isEqualTo("[\"%s\",\"imported-unused.txt\"]".formatted(names.get(4)));
            assertThat(sweep(door, "{\"olderThan\":864000}").path("files").asInt()).isZero();
            assertThat(files.find(ONE, names.get(4))).isPresent();

            assertThat(sweep(door, "{\"delete\":true}").path("deleted").asInt()).isEqualTo(2);
            assertThat(storage.stat(ONE, names.get(4))).isEmpty();
            assertThat(sweep(door, "{\"delete\":true}").path("files").asInt()).isZero();
            for (String used : List.of(names.get(0), names.get(3), "imported-json.txt")) {
                assertThat(files.find(ONE, used)).as(used).isPresent();
            }
            JsonNode usage = Json.read(door.send("GET", "/file-usage", "", ID, READ_ONLY).body());
            assertThat(usage)
                    .isEqualTo(
                            Json.read("{\"files\":6,\"bytes\":60,\"quota\":1000,\"damaged\":[]}"));
        }
    }

    @Test
    void lookingAfterFilesNeedsTheMasterKey() {
        var routes =
                new CareRoutes(
                        files, new FileMentions(FilesFixture.database()), OptionalLong.empty());
        try (TestFrontDoor door = TestFrontDoor.open(routes.operations(), ONE)) {
            for (String key : List.of(SESSION, READ_ONLY)) {
                assertThat(door.send("POST", "/file-sweep", "{}", ID, key).statusCode())
                        .isNotEqualTo(200);
            }
            assertThat(door.send("GET", "/file-usage", "", ID, SESSION).statusCode())
                    .isEqualTo(403);
            for (String body :
                    List.of(
                            "{\"olderThan\":3599}",
                            "{\"olderThan\":\"7d\"}",
                            "{\"olderThan\":1e300}",
                            "{\"delete\":\"yes\"}")) {
                assertError(door.send("POST", "/file-sweep", body, ID, MASTER), 400, 102);
            }
        }
    }

    private static JsonNode sweep(TestFrontDoor door, String body) {
        HttpResponse<String> answer = door.send("POST", "/file-sweep", body, ID, MASTER);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(text(answer, "error")).isEmpty();
        return Json.read(answer.body());
    }

    private static void insert(String column, String value) {
        String type = column.equals("page") ? "json" : column.equals("notes") ? "text[]" : "text";
        FilesFixture.database()
                .update(
                        Sql.of(
                                "INSERT INTO app_one.\"Diary\" (%s) VALUES (?::%s)"
                                        .formatted(column, type),
                                value));
    }

    private static void sql(String statement) {
        FilesFixture.database().update(Sql.of(statement.formatted(Sql.name(ONE.schema()))));
    }

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
