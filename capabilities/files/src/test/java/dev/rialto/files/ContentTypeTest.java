package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContentTypeTest {
    @Test
    void believesAKnownExtensionMoreThanTheUploader() {
        assertThat(type("x.txt", "text/html").wire()).isEqualTo("text/plain; charset=utf-8");
        assertThat(type("x.jpg", "image/svg+xml").wire()).isEqualTo("image/jpeg");
        assertThat(type("x.txt", "text/plain; charset=iso-8859-1").wire())
                .isEqualTo("text/plain; charset=iso-8859-1");
    }

    @Test
    void believesTheUploaderWhereTheNameTellsNothing() {
        assertThat(type("x", "image/png").wire()).isEqualTo("image/png");
        assertThat(type("x.unknownkind", "Image/PNG ; q=1").wire()).isEqualTo("image/png");
        assertThat(type("x", "application/x-www-form-urlencoded").wire())
                .isEqualTo("application/octet-stream");
        assertThat(type("x", "nonsense\r\nX: y").wire()).isEqualTo("application/octet-stream");
    }

    @Test
    void showsNothingThatCanRunScripts() {
        for (String declared :
                List.of(
                        "text/html",
                        "image/svg+xml",
                        "application/xhtml+xml",
                        "text/xml",
                        "application/xml",
                        "multipart/related",
                        "text/javascript",
                        "application/x-shockwave-flash",
                        "application/anything+xml")) {
            assertThat(type("x", declared).isHarmless()).as(declared).isFalse();
        }
        assertThat(type("x.png", "").isHarmless()).isTrue();
    }

    @Test
    void countsTypesAsTheExtensionTheyStandFor() {
        assertThat(type("x", "image/svg+xml").extension()).isEqualTo("svg");
        assertThat(type("x", "application/rss+xml").extension()).isEqualTo("xml");
        assertThat(type("x", "text/html; charset=utf-8").extension()).isEqualTo("html");
        assertThat(type("x", "text/plain").extension()).isEqualTo("txt");
    }

    private static ContentType type(String name, String declared) {
        return ContentType.of(new FileName(name), Optional.of(declared));
    }
}
