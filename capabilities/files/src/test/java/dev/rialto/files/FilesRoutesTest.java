package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.MAX_SIZE;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.files.FilesFixture.base64;
import static dev.rialto.files.FilesFixture.header;
import static dev.rialto.files.FilesFixture.text;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.SESSION;
import static dev.rialto.testing.TestFrontDoor.app;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.testing.TestFrontDoor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesRoutesTest {
    private final Path folder;
    private final FilesFixture files;
    private final TestFrontDoor door;

    FilesRoutesTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.files = new FilesFixture(folder);
        this.door = files.door;
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void storesARawBody() {
        HttpResponse<String> stored =
                door.send("POST", "/files/hello%20world.txt", "argle bargle", ID);

        assertThat(stored.statusCode()).isEqualTo(201);
        assertThat(text(stored, "name")).matches("[0-9a-f]{32}_hello world\\.txt");
        String url = text(stored, "url");
        assertThat(url).startsWith(door.publicUrl() + "/files/one/").endsWith("hello%20world.txt");
        assertThat(stored.headers().firstValue("Location")).contains(url);

        HttpResponse<String> read = door.send("GET", url, "");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).isEqualTo("argle bargle");
        assertThat(header(read, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(header(read, "Content-Length")).isEqualTo("12");
        assertThat(header(read, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(read.headers().firstValue("Content-Disposition")).isEmpty();
    }

    @Test
    void storesBytesAsTheyAre() {
        var bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        HttpResponse<String> stored =
                door.send(
                        "POST",
                        "/files/x.bin",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
                        BodyHandlers.ofString(),
                        ID,
                        "Content-Type: application/json");

        assertThat(
                        door.send(
                                        "GET",
                                        text(stored, "url"),
                                        BodyPublishers.noBody(),
                                        BodyHandlers.ofByteArray())
                                .body())
                .isEqualTo(bytes);
    }

    @Test
    void storesTheJsonFormOfTheSdk() {
        String body =
                Json.write(
                        Json.object()
                                .put("_ApplicationId", "one")
                                .put("_ContentType", "image/png")
                                .put("base64", base64("png!"))
                                .set(
                                        "fileData",
                                        Json.read(
                                                "{\"metadata\":{\"a\":1},\"tags\":{\"t\":\"x\"}}")));
        HttpResponse<String> stored =
                door.send("POST", "/files/picture", body, "Content-Type: text/plain");

        assertThat(stored.statusCode()).isEqualTo(201);
        String name = text(stored, "name");
        assertThat(name).endsWith("_picture.png");
        HttpResponse<String> read = door.send("GET", text(stored, "url"), "");
        assertThat(read.body()).isEqualTo("png!");
        assertThat(header(read, "Content-Type")).isEqualTo("image/png");
        assertThat(door.send("GET", "/files/one/metadata/" + name, "").body())
                .isEqualTo("{\"metadata\":{\"a\":1}}");
        assertThat(door.send("GET", "/files/one/metadata/missing", "").body()).isEqualTo("{}");
    }

    @Test
    void takesMetadataOfARawBodyFromHeaders() {
        HttpResponse<String> stored =
                door.send(
                        "POST",
                        "/files/x.txt",
                        "x",
                        ID,
                        "X-Parse-Upload-Mode: stream",
                        "X-Parse-File-Metadata: {\"a\":\"b\"}");

        assertThat(door.send("GET", "/files/one/metadata/" + text(stored, "name"), "").body())
                .isEqualTo("{\"metadata\":{\"a\":\"b\"}}");
        assertError(
                door.send("POST", "/files/x.txt", "x", ID, "X-Parse-File-Metadata: [1]"), 400, 107);
        assertError(
                door.send(
                        "POST",
                        "/files/x.txt",
                        "x",
                        ID,
                        "X-Parse-File-Tags: {\"__proto__\":{\"x\":1}}"),
                400,
                105);
    }

    @Test
    void keepsDirectoriesForTheMasterKey() {
        String directory = "X-Parse-File-Directory: photos/2026";
        assertError(door.send("POST", "/files/x.txt", "x", ID, directory), 400, 119);

        HttpResponse<String> stored = door.send("POST", "/files/x.txt", "x", ID, MASTER, directory);
        assertThat(text(stored, "name")).startsWith("photos/2026/");
        assertThat(door.send("GET", text(stored, "url"), "").body()).isEqualTo("x");
        assertThat(
                        door.send("DELETE", "/files/" + text(stored, "name"), "", ID, MASTER)
                                .statusCode())
                .isEqualTo(200);
        assertThat(door.send("GET", text(stored, "url"), "").statusCode()).isEqualTo(404);
        assertError(
                door.send("POST", "/files/x", "x", ID, MASTER, "X-Parse-File-Directory: ../x"),
                400,
                122);
    }

    @Test
    void refusesWhatIsNoUpload() {
        assertError(door.send("POST", "/files/x.txt", "", ID), 400, 130);
        assertError(door.send("POST", "/files/x.txt", "{\"_ApplicationId\":\"one\"}"), 400, 130);
        assertError(
                door.send("POST", "/files/x", "{\"_ApplicationId\":\"one\",\"base64\":\"\"}"),
                400,
                130);
        assertError(
                door.send("POST", "/files/x", "{\"_ApplicationId\":\"one\",\"base64\":7}"),
                400,
                130);
        assertError(
                door.send(
                        "POST",
                        "/files/x",
                        "{\"_ApplicationId\":\"one\",\"base64\":\"eA==\",\"fileData\":{\"tags\":3}}"),
                400,
                107);
        files.assertNothingStored();
    }

    @Test
    void refusesOddNames() {
        for (String name :
                List.of(
                        "di$avowed.txt",
                        ".hidden",
                        "%2e%2e%2fx",
                        "a%2fb",
                        "a%5cb",
                        "x".repeat(129))) {
            assertError(door.send("POST", "/files/" + name, "x", ID, MASTER), 400, 122);
        }
        files.assertNothingStored();
    }

    @Test
    void refusesTypesThatRunScripts() {
        for (String name :
                List.of(
                        "x.html",
                        "x.HTML",
                        "x.svg",
                        "x.xml",
                        "x.xhtml",
                        "x.sh tml",
                        "x.mht",
                        "x.XSD",
                        "x.rng",
                        "x.owl")) {
            HttpResponse<String> refused =
                    door.send("POST", "/files/" + name.replace(" ", "%20"), "x", ID);
            assertError(refused, 400, 130);
        }
        for (String type :
                List.of("text/html", "TEXT/HTML;charset=x", "image/svg+xml", "application/a+xml")) {
            assertError(
                    door.send("POST", "/files/x", "x", ID, SESSION, "Content-Type: " + type),
                    400,
                    130);
            assertError(door.send("POST", "/files/x.", "x", ID, "Content-Type: " + type), 400, 130);
        }
        files.assertNothingStored();
    }

    @Test
    void namesTheRefusedTypeAsItWasWritten() {
        for (List<String> file :
                List.of(
                        List.of("x.html", "text/plain", "html"),
                        List.of("x.Ht ML", "text/html", "HtML"),
                        List.of("x", "TEXT/HTML; charset=utf-8", "html"),
                        List.of("x", "application/xhtml+xml", "xhtml+xml"))) {
            String path = "/files/" + file.get(0).replace(" ", "%20");
            assertThat(door.send("POST", path, "x", ID, "Content-Type: " + file.get(1)).body())
                    .contains("File upload of extension " + file.get(2) + " is disabled.");
        }
    }

    @Test
    void refusesWhatIsTooLarge() {
        var large = new byte[(int) MAX_SIZE + 1];
        HttpResponse<String> announced =
                door.send(
                        "POST",
                        "/files/x.bin",
                        BodyPublishers.ofByteArray(large),
                        BodyHandlers.ofString(),
                        ID);
        assertError(announced, 400, 129);
        HttpResponse<String> streamed =
                door.send(
                        "POST",
                        "/files/x.bin",
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
                        BodyHandlers.ofString(),
                        ID);
        assertError(streamed, 400, 129);
        // Too large for a file, and too large for what the door reads as JSON.
        for (int size : new int[] {(int) MAX_SIZE + 1, 24 << 20}) {
            HttpResponse<String> encoded =
                    door.send(
                            "POST",
                            "/files/x.bin",
                            "{\"_ApplicationId\":\"one\",\"base64\":\""
                                    + Base64.getEncoder().encodeToString(new byte[size])
                                    + "\"}");
            assertError(encoded, 400, 129);
            assertThat(text(encoded, "error"))
                    .matches("File size exceeds maximum allowed: (3145728|20971520) bytes\\.");
        }
        files.assertNothingStored();

        var largest = new byte[(int) MAX_SIZE];
        assertThat(
                        door.send(
                                        "POST",
                                        "/files/x.bin",
                                        BodyPublishers.ofByteArray(largest),
                                        BodyHandlers.ofString(),
                                        ID)
                                .statusCode())
                .isEqualTo(201);
    }

    @Test
    void deletesWithTheMasterKeyOnly() {
        HttpResponse<String> stored = door.send("POST", "/files/x.txt", "x", ID);
        String path = "/files/" + text(stored, "name");

        assertThat(door.send("DELETE", path, "", ID).statusCode()).isEqualTo(403);
        assertThat(door.send("DELETE", path, "", ID, SESSION).statusCode()).isEqualTo(403);
        assertThat(door.send("DELETE", path, "", ID, READ_ONLY).statusCode()).isBetween(400, 403);
        assertThat(door.send("DELETE", path, "", app("two"), MASTER).statusCode()).isEqualTo(400);
        assertThat(door.send("GET", text(stored, "url"), "").statusCode()).isEqualTo(200);

        HttpResponse<String> deleted =
                door.send(
                        "POST",
                        path,
                        "{\"_method\":\"DELETE\",\"_ApplicationId\":\"one\",\"_MasterKey\":\"master\"}",
                        "Content-Type: text/plain");
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body()).isEqualTo("{}");
        HttpResponse<String> gone = door.send("GET", text(stored, "url"), "");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.body()).isEqualTo("File not found.");
        assertError(door.send("DELETE", path, "", ID, MASTER), 400, 153);
    }

    @Test
    void letsOnlyThoseUploadWhoMay() {
        assertThat(door.send("POST", "/files/x.txt", "x", ID, READ_ONLY).statusCode())
                .isBetween(400, 403);
        try (TestFrontDoor closed =
                files.open(
                        new FilesSettings(
                                MAX_SIZE,
                                Set.of(),
                                new FilesSettings.Uploaders(false, false, false),
                                0,
                                FilesSettings.Care.NONE,
                                ResumableSettings.defaults()))) {
            assertThat(closed.send("POST", "/files/x.txt", "x", ID).body())
                    .contains("File upload by public is disabled.");
            assertThat(closed.send("POST", "/files/x.txt", "x", ID, SESSION).body())
                    .contains("File upload by authenticated user is disabled.");
            assertThat(closed.send("POST", "/files/x.txt", "x", ID, MASTER).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void letsUsersUploadUnlessTheyAreAnonymous() {
        try (TestFrontDoor usual = files.open(FilesSettings.defaults());
                TestFrontDoor visitors = files.openFor(FilesSettings.defaults(), "user")) {
            assertThat(usual.send("POST", "/files/x.txt", "x", ID, SESSION).statusCode())
                    .isEqualTo(201);
            assertThat(usual.send("POST", "/files/x.txt", "x", ID).body())
                    .contains("File upload by public is disabled.");
            assertThat(visitors.send("POST", "/files/x.txt", "x", ID, SESSION).body())
                    .contains("File upload by anonymous user is disabled.");
        }
    }

    @Test
    void saysThatTheDiskIsFull() throws IOException {
        try (FolderStorage full = FolderStorage.open(folder, Long.MAX_VALUE, Clock.systemUTC())) {
            StoredFiles stored = FilesFixture.stored(full);
            var settings = FilesFixture.settings(FilesSettings.Care.NONE);
            try (TestFrontDoor fullDoor = files.open(stored, settings)) {
                assertError(fullDoor.send("POST", "/files/x.txt", "x", ID), 507, 1507);
            }
        }
        files.assertNothingStored();
    }

    @Test
    void keepsNothingOfAnInterruptedUpload() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
            OutputStream out = socket.getOutputStream();
            String head =
                    """
                    POST /v1/files/x.bin HTTP/1.1
                    Host: x
                    X-Parse-Application-Id: one
                    Content-Length: 1000000

                    """;
            out.write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[300_000]);
            out.flush();
            awaitStaged(true);
        }
        awaitStaged(false);
        files.assertNothingStored();
    }

    /// Waits until an upload is being prepared, or until none is.
    private void awaitStaged(boolean expected) throws Exception {
        long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (files.staged().isEmpty() == expected && System.nanoTime() < patience) {
            Thread.sleep(20);
        }
        assertThat(!files.staged().isEmpty()).isEqualTo(expected);
    }
}
