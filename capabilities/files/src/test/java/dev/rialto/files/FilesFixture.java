package dev.rialto.files;

import static dev.rialto.testing.TestFrontDoor.app;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/// The file operations at a real front door, keeping at most 3 MB a file in a folder. The tests
/// share a database, which every fixture finds empty.
final class FilesFixture implements AutoCloseable {
    static final App ONE = new App("one", "app_one");
    static final App TWO = new App("two", "app_two");
    static final String ID = app("one");
    static final long MAX_SIZE = 3 << 20;

    private static final TestDatabase POSTGRES = migrated();

    /// What holds for every app; tests may change it.
    SharingSettings sharing = SharingSettings.defaults();

    /// The time of signed URLs; tests may change it.
    Instant now = Instant.parse("2026-05-04T12:00:00Z");

    final TestFrontDoor door;
    private final FileLinks links =
            new FileLinks(new SecretBox(List.of(new byte[SecretBox.KEY_BYTES])), () -> now);
    private final Path folder;
    private final FolderStorage storage;
    private final StoredFiles files;

    FilesFixture(Path folder) throws IOException {
        this.folder = folder;
        this.storage = FolderStorage.open(folder, 0, Clock.systemUTC());
        this.files = stored(storage);
        this.door = open(settings(FilesSettings.Care.NONE));
    }

    private static TestDatabase migrated() {
        TestDatabase database = TestDatabase.create();
        Stream.of(ONE, TWO).forEach(app -> database.app(app.id()));
        return database;
    }

    /// The files of a storage, whose register is empty.
    static StoredFiles stored(FileStorage storage) {
        for (App app : List.of(ONE, TWO)) {
            String schema = app.schema();
            database().update(Sql.of("DELETE FROM ").addName(schema).add("._file_entry"));
            database()
                    .update(
                            Sql.of("UPDATE ")
                                    .addName(schema)
                                    .add("._file_usage SET files = 0, bytes = 0"));
        }
        return over(storage);
    }

    /// The files of a storage, with the register as it is.
    static StoredFiles over(FileStorage storage) {
        return new StoredFiles(storage, database());
    }

    static Database database() {
        return POSTGRES.database();
    }

    /// Everybody may upload.
    static FilesSettings settings(FilesSettings.Care care) {
        return new FilesSettings(
                MAX_SIZE,
                FilesSettings.SCRIPTABLE,
                FilesSettings.Uploaders.ALL,
                0,
                care,
                ResumableSettings.defaults());
    }

    /// One more door to the same files.
    TestFrontDoor open(FilesSettings settings) {
        return openFor(settings, "nobody");
    }

    /// One more door, by which one user has not said who it is.
    TestFrontDoor openFor(FilesSettings settings, String anonymous) {
        return open(settings, anonymous, FileTriggers.NONE);
    }

    TestFrontDoor open(FilesSettings settings, String anonymous, FileTriggers triggers) {
        return open(files, settings, anonymous, triggers);
    }

    /// A door to other files.
    TestFrontDoor open(StoredFiles files, FilesSettings settings) {
        return open(files, settings, "nobody", FileTriggers.NONE);
    }

    private TestFrontDoor open(
            StoredFiles files, FilesSettings settings, String anonymous, FileTriggers triggers) {
        var saver = new FileSaver(files, settings, _ -> sharing, new Ids(), triggers);
        BiPredicate<App, String> isAnonymous = (_, id) -> id.equals(anonymous);
        var upload = new FileUpload(saver, settings, isAnonymous);
        var users = new FilesCapability.Users(isAnonymous, TestFrontDoor.sessions());
        var routes =
                new FilesRoutes(
                        files,
                        upload,
                        id -> Stream.of(ONE, TWO).filter(app -> app.id().equals(id)).findFirst(),
                        new FilesRoutes.Readers(
                                triggers,
                                (app, call) -> users.reader(TestFrontDoor.keys(app), call)),
                        readable(files, users));
        var sharingRoutes = new SharingRoutes(files, links, _ -> sharing);
        return TestFrontDoor.open(
                Stream.concat(routes.operations().stream(), sharingRoutes.operations().stream())
                        .toList(),
                ONE,
                TWO);
    }

    private ReadableFiles readable(StoredFiles files, FilesCapability.Users users) {
        return new ReadableFiles(
                files,
                links,
                _ -> sharing,
                (app, call) -> users.reader(TestFrontDoor.keys(app), call));
    }

    /// The same files as functions see them.
    FileService shelf(FileTriggers triggers) {
        var settings = settings(FilesSettings.Care.NONE);
        return new FileService(
                files, new FileSaver(files, settings, _ -> sharing, new Ids(), triggers), triggers);
    }

    @Override
    public void close() throws IOException {
        door.close();
        storage.close();
    }

    List<Path> staged() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(".staging"))) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().endsWith(".lock"))
                    .toList();
        }
    }

    void assertNothingStored() {
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(path -> path.endsWith("content"))).isEmpty();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    static void assertError(HttpResponse<String> answer, int status, int code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(Json.read(answer.body()).path("code").asInt()).isEqualTo(code);
    }

    static String text(HttpResponse<String> answer, String key) {
        return Json.read(answer.body()).path(key).asString();
    }

    static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
