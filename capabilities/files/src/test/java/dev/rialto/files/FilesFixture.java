package dev.rialto.files;

import static dev.rialto.testing.TestFrontDoor.app;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.testing.TestFrontDoor;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/// The file operations at a real front door, keeping at most 3 MB a file in a folder.
final class FilesFixture implements AutoCloseable {
    static final App ONE = new App("one", "app_one");
    static final App TWO = new App("two", "app_two");
    static final String ID = app("one");
    static final long MAX_SIZE = 3 << 20;

    final TestFrontDoor door;
    private final Path folder;
    private final FolderStorage storage;

    FilesFixture(Path folder) throws IOException {
        this.folder = folder;
        this.storage = FolderStorage.open(folder, 0, Clock.systemUTC());
        this.door =
                open(new FilesSettings(MAX_SIZE, FilesSettings.SCRIPTABLE, true, true, true, 0));
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
        var upload =
                new FileUpload(
                        storage, settings, new Ids(), (_, id) -> id.equals(anonymous), triggers);
        var routes =
                new FilesRoutes(
                        storage,
                        upload,
                        id -> Stream.of(ONE, TWO).filter(app -> app.id().equals(id)).findFirst(),
                        new FilesRoutes.Readers(triggers, (_, _) -> new Caller.Anonymous()));
        return TestFrontDoor.open(routes.operations(), ONE, TWO);
    }

    /// The same files as functions see them.
    FileService shelf(FileTriggers triggers) {
        return new FileService(
                storage,
                new FilesSettings(MAX_SIZE, FilesSettings.SCRIPTABLE, true, true, true, 0),
                new Ids(),
                triggers);
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
