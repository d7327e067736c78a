package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ONE;
import static dev.rialto.files.FilesFixture.TWO;

import dev.rialto.files.spi.FileStorage;
import dev.rialto.http.Operation;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/// Resumable uploads at a real front door: of at most [#MAX_SIZE] bytes a file, five open ones a
/// client and eight an app.
final class ResumableFixture implements AutoCloseable {
    static final long MAX_SIZE = 20 << 20;
    static final ResumableSettings SETTINGS =
            new ResumableSettings(
                    MAX_SIZE,
                    Duration.ofHours(1),
                    new ResumableSettings.Share(5, 2 * MAX_SIZE),
                    new ResumableSettings.Share(8, 3 * MAX_SIZE));
    static final String UPLOADS = "/files/uploads";
    static final String TUS = "Tus-Resumable: 1.0.0";
    static final String CONTENT = "Content-Type: application/offset+octet-stream";

    final TestFrontDoor door;
    final ResumableUploads uploads;
    private final StoredFiles files;

    ResumableFixture(FileStorage storage, FileTriggers triggers) {
        for (var app : List.of(ONE, TWO)) {
            for (String table : List.of("_file_upload_piece", "_file_upload")) {
                FilesFixture.database()
                        .update(Sql.of("DELETE FROM ").addName(app.schema()).add("." + table));
            }
        }
        files = FilesFixture.stored(storage);
        var settings =
                new FilesSettings(
                        1000,
                        FilesSettings.SCRIPTABLE,
                        FilesSettings.Uploaders.ALL,
                        0,
                        FilesSettings.Care.NONE,
                        SETTINGS);
        var saver =
                new FileSaver(
                        files, settings, _ -> SharingSettings.defaults(), new Ids(), triggers);
        var upload = new FileUpload(saver, settings, (_, _) -> false);
        var routes =
                new FilesRoutes(
                        files,
                        upload,
                        id -> Stream.of(ONE, TWO).filter(app -> app.id().equals(id)).findFirst(),
                        new FilesRoutes.Readers(triggers, (_, _) -> new Caller.Anonymous()),
                        new ReadableFiles(
                                files,
                                new FileLinks(
                                        new SecretBox(List.of(new byte[SecretBox.KEY_BYTES])),
                                        Clock.systemUTC()),
                                _ -> SharingSettings.defaults(),
                                (_, _) -> new Caller.Anonymous()));
        uploads = new ResumableUploads(FilesFixture.database(), SETTINGS, storage, upload, saver);
        List<Operation> all = new ArrayList<>(routes.operations());
        all.addAll(new ResumableRoutes(uploads, routes, MAX_SIZE).operations());
        door = TestFrontDoor.open(all, ONE, TWO);
    }

    /// Sends a request of the protocol for the app [FilesFixture#ONE].
    HttpResponse<String> send(String method, String address, byte[] body, String... headers) {
        List<String> all = new ArrayList<>(List.of(TUS));
        if (Arrays.stream(headers).noneMatch(each -> each.startsWith("X-Parse-Application-Id"))) {
            all.add(FilesFixture.ID);
        }
        all.addAll(Arrays.asList(headers));
        return door.send(
                method,
                address,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body),
                BodyHandlers.ofString(),
                all.toArray(String[]::new));
    }

    HttpResponse<String> create(String... headers) {
        return send("POST", UPLOADS, new byte[0], headers);
    }

    /// The address of a new upload.
    String begin(long length, String... headers) {
        List<String> all = new ArrayList<>(List.of("Upload-Length: " + length));
        all.addAll(Arrays.asList(headers));
        HttpResponse<String> created = create(all.toArray(String[]::new));
        if (created.statusCode() != 201) {
            throw new AssertionError(created.statusCode() + " " + created.body());
        }
        return FilesFixture.header(created, "Location");
    }

    HttpResponse<String> patch(String address, long offset, byte[] body, String... headers) {
        List<String> all = new ArrayList<>(List.of(CONTENT, "Upload-Offset: " + offset));
        all.addAll(Arrays.asList(headers));
        return send("PATCH", address, body, all.toArray(String[]::new));
    }

    HttpResponse<String> head(String address, String... headers) {
        return send("HEAD", address, new byte[0], headers);
    }

    /// The content of the file that an upload became.
    byte[] content(HttpResponse<String> done) {
        String url = FilesFixture.header(done, "Rialto-File-Url");
        return door.send("GET", url, BodyPublishers.noBody(), BodyHandlers.ofByteArray()).body();
    }

    /// How many files have been stored.
    long stored() {
        return files.register().usage(ONE).files();
    }

    /// How many pieces there are.
    static int pieces() {
        return count("_file_upload_piece");
    }

    static int count(String table) {
        return FilesFixture.database()
                .queryFirst(
                        Sql.of("SELECT count(*) FROM ").addName(ONE.schema()).add("." + table),
                        row -> row.getInt(1))
                .orElseThrow();
    }

    /// Changes all uploads.
    static void update(String changes) {
        FilesFixture.database()
                .update(
                        Sql.of("UPDATE ")
                                .addName(ONE.schema())
                                .add("._file_upload SET " + changes));
    }

    static String metadata(String... keysAndValues) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            byte[] value = keysAndValues[i + 1].getBytes(StandardCharsets.UTF_8);
            pairs.add(keysAndValues[i] + " " + Base64.getEncoder().encodeToString(value));
        }
        return "Upload-Metadata: " + String.join(",", pairs);
    }

    @Override
    public void close() {
        door.close();
    }
}
