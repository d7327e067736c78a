package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.files.FilesFixture.base64;
import static dev.rialto.files.FilesFixture.header;
import static dev.rialto.files.FilesFixture.text;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.testing.TestFrontDoor;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
    private static final String ADA = session("ada");
    private static final String BOB = session("bob");
    private static final String NOBODY = "X-Nothing: nothing";
    private static final String ADA_WRITES_BOB_READS =
            "{\"ada\":{\"read\":true,\"write\":true},\"bob\":{\"read\":true}}";

    private final FilesFixture files;
    private final TestFrontDoor door;

    PrivateFilesTest(@TempDir Path folder) throws IOException {
        files = new FilesFixture(folder);
        door = files.door;
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void showsAPrivateFileToThoseInItsAcl() {
        String name = upload(ADA_WRITES_BOB_READS);

        for (String reader : List.of(ADA, BOB, MASTER, READ_ONLY)) {
            HttpResponse<String> answer = read(name, reader);
            assertThat(answer.statusCode()).as(reader).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("secret");
            assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
        }
    }

    @Test
    void answersOthersAsIfThereWereNoFile() {
        String name = upload(ADA_WRITES_BOB_READS);

        for (String other : List.of(session("eve"), NOBODY)) {
            HttpResponse<String> missing = read("0123_missing.txt", other);
            HttpResponse<String> hidden = read(name, other);
            assertThat(hidden.statusCode()).isEqualTo(404).isEqualTo(missing.statusCode());
            assertThat(hidden.body()).isEqualTo(missing.body());
            assertThat(hidden.headers().map().keySet()).isEqualTo(missing.headers().map().keySet());
            assertThat(door.send("GET", "/files/one/metadata/" + name, "", other).body())
                    .isEqualTo("{}");
            assertThat(door.send("HEAD", "/files/one/" + name, "", other).statusCode())
                    .isEqualTo(404);
            assertThat(
                            door.send("GET", "/files/one/" + name, "", other, "Range: bytes=0-1")
                                    .statusCode())
                    .isEqualTo(404);
        }
        for (String wrong : List.of("X-Parse-Session-Token: r:no", "X-Parse-Master-Key: no")) {
            assertThat(read(name, wrong).body())
                    .as(wrong)
                    .contains("error")
                    .isEqualTo(read("0123_missing.txt", wrong).body());
        }
    }

    @Test
    void takesTheAclFromTheJsonFormToo() {
        String body =
                "{\"_ApplicationId\":\"one\",\"base64\":\"%s\",\"fileData\":{\"acl\":%s}}"
                        .formatted(base64("secret"), ADA_WRITES_BOB_READS);
        String name = text(door.send("POST", "/files/x.txt", body, ADA), "name");

        assertThat(read(name, BOB).statusCode()).isEqualTo(200);
        assertThat(read(name, ID).statusCode()).isEqualTo(404);
    }

    @Test
    void rejectsAnAclThatIsNotOne() {
        for (String acl :
                List.of(
                        "3",
                        "[]",
                        "\"*\"",
                        "{\"\":{\"read\":true}}",
                        "{\"*\":true}",
                        "{\"*\":{\"read\":1}}",
                        "{\"*\":{\"delete\":true}}")) {
            assertError(send("POST", "/files/x.txt", "x", ADA, acl), 400, 123);
        }
        assertError(send("POST", "/files/x.txt", "x", ADA, "{"), 400, 107);
        files.assertNothingStored();
    }

    @Test
    void letsWritersAloneChangeAndDeleteAFile() {
        String name = upload(ADA_WRITES_BOB_READS);
        String path = "/file-access/" + name;

        for (String other : List.of(BOB, session("eve"), NOBODY)) {
            assertError(door.send("GET", path, "", ID, other), 404, 101);
            assertError(door.send("PUT", path, "{\"ACL\":null}", ID, other), 404, 101);
            assertError(door.send("DELETE", "/file-urls/" + name, "", ID, other), 404, 101);
            assertThat(door.send("DELETE", "/files/" + name, "", ID, other).body())
                    .contains("unauthorized: master key is required");
        }
        assertError(door.send("PUT", path, "{\"ACL\":null}", ID, READ_ONLY), 400, 119);
        assertThat(door.send("GET", path, "", ID, READ_ONLY).statusCode()).isEqualTo(200);
        assertThat(Json.read(door.send("GET", path, "", ID, ADA).body()))
                .isEqualTo(
                        Json.read(
                                "{\"owner\":\"ada\",\"ACL\":%s}".formatted(ADA_WRITES_BOB_READS)));

        String onlyAda = "{\"ACL\":{\"ada\":{\"read\":true,\"write\":true}}}";
        assertThat(door.send("PUT", path, onlyAda, ID, ADA).statusCode()).isEqualTo(200);
        assertThat(read(name, BOB).statusCode()).isEqualTo(404);
        assertThat(door.send("DELETE", "/files/" + name, "", ID, ADA).statusCode()).isEqualTo(200);
        assertThat(read(name, ADA).statusCode()).isEqualTo(404);
    }

    @Test
    void makesAPublicFilePrivateAndBack() {
        String name = text(door.send("POST", "/files/x.txt", "open", ID, ADA), "name");
        String path = "/file-access/" + name;

        assertThat(header(read(name, ID), "Cache-Control"))
                .isEqualTo("public, max-age=31536000, immutable");
        assertError(door.send("PUT", path, "{\"ACL\":{}}", ID, ADA), 404, 101);
        assertError(door.send("PUT", path, "{}", ID, MASTER), 400, 123);
        assertThat(door.send("PUT", path, "{\"ACL\":{}}", ID, MASTER).statusCode()).isEqualTo(200);
        assertThat(read(name, ADA).statusCode()).isEqualTo(404);
        door.send("PUT", path, "{\"ACL\":null}", ID, MASTER);
        assertThat(read(name, ID).body()).isEqualTo("open");
    }

    @Test
    void keepsNewFilesPrivateWhenTheAppWantsThat() {
        files.sharing = new SharingSettings(true, Duration.ofMinutes(5), Duration.ofDays(1));

        String adas = text(door.send("POST", "/files/x.txt", "x", ID, ADA), "name");
        assertThat(read(adas, ADA).statusCode()).isEqualTo(200);
        assertThat(read(adas, BOB).statusCode()).isEqualTo(404);
        for (String without : List.of(NOBODY, MASTER)) {
            String nobodys = text(door.send("POST", "/files/x.txt", "x", ID, without), "name");
            assertThat(read(nobodys, ADA).statusCode()).isEqualTo(404);
            assertThat(read(nobodys, MASTER).statusCode()).isEqualTo(200);
        }
        String open = text(send("POST", "/files/x.txt", "x", ADA, "null"), "name");
        assertThat(read(open, ID).statusCode()).isEqualTo(200);
        var function = files.shelf(FileTriggers.NONE);
        String functions =
                function.save(
                                FilesFixture.ONE,
                                "f.txt",
                                "text/plain",
                                "x".getBytes(StandardCharsets.UTF_8))
                        .name();
        assertThat(read(functions, ID).statusCode()).isEqualTo(404);
        assertThat(function.read(FilesFixture.ONE, functions)).asString().isEqualTo("x");
    }

    @Test
    void signsUrlsForThoseWhoMayRead() {
        String name = upload(ADA_WRITES_BOB_READS);

        assertError(sign(name, "{}", session("eve")), 404, 101);
        assertError(sign(name, "{}", NOBODY), 404, 101);
        HttpResponse<String> signed = sign(name, "", BOB);
        assertThat(text(signed, "expiresAt")).isEqualTo("2026-05-04T12:05:00.000Z");

        HttpResponse<String> answer = door.send("GET", text(signed, "url"), "");
        assertThat(answer.body()).isEqualTo("secret");
        assertThat(header(answer, "Cache-Control")).isEqualTo("private, max-age=300");
        HttpResponse<String> part = door.send("GET", text(signed, "url"), "", "Range: bytes=0-1");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("se");
        assertThat(door.send("DELETE", text(signed, "url"), "", ID).statusCode()).isEqualTo(403);
        assertThat(read(name, BOB).statusCode()).isEqualTo(200);
    }

    @Test
    void endsSignedUrlsInTime() {
        String name = upload(ADA_WRITES_BOB_READS);
        String url = text(sign(name, "{\"expiresIn\":60}", BOB), "url");

        files.now = files.now.plusSeconds(59);
        assertThat(door.send("GET", url, "").statusCode()).isEqualTo(200);
        files.now = files.now.plusSeconds(1);
        assertThat(door.send("GET", url, "").statusCode()).isEqualTo(403);
        assertThat(door.send("GET", url, "").body()).contains("has expired");
        assertThat(door.send("GET", url, "", ADA).statusCode()).isEqualTo(200);
        for (String life : List.of("0", "-1", "1.5", "\"60\"", "604801", "1e30", "null")) {
            assertError(sign(name, "{\"expiresIn\":" + life + "}", BOB), 400, 102);
        }
    }

    @Test
    void rejectsUrlsThatAreNotSignedForTheFile() {
        String name = upload(ADA_WRITES_BOB_READS);
        String other = upload(ADA_WRITES_BOB_READS);
        String url = text(sign(name, "", BOB), "url");

        for (String forged :
                List.of(
                        url.replace(name, other),
                        url.replace("expires=", "expires=9"),
                        url.replaceAll("signature=..", "signature=00"),
                        url.replaceAll("&signature=.*", ""),
                        url.replaceAll("signature=.*", "signature="),
                        url.replaceAll("expires=[0-9]+", "expires=99999999999999999999"))) {
            assertThat(door.send("GET", forged, "").statusCode()).as(forged).isEqualTo(404);
        }
    }

    @Test
    void revokesAllSignedUrlsOfAFile() {
        String name = upload(ADA_WRITES_BOB_READS);
        String before = text(sign(name, "", BOB), "url");

        assertThat(door.send("DELETE", "/file-urls/" + name, "", ID, ADA).statusCode())
                .isEqualTo(200);
        assertThat(door.send("GET", before, "").statusCode()).isEqualTo(404);
        String after = text(sign(name, "", BOB), "url");
        assertThat(door.send("GET", after, "").statusCode()).isEqualTo(200);
    }

    private String upload(String acl) {
        HttpResponse<String> answer = send("POST", "/files/x.txt", "secret", ADA, acl);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return text(answer, "name");
    }

    private HttpResponse<String> send(
            String method, String path, String body, String who, String acl) {
        return door.send(method, path, body, ID, who, "X-Parse-File-ACL: " + acl);
    }

    private HttpResponse<String> sign(String name, String body, String who) {
        return door.send("POST", "/file-urls/" + name, body, ID, who);
    }

    private HttpResponse<String> read(String name, String who) {
        return door.send("GET", "/files/one/" + name, "", who);
    }
}
