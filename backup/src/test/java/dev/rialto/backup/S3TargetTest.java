package dev.rialto.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.Database;
import dev.rialto.store.EmbeddedPostgreSql;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bucket of a real S3 server.
class S3TargetTest {
    private static S3Proxy server;
    private static S3Settings settings;

    @TempDir private Path home;

    @BeforeAll
    static void start() throws Exception {
        BlobStore store = BlobStores.create("transient-nio2", new Properties());
        server =
                S3Proxy.builder()
                        .blobStore(store)
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V4, "access", "secret-of-s3")
                        .build();
        server.start();
        settings = settings("secret-of-s3");
        new S3Client(settings, "backups", java.time.Duration.ofMillis(10)).createBucket();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    private static S3Settings settings(String secret) {
        return new S3Settings(
                "http://127.0.0.1:" + server.getPort(),
                "us-east-1",
                Optional.of("access"),
                Optional.of(secret));
    }

    @Test
    void storesListsReadsAndDeletes() throws Exception {
        try (var target = Targets.writable("s3://backups/some/where", settings, home)) {
            for (int i = 0; i < 1005; i++) {
                write(target, "many/" + i, "");
            }
            write(target, "one", "content");
            try (var discarded = target.create("two")) {
                discarded.stream().write(1);
            }

            assertThat(target.list("")).hasSize(1006).contains("one", "many/1004");
            try (var in = target.open("one")) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("content");
            }
            target.delete("one");
            target.delete("one");
            assertThatThrownBy(() -> target.open("one")).isInstanceOf(NoSuchFileException.class);
            assertThat(home).isEmptyDirectory();
        }
    }

    @Test
    void sendsLargeObjectsInParts() throws Exception {
        var content = new byte[(11 << 20) + 7];
        new Random(1).nextBytes(content);
        // The smallest part that services take.
        int part = 5 << 20;
        try (var target = S3Target.open("s3://backups/large", settings, home, part)) {
            for (int length : List.of(part, part + 1, 2 * part, content.length)) {
                byte[] expected = Arrays.copyOf(content, length);
                try (var upload = target.create("object")) {
                    upload.stream().write(expected);
                    upload.commit();
                }
                try (var in = target.open("object")) {
                    assertThat(Arrays.equals(in.readAllBytes(), expected)).isTrue();
                }
            }
        }
    }

    @Test
    void discardsPartsWhenOneIsRefused() throws Exception {
        // Smaller than services take, which they find out at the end.
        try (var target = S3Target.open("s3://backups/refused", settings, home, 1000);
                var upload = target.create("object")) {
            upload.stream().write(new byte[2500]);
            assertThatThrownBy(upload::commit).hasMessageContaining("EntityTooSmall");
            assertThat(target.list("")).isEmpty();
        }
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void saysWhyItIsRefusedWithoutSecrets() {
        try (var target = Targets.writable("s3://backups/x", settings("wrong-secret"), home)) {
            assertThatThrownBy(() -> write(target, "one", "content"))
                    .hasMessageContaining("403 SignatureDoesNotMatch")
                    .message()
                    .doesNotContain("secret", "Signature=");
        }
        try (var target = Targets.writable("s3://missing/x", settings, home)) {
            assertThatThrownBy(() -> target.list("")).hasMessageContaining("NoSuchBucket");
        }
        assertThatThrownBy(() -> Targets.writable("s3://backups/../x", settings, home))
                .isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> Targets.writable("s3://x", S3Settings.defaults(), home))
                .isInstanceOf(SetupException.class);
        assertThat(settings.toString()).doesNotContain("secret");
    }

    @Test
    void restoresADatabaseFromABucket() throws Exception {
        String rows;
        try (var live = new LiveData(home.resolve("data"));
                var target = Targets.writable("s3://backups/db", settings, home.resolve("data"))) {
            live.write();
            live.backUp(target, false);
            live.write();
            assertThat(live.backUp(target, false).kind()).isEqualTo(BackupKind.INCREMENT);
            rows = live.rows();
        }
        try (var target = Targets.existing("s3://backups/db", settings)) {
            Path data = home.resolve("restored");
            Restore.run(
                    target,
                    Encryption.Identities.none(),
                    Restore.Wanted.last(),
                    data,
                    "0.1.0",
                    false);
            try (var folder = DataFolder.claim(data).orElseThrow();
                    var postgres = EmbeddedPostgreSql.startForgetful(folder);
                    var database = Database.open(postgres.settings())) {
                assertThat(LiveData.rows(database)).isEqualTo(rows);
                assertThat(LiveData.missingFiles(data, database)).isEqualTo(List.of());
            }
        }
    }

    private static void write(BackupTarget target, String key, String content) throws Exception {
        try (var upload = target.create(key)) {
            upload.stream().write(content.getBytes(StandardCharsets.UTF_8));
            upload.commit();
        }
    }
}
