package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.files.FilesFixture.header;
import static dev.rialto.files.FilesFixture.text;
import static dev.rialto.files.ResumableFixture.CONTENT;
import static dev.rialto.files.ResumableFixture.MAX_SIZE;
import static dev.rialto.files.ResumableFixture.UPLOADS;
import static dev.rialto.files.ResumableFixture.metadata;
import static dev.rialto.files.ResumableFixture.pieces;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumableUploadsTest {
    private static final byte[] HELLO = "hello world".getBytes(UTF_8);

    private final FolderStorage storage;
    private final ResumableFixture tus;

    ResumableUploadsTest(@TempDir Path folder) throws IOException {
        storage = FolderStorage.open(folder, 0, Clock.systemUTC());
        tus = new ResumableFixture(storage, FileTriggers.NONE);
    }

    @AfterEach
    void close() throws IOException {
        tus.close();
        storage.close();
    }

    static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static byte[] part(byte[] all, int from, int to) {
        return Arrays.copyOfRange(all, from, to);
    }

    private void assertOffset(String address, long offset) {
        HttpResponse<String> head = tus.head(address);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Upload-Offset")).isEqualTo(Long.toString(offset));
    }

    @Test
    void tellsWhatItCan() {
        HttpResponse<String> told = tus.door.send("OPTIONS", UPLOADS, "", "Origin: https://a.org");

        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(header(told, "Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(header(told, "Tus-Version")).isEqualTo("1.0.0");
        assertThat(header(told, "Tus-Max-Size")).isEqualTo(Long.toString(MAX_SIZE));
        assertThat(header(told, "Tus-Extension").split(","))
                .containsExactlyInAnyOrder(
                        "creation",
                        "creation-with-upload",
                        "creation-defer-length",
                        "expiration",
                        "checksum",
                        "termination",
                        "concatenation");
        assertThat(header(told, "Tus-Checksum-Algorithm")).isEqualTo("md5,sha1,sha256,sha512");
        assertThat(header(told, "Access-Control-Allow-Headers"))
                .contains(
                        "Tus-Resumable",
                        "Upload-Length",
                        "Upload-Metadata",
                        "Upload-Offset",
                        "Upload-Checksum",
                        "Upload-Concat",
                        "Upload-Defer-Length",
                        "X-HTTP-Method-Override");
        assertThat(header(told, "Access-Control-Expose-Headers"))
                .contains("Upload-Offset", "Upload-Expires", "Rialto-File-Url", "Location");
        assertThat(header(tus.door.send("OPTIONS", UPLOADS + "/x", ""), "Tus-Version"))
                .isEqualTo("1.0.0");
    }

    @Test
    void storesAFileInPieces() {
        byte[] all = random(100_000);
        String address = tus.begin(100_000, metadata("filename", "größe.txt", "filetype", "x/y"));
        assertThat(address).startsWith(tus.door.publicUrl() + UPLOADS + "/");

        HttpResponse<String> first = tus.patch(address, 0, part(all, 0, 40_000));
        assertThat(first.statusCode()).isEqualTo(204);
        assertThat(header(first, "Upload-Offset")).isEqualTo("40000");
        assertThat(header(first, "Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(header(first, "Upload-Expires")).endsWith("GMT");
        assertThat(header(first, "Rialto-File-Url")).isEmpty();
        assertOffset(address, 40_000);
        assertThat(tus.stored()).isZero();

        HttpResponse<String> last = tus.patch(address, 40_000, part(all, 40_000, 100_000));
        assertThat(last.statusCode()).isEqualTo(204);
        assertThat(header(last, "Upload-Offset")).isEqualTo("100000");
        assertThat(header(last, "Upload-Expires")).isEmpty();
        assertThat(header(last, "Rialto-File-Name")).endsWith("_gr%C3%B6%C3%9Fe.txt");
        assertThat(tus.content(last)).isEqualTo(all);
        assertThat(pieces()).isZero();
        assertThat(tus.stored()).isOne();

        HttpResponse<String> head = tus.head(address);
        assertThat(header(head, "Upload-Length")).isEqualTo("100000");
        assertThat(header(head, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(head, "Upload-Metadata")).startsWith("filename Z3LDtsOfZS50eHQ=,");
        assertThat(header(head, "Rialto-File-Url")).isEqualTo(header(last, "Rialto-File-Url"));
        HttpResponse<String> shown = tus.door.send("GET", address, "", ID);
        assertThat(text(shown, "name")).endsWith("_größe.txt");
        assertThat(text(shown, "url")).isEqualTo(header(last, "Rialto-File-Url"));
        assertThat(tus.patch(address, 100_000, new byte[0]).statusCode()).isEqualTo(204);
        assertThat(tus.stored()).isOne();
    }

    @Test
    void cutsLongBodiesIntoPieces() {
        byte[] all = random(2 * UploadWriter.PIECE + 1000);
        String address = tus.begin(all.length);
        assertThat(tus.patch(address, 0, part(all, 0, all.length - 1)).statusCode()).isEqualTo(204);
        assertThat(pieces()).isEqualTo(3);

        HttpResponse<String> last =
                tus.patch(address, all.length - 1, part(all, all.length - 1, all.length));
        assertThat(tus.content(last)).isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|400",
                "Upload-Length: x|400",
                "Upload-Length: -1|400",
                "Upload-Length: 99999999999999999999|400",
                "Upload-Length: 0|400",
                "Upload-Length: 20971521|413",
                "Upload-Defer-Length: 2|400",
                "Upload-Length: 1;Upload-Defer-Length: 1|400",
                "Upload-Length: 1;Upload-Metadata: filename a!b|400",
                "Upload-Length: 1;Upload-Metadata: filename YQ==,filename YQ==|400",
                "Upload-Length: 1;Upload-Metadata: ,|400",
                "Upload-Length: 1;Upload-Metadata: a b c|400",
                "Upload-Length: 1;Upload-Metadata: filename gIA=|400",
                "Upload-Length: 1;Upload-Metadata: filename Li4vYQ==|400",
                "Upload-Length: 1;Upload-Metadata: filename YS5odG1s|400",
                "Upload-Length: 1;Upload-Metadata: filetype dGV4dC9odG1s|400",
                "Upload-Length: 1;Upload-Metadata: metadata Wzwp|400",
                "Upload-Length: 1;Upload-Metadata: directory YQ==|400",
                "Upload-Length: 1;Upload-Concat: other|400",
                "Upload-Concat: final;|400",
                "Upload-Concat: final;/files/uploads/x|400",
                "Upload-Concat: final;/files/uploads/x;Upload-Length: 1|400",
            })
    void refusesUploadsThatCannotBecomeFiles(String headers, int status) {
        String[] sent = headers == null ? new String[0] : headers.split(";(?=Upload)");
        HttpResponse<String> refused = tus.create(sent);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
        assertThat(header(refused, "Tus-Resumable")).isEqualTo("1.0.0");
        assertThat(ResumableFixture.count("_file_upload")).isZero();
    }

    @Test
    void rejectsRequestsThatDoNotFit() {
        String address = tus.begin(HELLO.length);
        tus.patch(address, 0, part(HELLO, 0, 5));

        assertError(tus.patch(address, 4, HELLO), 409, 1409);
        assertError(tus.patch(address, 6, HELLO), 409, 1409);
        assertError(tus.patch(address, 5, HELLO), 413, 129);
        assertError(tus.send("PATCH", address, HELLO, CONTENT), 400, 162);
        assertError(
                tus.send("PATCH", address, HELLO, "Upload-Offset: 5", "Content-Type: text/plain"),
                415,
                1415);
        assertError(tus.patch(address, 5, new byte[1], "Upload-Length: 12"), 400, 162);
        assertError(tus.patch(address, 5, new byte[1], "Upload-Checksum: crc9 AAAA"), 400, 162);
        assertError(tus.patch(address, 5, new byte[1], "Upload-Checksum: sha1 AAAA"), 400, 162);
        assertError(tus.patch(address + "x", 5, HELLO), 404, 101);
        HttpResponse<String> old =
                tus.door.send("PATCH", address, "x", ID, "Tus-Resumable: 0.2.2", CONTENT);
        assertError(old, 412, 1414);
        assertThat(header(old, "Tus-Version")).isEqualTo("1.0.0");
        assertError(tus.door.send("PATCH", address, "x", ID, CONTENT), 412, 1414);
        assertOffset(address, 5);
        assertThat(pieces()).isOne();

        assertThat(tus.content(tus.patch(address, 5, part(HELLO, 5, 11)))).isEqualTo(HELLO);
    }

    @Test
    void rejectsBodiesThatTurnOutTooLong() {
        String address = tus.begin(HELLO.length);
        HttpResponse<String> refused =
                tus.door.send(
                        "PATCH",
                        address,
                        BodyPublishers.ofInputStream(
                                () -> new ByteArrayInputStream("hello world!".getBytes(UTF_8))),
                        BodyHandlers.ofString(),
                        ID,
                        ResumableFixture.TUS,
                        CONTENT,
                        "Upload-Offset: 0");
        assertError(refused, 413, 129);
        assertOffset(address, 0);
        assertThat(pieces()).isZero();
        assertThat(tus.stored()).isZero();
    }

    @Test
    void createsWithTheFirstBytes() {
        HttpResponse<String> some =
                tus.send("POST", UPLOADS, part(HELLO, 0, 5), CONTENT, "Upload-Length: 11");
        assertThat(some.statusCode()).isEqualTo(201);
        assertThat(header(some, "Upload-Offset")).isEqualTo("5");
        HttpResponse<String> rest = tus.patch(header(some, "Location"), 5, part(HELLO, 5, 11));
        assertThat(tus.content(rest)).isEqualTo(HELLO);

        HttpResponse<String> all = tus.send("POST", UPLOADS, HELLO, CONTENT, "Upload-Length: 11");
        assertThat(all.statusCode()).isEqualTo(201);
        assertThat(tus.content(all)).isEqualTo(HELLO);

        assertError(tus.send("POST", UPLOADS, HELLO, CONTENT, "Upload-Length: 10"), 413, 129);
        assertError(
                tus.send(
                        "POST",
                        UPLOADS,
                        HELLO,
                        CONTENT,
                        "Upload-Length: 11",
                        checksum("SHA-1", "sha1", part(HELLO, 1, 11))),
                460,
                1460);
        assertThat(pieces()).isZero();
        assertThat(tus.stored()).isEqualTo(2);
    }

    @Test
    void defersTheLength() {
        HttpResponse<String> created = tus.create("Upload-Defer-Length: 1");
        String address = header(created, "Location");
        assertThat(header(tus.head(address), "Upload-Defer-Length")).isEqualTo("1");
        assertThat(tus.head(address).headers().firstValue("Upload-Length")).isEmpty();

        tus.patch(address, 0, part(HELLO, 0, 5));
        assertError(tus.patch(address, 5, new byte[1], "Upload-Length: 4"), 400, 162);
        assertError(
                tus.patch(address, 5, new byte[1], "Upload-Length: " + (MAX_SIZE + 1)), 413, 129);
        tus.patch(address, 5, part(HELLO, 5, 6), "Upload-Length: 11");
        assertThat(header(tus.head(address), "Upload-Length")).isEqualTo("11");
        assertThat(tus.content(tus.patch(address, 6, part(HELLO, 6, 11)))).isEqualTo(HELLO);

        String known = header(tus.create("Upload-Defer-Length: 1"), "Location");
        tus.patch(known, 0, HELLO);
        assertThat(tus.content(tus.patch(known, 11, new byte[0], "Upload-Length: 11")))
                .isEqualTo(HELLO);
    }

    @Test
    void boundsUploadsOfUnknownLength() {
        String address = header(tus.create("Upload-Defer-Length: 1"), "Location");
        byte[] all = random((int) MAX_SIZE + 1);
        assertThat(tus.patch(address, 0, part(all, 0, 9 << 20)).statusCode()).isEqualTo(204);
        assertError(tus.patch(address, 9 << 20, part(all, 9 << 20, all.length)), 413, 129);
        assertOffset(address, 9 << 20);
    }

    @ParameterizedTest
    @CsvSource({"MD5, md5", "SHA-1, sha1", "SHA-256, sha256", "SHA-512, sha512"})
    void countsWhatHasItsChecksum(String algorithm, String name) {
        String address = tus.begin(HELLO.length);
        String right = checksum(algorithm, name, HELLO);

        HttpResponse<String> wrong = tus.patch(address, 0, part(HELLO, 0, 10), right);
        assertError(wrong, 460, 1460);
        assertThat(header(wrong, "Tus-Resumable")).isEqualTo("1.0.0");
        assertOffset(address, 0);
        assertThat(pieces()).isZero();

        assertThat(tus.content(tus.patch(address, 0, HELLO, right))).isEqualTo(HELLO);
    }

    private static String checksum(String algorithm, String name, byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(content);
            return "Upload-Checksum: " + name + " " + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void terminatesUploads() {
        String address = tus.begin(HELLO.length);
        tus.patch(address, 0, part(HELLO, 0, 5));

        assertThat(tus.send("DELETE", address, new byte[0]).statusCode()).isEqualTo(204);
        assertThat(pieces()).isZero();
        assertThat(tus.head(address).statusCode()).isEqualTo(410);
        assertThat(header(tus.head(address), "Upload-Offset")).isEmpty();
        assertError(tus.patch(address, 5, part(HELLO, 5, 11)), 410, 1413);
        assertError(tus.send("DELETE", address, new byte[0]), 410, 1413);
        assertError(tus.send("DELETE", UPLOADS + "/x", new byte[0]), 404, 101);

        String complete = tus.begin(HELLO.length);
        HttpResponse<String> done = tus.patch(complete, 0, HELLO);
        assertThat(tus.send("DELETE", complete, new byte[0]).statusCode()).isEqualTo(204);
        assertThat(tus.content(done)).isEqualTo(HELLO);
    }

    @Test
    void concatenatesUploads() {
        String one = tus.begin(5, "Upload-Concat: partial");
        String two = tus.begin(6, "Upload-Concat: partial");
        tus.patch(two, 0, part(HELLO, 5, 8));
        tus.patch(one, 0, part(HELLO, 0, 5));
        String both = "Upload-Concat: final;" + one + " " + two.replaceFirst("http://[^/]+", "");
        assertError(tus.create(both), 400, 162);
        tus.patch(two, 3, part(HELLO, 8, 11));
        assertThat(tus.stored()).isZero();
        assertThat(header(tus.head(one), "Upload-Concat")).isEqualTo("partial");
        assertError(tus.create("Upload-Concat: final;" + one + " " + one), 400, 162);

        HttpResponse<String> done = tus.create(both, metadata("filename", "a.txt"));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(201);
        assertThat(tus.content(done)).isEqualTo(HELLO);
        assertThat(header(done, "Rialto-File-Name")).endsWith("_a.txt");
        String address = header(done, "Location");
        HttpResponse<String> head = tus.head(address);
        assertThat(header(head, "Upload-Offset")).isEqualTo("11");
        assertThat(header(head, "Upload-Length")).isEqualTo("11");
        assertThat("Upload-Concat: " + header(head, "Upload-Concat")).isEqualTo(both);
        assertError(tus.patch(address, 11, new byte[0]), 403, 119);
        assertOffset(one, 5);

        HttpResponse<String> again = tus.create(both, metadata("filename", "a.txt"));
        assertThat(header(again, "Location")).isEqualTo(address);
        assertThat(tus.stored()).isOne();
        assertThat(pieces()).isZero();
        assertError(tus.create("Upload-Concat: final;" + two), 400, 162);
    }

    @Test
    void takesPostsThatMeanAnotherMethod() {
        String address = tus.begin(HELLO.length);
        String[] patch = {CONTENT, "Upload-Offset: 0", "X-HTTP-Method-Override: PATCH"};
        assertThat(tus.content(tus.send("POST", address, HELLO, patch))).isEqualTo(HELLO);
        HttpResponse<String> deleted =
                tus.send("POST", address, new byte[0], "X-HTTP-Method-Override: DELETE");
        assertThat(deleted.statusCode()).isEqualTo(204);
        HttpResponse<String> other =
                tus.send("POST", "/files/x.txt", HELLO, "X-HTTP-Method-Override: DELETE", MASTER);
        assertThat(other.statusCode()).isEqualTo(201);
    }

    @Test
    void leavesFilesAloneThatAreCalledLikeIt() {
        HttpResponse<String> called = tus.door.send("POST", UPLOADS, "x", ID);
        assertThat(called.statusCode()).isEqualTo(201);
        assertThat(text(called, "name")).endsWith("_uploads");

        HttpResponse<String> inside =
                tus.door.send(
                        "POST", "/files/a.txt", "x", ID, MASTER, "X-Parse-File-Directory: uploads");
        String address = "/files/" + text(inside, "name");
        assertThat(tus.door.send("DELETE", address, "", ID).statusCode()).isEqualTo(403);
        assertThat(tus.door.send("DELETE", address, "", ID, READ_ONLY).statusCode()).isEqualTo(400);
        assertThat(tus.door.send("DELETE", address, "", ID, MASTER).statusCode()).isEqualTo(200);
    }
}
