package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileNameTest {
    @Test
    void refusesNamesThatCouldMeanSomethingElse() {
        for (String name :
                List.of(
                        "",
                        ".",
                        "..",
                        ".hidden",
                        "../etc/passwd",
                        "a/b",
                        "a\\b",
                        "di$avowed.txt",
                        "a\nb",
                        "a\0b",
                        "a%2e",
                        "a?b",
                        "a#b",
                        "a:b",
                        "a<b>.txt",
                        "a\"b",
                        "a\u202egpj.exe",
                        "a\u200b.txt",
                        "a\u2028b",
                        "a\u2215b\u200d",
                        "\u0301a",
                        "a\ud800",
                        "x ",
                        " x",
                        "-rf",
                        "x".repeat(129))) {
            assertThatThrownBy(() -> new FileName(name))
                    .as(name)
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            refused ->
                                    assertThat(refused.code())
                                            .isEqualTo(ErrorCode.INVALID_FILE_NAME));
        }
    }

    @Test
    void takesNamesInAnyScript() {
        for (String name :
                List.of(
                        "\u092e\u0930\u093e\u0920\u0940.pdf",
                        "\u06cc\u06a9\u200c\u062f\u0648.txt",
                        "\u5831\u544a\u66f8 2026.xlsx",
                        "M\u00fcller & S\u00f6hne (1) [final], it's v1+2!.pdf",
                        "\ud83d\ude00.png")) {
            String stored = new FileName(name).stored(new Ids(), "");
            assertThat(stored).endsWith("_" + name);
            assertThat(FileName.isStorable(stored)).as(name).isTrue();
        }
        assertThat(new FileName("u\u0308.txt").text()).isEqualTo("\u00fc.txt");
        assertThat(new FileName("\u092e".repeat(120) + ".pdf").extension()).isEqualTo("pdf");
    }

    @Test
    void isStoredBehindAnUnguessablePart() {
        String stored = new FileName("hello . txt").stored(new Ids(), "");

        assertThat(stored).matches("[0-9a-f]{32}_hello \\. txt");
        assertThat(FileName.isStorable(stored)).isTrue();
        assertThat(new FileName("x").stored(new Ids(), "a/b")).matches("a/b/[0-9a-f]{32}_x");
    }

    @Test
    void findsTheExtensionDespiteSpacesAndCase() {
        assertThat(new FileName("a.b.HT ML").extension()).isEqualTo("html");
        assertThat(new FileName("plain").extension()).isEmpty();
        assertThat(new FileName("dot.").extension()).isEmpty();
    }

    @Test
    void looksForNoNameThatIsNeverStored() {
        for (String name : List.of("", "../x", "a/../b", "/x", "a//b", "a/./b", "x/", "a\0")) {
            assertThat(FileName.isStorable(name)).as(name).isFalse();
        }
        assertThat(FileName.isStorable("a/b/c_x.txt")).isTrue();
    }

    @Test
    void refusesDirectoriesThatClimbOrHide() {
        for (String directory :
                List.of("..", "a/..", "/a", "a/", "a//b", ".a", "metadata", "metadata/x", "a b")) {
            assertThatThrownBy(() -> FileName.checkDirectory(directory))
                    .as(directory)
                    .isInstanceOf(RialtoException.class);
        }
        FileName.checkDirectory("photos/2026");
    }
}
