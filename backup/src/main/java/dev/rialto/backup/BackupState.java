package dev.rialto.backup;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How the backups to the target of the settings went, in a file of the data folder.
///
/// @param succeeded up to when writes are in the last good backup
/// @param full when the last full one was made
/// @param failure why the last try failed; empty when it did not
public record BackupState(
        Optional<Instant> succeeded, Optional<Instant> full, Optional<String> failure) {
    private static final String FILE = "backup-state.json";
    private static final BackupState NONE =
            new BackupState(Optional.empty(), Optional.empty(), Optional.empty());

    /// Reads the file; without one nothing has happened yet.
    public static BackupState read(Path data) {
        try {
            JsonNode json = Json.read(Files.readAllBytes(data.resolve(FILE)));
            return new BackupState(
                    text(json, "succeeded").map(Instant::parse),
                    text(json, "full").map(Instant::parse),
                    text(json, "failure"));
        } catch (NoSuchFileException none) {
            return NONE;
        } catch (JacksonException | DateTimeException damaged) {
            // The next backup, which this makes due, replaces it.
            return NONE;
        } catch (IOException failure) {
            throw new SetupException("can't read " + data.resolve(FILE), failure);
        }
    }

    public static void succeeded(Path data, BackupReport report) {
        Optional<Instant> full =
                report.kind() == BackupKind.FULL ? Optional.of(report.ended()) : read(data).full();
        new BackupState(Optional.of(report.ended()), full, Optional.empty()).write(data);
    }

    public static void failed(Path data, String reason) {
        BackupState before = read(data);
        new BackupState(before.succeeded(), before.full(), Optional.of(reason)).write(data);
    }

    private void write(Path data) {
        ObjectNode json = Json.object();
        succeeded.ifPresent(time -> json.put("succeeded", time.toString()));
        full.ifPresent(time -> json.put("full", time.toString()));
        failure.ifPresent(reason -> json.put("failure", reason));
        Path draft = data.resolve(FILE + ".new");
        try {
            Files.writeString(draft, Json.write(json) + "\n");
            Files.move(draft, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new SetupException("can't write " + data.resolve(FILE), failed);
        }
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.of(json.path(key).asString("")).filter(text -> !text.isEmpty());
    }
}
