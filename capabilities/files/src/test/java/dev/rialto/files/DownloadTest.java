package dev.rialto.files;

import static dev.rialto.files.FilesFixture.ID;
import static dev.rialto.files.FilesFixture.assertError;
import static dev.rialto.files.FilesFixture.header;
import static dev.rialto.files.FilesFixture.text;
import static dev.rialto.testing.TestFrontDoor.MASTER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.testing.TestFrontDoor;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
    private final FilesFixture files;
    private final TestFrontDoor door;

    DownloadTest(@TempDir Path folder) throws IOException {
        this.files = new FilesFixture(folder);
        this.door = files.door;
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void servesNoFileAsAPage() {
        HttpResponse<String> disguised =
                door.send("POST", "/files/x.txt", "<script>", ID, "Content-Type: text/html");
        assertThat(header(door.send("GET", text(disguised, "url"), ""), "Content-Type"))
                .isEqualTo("text/plain; charset=utf-8");

        HttpResponse<String> page = door.send("POST", "/files/x.html", "<script>", ID, MASTER);
        HttpResponse<String> read = door.send("GET", text(page, "url"), "");
        assertThat(header(read, "Content-Disposition")).isEqualTo("attachment");
        assertThat(header(read, "Content-Security-Policy")).startsWith("sandbox");
        assertThat(header(read, "X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void answersRanges() {
        String url = text(door.send("POST", "/files/x.txt", "0123456789", ID), "url");

        HttpResponse<String> part = door.send("GET", url, "", "Range: bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(header(part, "Content-Length")).isEqualTo("3");
        assertThat(door.send("GET", url, "", "Range: bytes=-2").body()).isEqualTo("89");
        assertThat(door.send("GET", url, "", "Range: bytes=7-").body()).isEqualTo("789");

        HttpResponse<String> beyond = door.send("GET", url, "", "Range: bytes=10-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(header(beyond, "Content-Range")).isEqualTo("bytes */10");
        HttpResponse<String> several = door.send("GET", url, "", "Range: bytes=0-1,4-5");
        assertThat(several.statusCode()).isEqualTo(200);
        assertThat(several.body()).isEqualTo("0123456789");
    }

    @Test
    void answersConditionalRequests() {
        String url = text(door.send("POST", "/files/x.txt", "0123456789", ID), "url");
        HttpResponse<String> first = door.send("GET", url, "");
        String tag = header(first, "ETag");
        String date = header(first, "Last-Modified");

        for (String condition :
                List.of(
                        "If-None-Match: " + tag,
                        "If-None-Match: \"x\", W/" + tag,
                        "If-None-Match: *",
                        "If-Modified-Since: " + date)) {
            HttpResponse<String> unchanged = door.send("GET", url, "", condition);
            assertThat(unchanged.statusCode()).as(condition).isEqualTo(304);
            assertThat(unchanged.body()).isEmpty();
            assertThat(header(unchanged, "ETag")).isEqualTo(tag);
        }
        for (String condition :
                List.of(
                        "If-None-Match: \"x\"",
                        "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT",
                        "If-Modified-Since: yesterday")) {
            assertThat(door.send("GET", url, "", condition).statusCode())
                    .as(condition)
                    .isEqualTo(200);
        }
        assertThat(range(url, "If-Range: " + tag)).isEqualTo(206);
        assertThat(range(url, "If-Range: " + date)).isEqualTo(206);
        assertThat(range(url, "If-Range: \"x\"")).isEqualTo(200);
        assertThat(range(url, "If-Range: yesterday")).isEqualTo(200);
    }

    private int range(String url, String condition) {
        return door.send("GET", url, "", "Range: bytes=0-1", condition).statusCode();
    }

    @Test
    void readsFilesOfTheNamedAppOnly() {
        String name = text(door.send("POST", "/files/x.txt", "x", ID), "name");

        assertThat(door.send("GET", "/files/two/" + name, "").statusCode()).isEqualTo(404);
        assertThat(door.send("GET", "/files/two/metadata/" + name, "").body()).isEqualTo("{}");
        assertError(door.send("GET", "/files/nobody/" + name, ""), 403, 119);
        assertThat(door.send("GET", "/files/one/..%2fapp_two%2fx", "").statusCode()).isEqualTo(404);
    }
}
