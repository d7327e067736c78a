package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeakedPasswordsTest {
    @TempDir Path folder;

    private static String sha1(String password) throws Exception {
        byte[] hash =
                MessageDigest.getInstance("SHA-1")
                        .digest(password.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().withUpperCase().formatHex(hash);
    }

    /// The range of "password", in which two lines are as Have I Been Pwned publishes them.
    private void writeRange() throws IOException {
        Files.writeString(
                folder.resolve("5BAA6.txt"),
                """
                003D68EB55068C33ACE09247EE4C639306B:3\r
                012C192B2F16F82EA0EB9EF18D9D539B0DD:2\r
                1E4C9B93F3F0682250B6CF8331B7EE68FD8:10434004\r
                FFFA7D7D3CB8A0D5CF8AA7BC5A6F1D7A1F1:1\r
                """);
    }

    @Test
    void findsAPasswordInItsRange() throws Exception {
        writeRange();
        var leaked = new LeakedPasswords(folder);
        assertThat(leaked.contains("password")).isTrue();
        assertThat(leaked.contains("Password")).isFalse();
        assertThat(sha1("password")).startsWith("5BAA6");
    }

    @Test
    void ignoresLinesThatPadARange() throws Exception {
        String hash = sha1("padded");
        Files.writeString(
                folder.resolve(hash.substring(0, 5) + ".txt"), hash.substring(5) + ":0\n");
        assertThat(new LeakedPasswords(folder).contains("padded")).isFalse();
    }

    @Test
    void findsEveryHashOfASortedFileAndNoOther() throws Exception {
        var random = new Random(7);
        List<String> passwords =
                IntStream.range(0, 500).mapToObj(i -> "leaked " + i).collect(Collectors.toList());
        List<String> lines = new ArrayList<>();
        for (String each : passwords) {
            lines.add(sha1(each) + ":" + (1 + random.nextInt(10_000_000)));
        }
        lines.sort(null);
        for (String end : List.of("\n", "\r\n")) {
            Path file = folder.resolve("hashes.txt");
            Files.writeString(file, String.join(end, lines) + end);
            var leaked = new LeakedPasswords(file);
            assertThat(passwords).allMatch(leaked::contains);
            assertThat(IntStream.range(0, 500).mapToObj(i -> "other " + i))
                    .noneMatch(leaked::contains);
        }
    }

    @Test
    void findsTheOnlyHashOfAFileWithoutCounts() throws Exception {
        Path file = folder.resolve("one.txt");
        Files.writeString(file, sha1("only"));
        assertThat(new LeakedPasswords(file).contains("only")).isTrue();
        assertThat(new LeakedPasswords(file).contains("other")).isFalse();
    }

    @Test
    void rejectsAtTheStartWhatIsNotAList() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.md"), "passwords\n");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (Path each : List.of(text, empty, folder.resolve("nowhere"))) {
            assertThatThrownBy(() -> new LeakedPasswords(each))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("accounts.leaked-passwords");
        }
    }
}
