package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.ONE;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.files.FilesFixture.header;
import static dev.rialto.files.ResumableFixture.CONTENT;
import static dev.rialto.files.ResumableFixture.TUS;
import static dev.rialto.files.ResumableFixture.pieces;
import static dev.rialto.files.ResumableUploadsTest.part;
import static dev.rialto.files.ResumableUploadsTest.random;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.app;
import static dev.rialto.testing.TestFrontDoor.session;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.files.spi.FileLabel;
import dev.rialto.files.spi.FileStorage;
import dev.rialto.files.spi.NewFile;
import dev.rialto.files.spi.StorageFullException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import dev.rialto.testing.TestFrontDoor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who may do what with resumable uploads, and what is left of them when something goes wrong. The
/// files are in the database.
class ResumableSafetyTest {
    private static final byte[] HELLO = "hello world".getBytes(UTF_8);

    private final Moods moods = new Moods();
    private final Storage storage = new Storage();
    private final ResumableFixture tus = new ResumableFixture(storage, moods);

    @AfterEach
    void close() {
        tus.close();
    }

    /// Triggers that object to files when they are told to.
    private static final class Moods implements FileTriggers {
        private Optional<RialtoException> before = Optional.empty();
        private Optional<RialtoException> after = Optional.empty();
        private Optional<NewFile.Content> replacement = Optional.empty();

        @Override
        public NewFile beforeSaving(Author author, NewFile file, OptionalLong length) {
            before.ifPresent(Moods::fail);
            return new NewFile(
                    file.name(),
                    file.contentType(),
                    file.metadata(),
                    file.tags(),
                    file.acl(),
                    replacement);
        }

        @Override
        public void afterSaving(Author author, NewFile file, OptionalLong length) {
            after.ifPresent(Moods::fail);
        }

        private static void fail(RialtoException failure) {
            throw failure;
        }

        @Override
        public void beforeDeleting(Author author, String name) {}

        @Override
        public void afterDeleting(Author author, String name) {}
    }

    /// Files in the database, of which those that are no pieces can't be stored when it is told so.
    private static final class Storage implements FileStorage {
        private final DatabaseStorage database =
                new DatabaseStorage(
                        FilesFixture.database(), Optional.empty(), 0, Clock.systemUTC());
        private Optional<IOException> failure = Optional.empty();

        @Override
        public FileInfo put(App app, String name, InputStream content, FileLabel label)
                throws IOException {
            if (failure.isPresent() && !name.startsWith("~")) {
                throw failure.get();
            }
            return database.put(app, name, content, label);
        }

        @Override
        public Optional<FileInfo> stat(App app, String name) {
            return database.stat(app, name);
        }

        @Override
        public InputStream open(App app, String name, long from) throws IOException {
            return database.open(app, name, from);
        }

        @Override
        public boolean delete(App app, String name) {
            return database.delete(app, name);
        }

        @Override
        public void deleteAll(App app) {
            database.deleteAll(app);
        }
    }

    private void assertOffset(String address, long offset) {
        assertThat(header(tus.head(address), "Upload-Offset")).isEqualTo(Long.toString(offset));
    }

    @Test
    void keepsUploadsFromOthers() {
        String address = tus.begin(HELLO.length, session("ada"));
        for (String stranger : new String[] {session("bob"), "X-None: 1"}) {
            assertThat(tus.head(address, stranger).statusCode()).isEqualTo(404);
            assertError(tus.patch(address, 0, HELLO, stranger), 404, 101);
            assertError(tus.send("DELETE", address, new byte[0], stranger), 404, 101);
        }
        assertThat(tus.head(address, session("ada"), app("two")).statusCode()).isEqualTo(404);
        assertError(tus.patch(address, 0, HELLO, session("ada"), app("two")), 404, 101);
        assertError(tus.patch(address, 0, HELLO, MASTER), 404, 101);
        assertThat(tus.head(address, MASTER).statusCode()).isEqualTo(200);
        assertError(tus.send("DELETE", address, new byte[0], READ_ONLY), 400, 119);
        assertThat(tus.head(address, READ_ONLY).statusCode()).isEqualTo(400);

        HttpResponse<String> done = tus.patch(address, 0, HELLO, session("ada"));
        assertThat(tus.content(done)).isEqualTo(HELLO);
        assertThat(tus.head(address, session("bob")).statusCode()).isEqualTo(404);
    }

    @Test
    void joinsOnlyUploadsOfTheSameClient() {
        String partial = "Upload-Concat: partial";
        String ada = tus.begin(HELLO.length, partial, session("ada"));
        tus.patch(ada, 0, HELLO, session("ada"));
        assertError(tus.create("Upload-Concat: final;" + ada, session("bob")), 400, 162);
        assertError(
                tus.create("Upload-Concat: final;" + ada, session("ada"), app("two")), 400, 162);
        assertThat(tus.create("Upload-Concat: final;" + ada, session("ada")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void letsAnybodyContinueAPublicUploadByItsAddress() {
        String address = tus.begin(HELLO.length);
        tus.patch(address, 0, part(HELLO, 0, 5), session("ada"));
        assertThat(tus.content(tus.patch(address, 5, part(HELLO, 5, 11)))).isEqualTo(HELLO);
    }

    @Test
    void keepsTheMasterKeysUploadsToItself() {
        String address = tus.begin(HELLO.length, MASTER);
        assertError(tus.patch(address, 0, HELLO), 404, 101);
        assertError(tus.patch(address, 0, HELLO, session("ada")), 404, 101);
        assertThat(tus.patch(address, 0, HELLO, MASTER).statusCode()).isEqualTo(204);
    }

    @Test
    void limitsOpenUploadsOfAClientAndOfAnApp() {
        IntStream.range(0, 5).forEach(_ -> tus.begin(1, session("ada")));
        assertError(tus.create("Upload-Length: 1", session("ada")), 400, 140);
        String address = tus.begin(1, session("bob"));
        IntStream.range(0, 2).forEach(_ -> tus.begin(1));
        assertError(tus.create("Upload-Length: 1"), 400, 140);
        assertError(tus.create("Upload-Length: 1", MASTER), 400, 140);
        tus.patch(address, 0, new byte[1], session("bob"));
        tus.begin(1, session("bob"));
    }

    @Test
    void limitsTheBytesOfOpenUploads() {
        long most = ResumableFixture.MAX_SIZE;
        tus.begin(most, session("ada"));
        tus.begin(most - 1, session("ada"));
        assertError(tus.create("Upload-Length: 2", session("ada")), 400, 140);
        String unknown = header(tus.create("Upload-Defer-Length: 1", session("ada")), "Location");
        assertError(tus.patch(unknown, 0, HELLO, session("ada")), 400, 140);
        assertError(
                tus.patch(unknown, 0, new byte[0], "Upload-Length: 2", session("ada")), 400, 140);
        assertThat(pieces()).isZero();
        assertThat(tus.create("Upload-Length: 1", session("ada")).statusCode()).isEqualTo(201);
    }

    @Test
    void expires() {
        String address = tus.begin(HELLO.length);
        tus.patch(address, 0, part(HELLO, 0, 5));
        ResumableFixture.update("expires_at = now() - interval '1 second'");

        assertThat(tus.head(address).statusCode()).isEqualTo(410);
        assertError(tus.patch(address, 5, part(HELLO, 5, 11)), 410, 1413);
        tus.uploads.tidy(ONE);
        assertThat(pieces()).isZero();
        assertThat(tus.head(address).statusCode()).isEqualTo(410);

        ResumableFixture.update("expires_at = now() - interval '1 day'");
        tus.uploads.tidy(ONE);
        assertThat(tus.head(address).statusCode()).isEqualTo(404);
    }

    @Test
    void expiresLaterWithProgress() {
        String address = tus.begin(HELLO.length);
        ResumableFixture.update("expires_at = now() + interval '10 seconds'");
        String before = header(tus.head(address), "Upload-Expires");
        HttpResponse<String> added = tus.patch(address, 0, part(HELLO, 0, 5));
        assertThat(header(added, "Upload-Expires")).isNotEqualTo(before);
    }

    @Test
    void keepsWhatArrivedOfABodyThatBreaksOff() throws IOException {
        byte[] all = random(UploadWriter.PIECE + 100_000);
        String address = tus.begin(all.length);
        send(address, all, all.length - 10);

        awaitOffset(address, all.length - 10);
        HttpResponse<String> done =
                tus.patch(address, all.length - 10, part(all, all.length - 10, all.length));
        assertThat(tus.content(done)).isEqualTo(all);
        assertThat(pieces()).isZero();
    }

    @Test
    void discardsABodyWithAChecksumThatBreaksOff() throws IOException {
        byte[] all = random(100_000);
        String address = tus.begin(all.length);
        send(address, all, 50_000, "Upload-Checksum: md5 1B2M2Y8AsgTpgAmY7PhCfg==");

        awaitUnlocked(address);
        assertOffset(address, 0);
        assertThat(pieces()).isZero();
    }

    /// Sends the beginning of a body and closes the connection.
    private void send(String address, byte[] all, int count, String... headers) throws IOException {
        String path = address.replaceFirst("http://[^/]+", "");
        var head =
                new StringBuilder("PATCH " + path + " HTTP/1.1\r\nHost: x\r\n")
                        .append(String.join("\r\n", ID, TUS, CONTENT, "Upload-Offset: 0"))
                        .append("\r\nContent-Length: " + all.length + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), tus.door.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(head.append("\r\n").toString().getBytes(UTF_8));
            out.write(all, 0, count);
            out.flush();
            // Otherwise what is on its way may be lost with the connection.
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
    }

    private void awaitOffset(String address, long offset) {
        String expected = Long.toString(offset);
        HttpResponse<String> head = tus.head(address);
        for (int i = 0; i < 30 && !header(head, "Upload-Offset").equals(expected); i++) {
            head = tus.head(address);
        }
        assertThat(header(head, "Upload-Offset")).isEqualTo(expected);
    }

    private void awaitUnlocked(String address) {
        for (int i = 0; i < 30 && tus.patch(address, 0, new byte[0]).statusCode() == 423; i++) {}
    }

    @Test
    void letsOneRequestWriteAtATime() {
        String address = tus.begin(HELLO.length);
        ResumableFixture.update("leased_until = now() + interval '1 minute'");
        assertError(tus.patch(address, 0, HELLO), 423, 1423);
        assertOffset(address, 0);

        ResumableFixture.update("leased_until = now() - interval '1 second'");
        assertThat(tus.content(tus.patch(address, 0, HELLO))).isEqualTo(HELLO);
    }

    @Test
    void savesWhatAKilledServerDidNot() {
        String address = tus.begin(HELLO.length);
        storage.failure = Optional.of(new IOException("unplugged"));
        assertThat(tus.patch(address, 0, HELLO).statusCode()).isEqualTo(500);
        assertThat(tus.head(address).statusCode()).isEqualTo(500);
        storage.failure = Optional.of(new StorageFullException("full"));
        assertError(tus.patch(address, 11, new byte[0]), 507, 1507);
        assertThat(pieces()).isOne();
        assertThat(tus.stored()).isZero();

        storage.failure = Optional.empty();
        HttpResponse<String> head = tus.head(address);
        assertThat(header(head, "Upload-Offset")).isEqualTo("11");
        assertThat(tus.content(head)).isEqualTo(HELLO);
        assertThat(tus.content(tus.head(address))).isEqualTo(HELLO);
        assertThat(tus.stored()).isOne();
        assertThat(pieces()).isZero();
    }

    @Test
    void savesOnceWhenAllAskAtTheSameTime() {
        String address = tus.begin(HELLO.length);
        storage.failure = Optional.of(new IOException("unplugged"));
        tus.patch(address, 0, HELLO);
        storage.failure = Optional.empty();

        long names =
                IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(_ -> header(tus.head(address), "Rialto-File-Name"))
                        .distinct()
                        .count();
        assertThat(names).isOne();
        assertThat(tus.stored()).isOne();
    }

    @Test
    void discardsWhatATriggerRefuses() {
        moods.before = Optional.of(new RialtoException(ErrorCode.FILE_SAVE_ERROR, "not this one"));
        String address = tus.begin(HELLO.length);
        assertError(tus.patch(address, 0, HELLO), 400, 130);
        assertThat(tus.head(address).statusCode()).isEqualTo(410);
        assertThat(pieces()).isZero();
    }

    @Test
    void keepsTheFileWhenATriggerFailsAfterIt() {
        moods.after = Optional.of(new RialtoException(ErrorCode.FILE_SAVE_ERROR, "too late"));
        String address = tus.begin(HELLO.length);
        assertError(tus.patch(address, 0, HELLO), 400, 130);
        assertThat(tus.content(tus.head(address))).isEqualTo(HELLO);
        assertThat(pieces()).isZero();
    }

    @Test
    void tellsWhereATriggerStoredTheFile() {
        moods.replacement = Optional.of(new NewFile.Content.External("https://x.org/é b"));
        String address = tus.begin(HELLO.length);
        HttpResponse<String> done = tus.patch(address, 0, HELLO);
        assertThat(header(done, "Rialto-File-Url")).isEqualTo("https://x.org/%C3%A9%20b");
        assertThat(header(tus.head(address), "Rialto-File-Url")).isNotEmpty();
        assertThat(tus.stored()).isZero();
        assertThat(pieces()).isZero();
    }

    @Test
    void hidesPiecesFromClients() {
        String address = tus.begin(HELLO.length);
        tus.patch(address, 0, part(HELLO, 0, 5));
        String name =
                FilesFixture.database()
                        .queryFirst(
                                dev.rialto.store.Sql.of("SELECT name FROM ")
                                        .addName(ONE.schema())
                                        .add("._file_upload_piece"),
                                row -> row.getString(1))
                        .orElseThrow();
        assertThat(storage.stat(ONE, name)).isPresent();
        TestFrontDoor door = tus.door;
        assertThat(door.send("GET", "/files/one/" + name, "").statusCode()).isEqualTo(404);
        assertError(door.send("DELETE", "/files/" + name, "", ID, MASTER), 400, 153);
    }
}
