package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretKeysTest {
    private static String key(int first) {
        byte[] key = new byte[32];
        key[0] = (byte) first;
        return Base64.getEncoder().encodeToString(key);
    }

    @Test
    void makesAKeyOnceForItsOwnerAlone(@TempDir Path folder) throws IOException {
        byte[] sealed = SecretKeys.box(List.of(), folder).seal("secret", "test");
        assertThat(SecretKeys.box(List.of(), folder).open(sealed, "test")).contains("secret");
        Path file = folder.resolve("secret.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void agreesOnOneKeyWhenManyMakeIt(@TempDir Path folder) {
        List<byte[]> sealed =
                IntStream.range(0, 20)
                        .parallel()
                        .mapToObj(_ -> SecretKeys.box(List.of(), folder).seal("secret", "test"))
                        .toList();
        var box = SecretKeys.box(List.of(), folder);
        assertThat(sealed).allSatisfy(each -> assertThat(box.open(each, "test")).isPresent());
    }

    @Test
    void doesNotGoOnWithADamagedKey(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("secret.key"), "c2hvcnQ=");
        assertThatThrownBy(() -> SecretKeys.box(List.of(), folder))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining("secret.key does not contain a key");
    }

    @Test
    void takesTheKeysOfTheSetting(@TempDir Path folder) {
        byte[] old = SecretKeys.box(SecretKeys.read(key(1)), folder).seal("secret", "test");
        var rotated = SecretKeys.box(SecretKeys.read(key(2) + ", " + key(1)), folder);
        assertThat(rotated.open(old, "test")).contains("secret");
        assertThat(folder).isEmptyDirectory();
        for (String wrong : List.of("", "x", "c2hvcnQ=", key(1) + ",", key(1) + "A")) {
            assertThatThrownBy(() -> SecretKeys.read(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("server.secret-key must be 32 random bytes");
        }
    }
}
