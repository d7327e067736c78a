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
        Optional<Instant> succeeded,
        Optional<Instant> full,
        Optional<String> failure,
        Check check) {
    private static final String FILE = "backup-state.json";
    private static final BackupState NONE =
            new BackupState(Optional.empty(), Optional.empty(), Optional.empty(), Check.NONE);

    /// How restoring a backup to check it went.
    ///
    /// @param tried when that was last begun
    /// @param good when the last good one was begun
    /// @param defect what was wrong with the last one; empty when it was good
    public record Check(Optional<Instant> tried, Optional<Instant> good, Optional<String> defect) {
        private static final Check NONE =
                new Check(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Reads the file; without one nothing has happened yet.
    public static BackupState read(Path data) {
        try {
            JsonNode json = Json.read(Files.readAllBytes(data.resolve(FILE)));
            return new BackupState(
                    time(json, "succeeded"),
                    time(json, "full"),
                    text(json, "failure"),
                    new Check(
                            time(json, "checkTried"),
                            time(json, "checkGood"),
                            text(json, "checkDefect")));
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
        BackupState before = read(data);
        Optional<Instant> full =
                report.kind() == BackupKind.FULL ? Optional.of(report.ended()) : before.full();
        new BackupState(Optional.of(report.ended()), full, Optional.empty(), before.check())
                .write(data);
    }

    /// Keeps for the doctor and later servers why the last backup failed.
    public static void noteFailure(Path data, RuntimeException failure) {
        try {
            read(data).afterFailure(String.valueOf(failure.getMessage())).write(data);
        } catch (RuntimeException alsoFull) {
            failure.addSuppressed(alsoFull);
        }
    }

    /// This, and that the last try failed.
    public BackupState afterFailure(String reason) {
        return new BackupState(succeeded, full, Optional.of(reason), check);
    }

    /// Notes how a check went.
    ///
    /// @param begun when it was begun
    /// @param defect empty when the backup is good
    public static void checked(Path data, Instant begun, Optional<String> defect) {
        read(data).afterCheck(begun, defect).write(data);
    }

    /// This, and how a check went.
    public BackupState afterCheck(Instant begun, Optional<String> defect) {
        Optional<Instant> good = defect.isPresent() ? check.good() : Optional.of(begun);
        return new BackupState(
                succeeded, full, failure, new Check(Optional.of(begun), good, defect));
    }

    private void write(Path data) {
        ObjectNode json = Json.object();
        succeeded.ifPresent(time -> json.put("succeeded", time.toString()));
        full.ifPresent(time -> json.put("full", time.toString()));
        failure.ifPresent(reason -> json.put("failure", reason));
        check.tried().ifPresent(time -> json.put("checkTried", time.toString()));
        check.good().ifPresent(time -> json.put("checkGood", time.toString()));
        check.defect().ifPresent(reason -> json.put("checkDefect", reason));
        Path draft = data.resolve(FILE + ".new");
        try {
            Files.writeString(draft, Json.write(json) + "\n");
            Files.move(draft, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new SetupException("can't write " + data.resolve(FILE), failed);
        }
    }

    private static Optional<Instant> time(JsonNode json, String key) {
        return text(json, key).map(Instant::parse);
    }

    private static Optional<String> text(JsonNode json, String key) {
        return Optional.of(json.path(key).asString("")).filter(text -> !text.isEmpty());
    }
}
