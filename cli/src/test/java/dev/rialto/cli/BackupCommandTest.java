package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.backup.Backup;
import dev.rialto.backup.BackupState;
import dev.rialto.backup.Encryption.Identities;
import dev.rialto.backup.Restore;
import dev.rialto.backup.S3Settings;
import dev.rialto.backup.Targets;
import dev.rialto.kernel.Json;
import dev.rialto.server.Version;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Backups of a server that serves, and the server that is restored from them.
class BackupCommandTest {
    @TempDir private Path home;

    @Test
    void restoresAServerWithItsObjectsFilesAndKeys() throws Exception {
        String data = home.resolve("data").toString();
        String target = home.resolve("target").toString();
        String scheduled = home.resolve("scheduled").toString();
        String identity = home.resolve("key.txt").toString();
        String recipient = CommandRun.of("backup", "key", identity).out().strip();
        JsonNode file;
        String[] settings = {"--set", "backup.recipients=" + recipient};
        try (var server =
                serve(data, "--set", "backup.every=1s", "--set", "backup.target=" + scheduled)) {
            String address = server.readyAddress();
            file = send("POST", address + "/v1/files/hello.txt", "hello");
            send(
                    "POST",
                    address + "/v1/classes/Note",
                    "{\"text\":\"kept\",\"file\":{\"__type\":\"File\",\"name\":%s}}"
                            .formatted(file.path("name")));
            awaitBackups(scheduled, 2);
            send("POST", address + "/v1/classes/Note", "{\"text\":\"last\"}");
            var backup = run(settings, "backup", target, "--include-secrets", "--data", data);
            assertThat(backup.error()).isEmpty();
            assertThat(backup.out()).startsWith("full backup ");
            var again = run(settings, "backup", target, "--data", data, "--keep", "1");
            assertThat(again.out()).startsWith("increment backup ");
            var doctor = CommandRun.of("doctor", "--pages", "--data", data);
            assertThat(doctor.out())
                    .contains("all 1 that objects mention are there")
                    .contains("every checksum is right");
            assertThat(doctor.code()).as(doctor.out()).isEqualTo(1);
        }
        Path passphrase = home.resolve("passphrase");
        Files.writeString(passphrase, "correct horse battery\n");
        String[] protectedBy = {"--passphrase-file", passphrase.toString()};
        String sealed = home.resolve("sealed").toString();
        assertThat(run(protectedBy, "backup", sealed, "--data", data).error()).isEmpty();
        assertThat(run(protectedBy, "backup", "verify", sealed, "--data", data).out())
                .contains("all are good");
        assertThat(
                        CommandRun.of(
                                        "backup",
                                        sealed,
                                        "--data",
                                        data,
                                        "--set",
                                        "backup.passphrase=correct horse battery")
                                .error())
                .contains("other users of this machine can see command lines")
                .doesNotContain("horse");
        var listed = CommandRun.of("backup", "list", target, "--data", data);
        assertThat(listed.out().lines().toList()).hasSize(3);
        String restored = home.resolve("restored").toString();
        var restore =
                CommandRun.of(
                        "restore", target, "--data", restored, "--identity", identity, "--verify");
        assertThat(restore.error()).isEmpty();
        assertThat(restore.code()).as(restore.out()).isZero();
        assertThat(restore.out()).contains("all are good").doesNotContain("no secrets");
        assertThat(Path.of(restored, "secret.key"))
                .hasSameBinaryContentAs(Path.of(data, "secret.key"));
        try (var server = serve(restored)) {
            String address = server.readyAddress();
            assertThat(send("GET", address + "/v1/classes/Note", "").path("results")).hasSize(2);
            String url = file.path("url").stringValue();
            assertThat(get(address + url.substring(url.indexOf("/v1/"))).body()).isEqualTo("hello");
        }
        Files.writeString(Path.of(restored, "rialto.version"), "99.1\n");
        assertThat(CommandRun.of("app", "list", "--data", restored).error())
                .contains("was written by Rialto 99.1; this is ");
    }

    @Test
    void backsUpBeforeAnUpgradeWhatTheOlderProgramRestores() throws Exception {
        String data = home.resolve("data").toString();
        String place = home.resolve("target").toString();
        Path version = Path.of(data, "rialto.version");
        assertThat(CommandRun.of("app", "create", "old", "--data", data).error()).isEmpty();
        Files.writeString(version, "0.0.9\n");

        var failed = run(to("/proc/none"), "app", "list", "--data", data);
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.error()).contains("was not upgraded, as the backup before it failed");
        assertThat(BackupState.read(Path.of(data)).failure()).isPresent();
        assertThat(version).content().isEqualTo("0.0.9\n");

        assertThat(run(to(place), "app", "list", "--data", data).out()).contains("old");
        assertThat(version).content().isEqualTo(Version.current() + "\n");
        assertThat(CommandRun.of("backup", place, "--data", data).out()).startsWith("incr");
        try (var target = Targets.existing(place, S3Settings.defaults())) {
            String before = Backup.list(target).getFirst().id();
            var wanted = new Restore.Wanted(Optional.empty(), Optional.of(before));
            Path restored = home.resolve("restored");
            Restore.run(target, Identities.none(), wanted, restored, "0.0.9", false);
            assertThat(restored.resolve("rialto.version")).content().isEqualTo("0.0.9\n");
            assertThatThrownBy(() ->
                            Restore.run(
                                    target,
                                    Identities.none(),
                                    Restore.Wanted.last(),
                                    home.resolve("newer"),
                                    "0.0.9",
                                    false))
                    .hasMessageContaining("this is 0.0.9");
        }
    }

    @Test
    void refusesWhatItCanNotBackUp() {
        var external =
                CommandRun.of(
                        "backup",
                        home.toString(),
                        "--database-url",
                        "postgresql://u:secret@127.0.0.1:1/x");
        assertThat(external.code()).isEqualTo(1);
        assertThat(external.error()).contains("pg_dump").doesNotContain("secret");
        String data = home.resolve("none").toString();
        assertThat(CommandRun.of("backup", home.toString(), "--data", data).error())
                .contains("there is no data in");
        assertThat(CommandRun.of("backup", "--data", data).error()).contains("give the target");
        assertThat(CommandRun.of("doctor", "--data", data).code()).isEqualTo(2);
        assertThat(
                        CommandRun.of(
                                        "restore",
                                        home.toString(),
                                        "--data",
                                        data,
                                        "--to",
                                        "yesterday")
                                .error())
                .contains("--to must be a time");
        assertThat(CommandRun.of("restore", home.toString(), "--data", data).error())
                .contains("there is no full backup");
    }

    private static String[] to(String target) {
        return new String[] {"--set", "backup.target=" + target};
    }

    private static CommandRun run(String[] settings, String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of(settings));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static void awaitBackups(String target, int number)
            throws IOException, InterruptedException {
        Path backups = Path.of(target, "backups");
        long limit = System.nanoTime() + 120_000_000_000L;
        while (complete(backups) < number) {
            assertThat(System.nanoTime()).as("backups in " + backups).isLessThan(limit);
            Thread.sleep(50);
        }
    }

    private static long complete(Path backups) throws IOException {
        if (Files.notExists(backups)) {
            return 0;
        }
        try (var all = Files.walk(backups)) {
            return all.filter(each -> each.endsWith("manifest.json")).count();
        }
    }

    private static RunningCommand serve(String data, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0", "--data", data));
        arguments.addAll(List.of("--app", "app", "--master-key", "key"));
        arguments.addAll(List.of(more));
        return RunningCommand.start(arguments.toArray(String[]::new));
    }

    private static JsonNode send(String method, String url, String body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("X-Parse-Application-Id", "app")
                                    .header("X-Parse-Master-Key", "key")
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
            return Json.read(answer.body());
        }
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
