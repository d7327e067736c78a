package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedProgramsTest {
    @TempDir private Path home;

    private Path release;
    private Path program;

    @BeforeEach
    void unpack() throws IOException {
        release = Files.createDirectory(home.resolve("release"));
        Path folder = Files.createDirectory(release.resolve("bin"));
        program = Files.writeString(folder.resolve("pg_ctl"), "");
        set(release, "rwxr-xr-x");
        set(folder, "rwxr-xr-x");
        set(program, "rwxr-xr-x");
    }

    private static void set(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void trustsWhatOnlyItsOwnerCanChange() {
        assertThat(TrustedPrograms.isTrusted(program)).isTrue();
        assertThat(TrustedPrograms.isTrusted(release.resolve("missing"))).isFalse();
    }

    @Test
    void distrustsWhatOthersCanReplace() throws IOException {
        for (Path each : new Path[] {program, program.getParent(), release, home}) {
            set(each, "rwxr-xrwx");
            assertThat(TrustedPrograms.isTrusted(program)).as(each.toString()).isFalse();
            set(each, "rwxr-xr-x");
            assertThat(TrustedPrograms.isTrusted(program)).as(each.toString()).isTrue();
        }
    }

    @Test
    void looksAtThePlaceThatALinkPointsTo() throws IOException {
        Path open = Files.createDirectory(home.resolve("open"));
        Path other = Files.writeString(open.resolve("pg_ctl"), "");
        set(open, "rwxrwxrwx");
        Files.delete(program);
        Files.createSymbolicLink(program, other);
        assertThat(TrustedPrograms.isTrusted(program)).isFalse();
    }
}
