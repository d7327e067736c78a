package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.MAX_SIZE;
import static dev.rialto.files.FilesFixture.ONE;
import static dev.rialto.files.FilesFixture.base64;
import static dev.rialto.files.FilesFixture.text;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.files.spi.NewFile;
import dev.rialto.http.Answer;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ChangeTriggers.Author;
import dev.rialto.testing.TestFrontDoor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When the triggers of files are called, and what they are told.
final class FileTriggersTest {
    @TempDir Path folder;
    private FilesFixture files;
    private TestFrontDoor door;
    private final Recorded triggers = new Recorded();

    @BeforeEach
    void open() throws IOException {
        files = new FilesFixture(folder);
        door = files.open(FilesSettings.defaults(), "nobody", triggers);
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        files.close();
    }

    /// Writes down its calls, and refuses files named `refused`.
    private static final class Recorded implements FileTriggers {
        final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public NewFile beforeSaving(Author author, NewFile file, OptionalLong length) {
            String name = file.name();
            String announced = length.isPresent() ? Long.toString(length.getAsLong()) : "unknown";
            calls.add("beforeSaving " + name + " " + announced);
            if (name.startsWith("refused")) {
                throw new RialtoException(ErrorCode.FILE_SAVE_ERROR, "not this one");
            }
            return switch (name) {
                case "long.txt" -> labelled(file, "long", "x".repeat(64 << 10));
                case "prohibited.txt" -> labelled(file, "_bsontype", "Code");
                default -> file;
            };
        }

        private static NewFile labelled(NewFile file, String key, String value) {
            return new NewFile(
                    file.name(),
                    file.contentType(),
                    Json.object().put(key, value),
                    file.tags(),
                    file.acl(),
                    file.replacement());
        }

        @Override
        public boolean watchesReads(App app) {
            return true;
        }

        @Override
        public String beforeFind(Author author, String name) {
            fail(name, "before");
            return name;
        }

        @Override
        public Answer afterFind(Author author, String name, Answer answer) {
            fail(name, "after");
            return answer;
        }

        /// Fails as the name of a file says.
        private static void fail(String name, String moment) {
            for (ErrorCode code : ErrorCode.values()) {
                if (name.endsWith(moment + "-" + code + ".txt")) {
                    throw new RialtoException(code, "not this one", "another one");
                }
            }
        }

        @Override
        public void afterSaving(Author author, NewFile file, OptionalLong length) {
            calls.add("afterSaving " + file.name() + " " + length.orElseThrow());
        }

        @Override
        public void beforeDeleting(Author author, String name) {
            calls.add("beforeDeleting " + name);
        }

        @Override
        public void afterDeleting(Author author, String name) {
            calls.add("afterDeleting " + name);
        }
    }

    @Test
    void callsNoTriggerForARequestThatIsNotPermitted() {
        var refused =
                List.of(
                        door.send("POST", "/files/x.txt", "x", ID),
                        door.send("POST", "/files/x.txt", "x", ID, READ_ONLY),
                        door.send("POST", "/files/x.html", "x", ID, SESSION),
                        door.send("POST", "/files/x", "x", ID, SESSION, "Content-Type: text/html"),
                        door.send("POST", "/files/di$avowed.txt", "x", ID, MASTER),
                        door.send(
                                "POST",
                                "/files/x.txt",
                                "x",
                                ID,
                                SESSION,
                                "X-Parse-File-Directory: d"),
                        door.send("POST", "/files/x.txt", "x", ID, SESSION, "X-Parse-File-Tags: 3"),
                        door.send("POST", "/files/x.txt", json("\"base64\":7")),
                        door.send("POST", "/files/x.txt", json("\"base64\":\"e\"")),
                        send(BodyPublishers.ofByteArray(new byte[21 << 20])),
                        door.send("DELETE", "/files/x.txt", "", ID, SESSION),
                        door.send("DELETE", "/files/x.txt", "", ID, READ_ONLY),
                        door.send("DELETE", "/files/%2e%2e%2fx", "", ID, MASTER));
        assertThat(refused)
                .allSatisfy(answer ->
                        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 413));
        assertThat(triggers.calls).isEmpty();
    }

    @Test
    void callsNoTriggerForAFileThatAFunctionMayNotSave() {
        FileService shelf = files.shelf(triggers);
        assertThatThrownBy(
                        () -> shelf.save(ONE, "x.bin", "image/png", new byte[(int) MAX_SIZE + 1]))
                .isInstanceOf(RialtoException.class);
        assertThatThrownBy(() -> shelf.save(ONE, "../x.bin", "image/png", new byte[1]))
                .isInstanceOf(RialtoException.class);
        assertThat(triggers.calls).isEmpty();
        String name = shelf.save(ONE, "x.png", "image/png", new byte[3]).name();
        shelf.delete(ONE, name);
        assertThat(triggers.calls)
                .containsExactly(
                        "beforeSaving x.png 3",
                        "afterSaving " + name + " 3",
                        "beforeDeleting " + name,
                        "afterDeleting " + name);
    }

    @Test
    void checksWhatATriggerWantsToBeSavedWhoeverSavesIt() {
        FileService shelf = files.shelf(triggers);
        for (String name : List.of("long.txt", "prohibited.txt")) {
            int code = name.equals("long.txt") ? 116 : 105;
            assertThat(door.send("POST", "/files/" + name, "x", ID, SESSION).body())
                    .contains("\"code\":" + code);
            assertThatThrownBy(() -> shelf.save(ONE, name, "text/plain", new byte[1]))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            refused -> assertThat(refused.number()).isEqualTo(code));
        }
        files.assertNothingStored();
        assertThat(shelf.save(ONE, "picture", "image/png", new byte[1]).name())
                .endsWith("_picture.png");
    }

    @Test
    void tellsTheAnnouncedSizeBeforeAndTheStoredSizeAfter() throws IOException {
        byte[] content = "hello, hello, hello, hello".getBytes(StandardCharsets.UTF_8);
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(content);
        }
        assertTold(send(BodyPublishers.ofByteArray(content)), "26");
        assertTold(
                door.send(
                        "POST",
                        "/files/x.bin",
                        json("\"base64\":\"" + base64("hello, hello, hello, hello") + "\"")),
                "26");
        assertTold(
                send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content))),
                "unknown");
        assertTold(
                send(BodyPublishers.ofByteArray(zipped.toByteArray()), "Content-Encoding: gzip"),
                "unknown");
    }

    private void assertTold(HttpResponse<String> answer, String announced) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(triggers.calls)
                .containsExactly(
                        "beforeSaving x.bin " + announced,
                        "afterSaving " + text(answer, "name") + " 26");
        triggers.calls.clear();
    }

    @Test
    void storesNothingThatATriggerRefuses() {
        HttpResponse<String> answer = door.send("POST", "/files/refused.txt", "x", ID, SESSION);
        assertThat(answer.body()).contains("not this one");
        assertThat(triggers.calls).containsExactly("beforeSaving refused.txt 1");
        files.assertNothingStored();
    }

    @ParameterizedTest
    @CsvSource({
        "SCRIPT_FAILED,403",
        "DUPLICATE_VALUE,403",
        "TIMEOUT,400",
        "OVERLOADED,503",
        "INTERNAL,500"
    })
    void takesOnlyWhatATriggerRefusesForARefusalToRead(ErrorCode code, int status) {
        for (String moment : List.of("before", "after")) {
            String name = moment + "-" + code + ".txt";
            String stored = text(door.send("POST", "/files/" + name, "x", ID, SESSION), "name");
            for (String path : List.of("/files/one/", "/files/one/metadata/")) {
                HttpResponse<String> answer = door.send("GET", path + stored, "");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
                assertThat(Json.read(answer.body()))
                        .isEqualTo(
                                Json.read(
                                        "{\"code\":%d,\"error\":\"not this one\",\"hint\":\"another one\"}"
                                                .formatted(code.number())));
                assertThat(answer.headers().firstValue("Retry-After").isPresent())
                        .isEqualTo(code == ErrorCode.OVERLOADED);
            }
            String entry =
                    "{\"requests\":[{\"method\":\"GET\",\"path\":\"/v1/files/one/metadata/"
                            + stored
                            + "\"}]}";
            assertThat(door.send("POST", "/batch", entry, ID).body())
                    .startsWith("[{\"error\":{\"code\":" + code.number() + ",");
        }
    }

    private HttpResponse<String> send(BodyPublisher body, String... more) {
        var headers = new ArrayList<>(List.of(ID, SESSION));
        headers.addAll(List.of(more));
        return door.send(
                "POST",
                "/files/x.bin",
                body,
                BodyHandlers.ofString(),
                headers.toArray(String[]::new));
    }

    /// The body in which Parse's SDKs send files.
    private static String json(String fields) {
        String token = SESSION.substring(SESSION.indexOf(' ') + 1);
        return "{\"_ApplicationId\":\"one\",\"_SessionToken\":\"" + token + "\"," + fields + "}";
    }
}
