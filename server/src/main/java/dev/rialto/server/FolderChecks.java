package dev.rialto.server;

import dev.rialto.backup.BackupChecking;
import dev.rialto.backup.BackupState;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.DataVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The doctor's checks of the data folder and of its backups.
record FolderChecks(ServerSettings all, boolean embedded) {
    private static final List<String> SECRETS =
            List.of("postgres.password", "secret.key", "command-keys.properties");

    List<Finding> run() {
        return Stream.of(version(), permissions(), server(), backup())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Finding> version() {
        try {
            String program = Version.current();
            Optional<String> written = DataVersion.read(all.data());
            if (written.filter(each -> DataVersion.compare(each, program) > 0).isPresent()) {
                return Optional.of(
                        Finding.problem(
                                "version",
                                "this folder was written by Rialto "
                                        + written.get()
                                        + "; this is "
                                        + program
                                        + ": use the newer one"));
            }
            if (!embedded) {
                return Optional.of(
                        Finding.ok("version", "this is " + program + "; the database has its own"));
            }
            return Optional.of(
                    Finding.ok(
                            "version",
                            "written by "
                                    + written.map(each -> "Rialto " + each)
                                            .orElse("an early Rialto")
                                    + "; this is "
                                    + program));
        } catch (SetupException damaged) {
            return Optional.of(Finding.problem("version", String.valueOf(damaged.getMessage())));
        }
    }

    private Optional<Finding> permissions() {
        List<Path> open =
                Stream.concat(Stream.of(all.data()), SECRETS.stream().map(all.data()::resolve))
                        .filter(Files::exists)
                        .filter(FolderChecks::isOpen)
                        .toList();
        return Optional.of(
                open.isEmpty()
                        ? Finding.ok("permissions", "only the owner can read the data")
                        : Finding.problem(
                                "permissions",
                                "others can read "
                                        + open
                                        + ": chmod go-rwx on each, and replace the keys if others"
                                        + " use this machine"));
    }

    private static boolean isOpen(Path path) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return Files.isDirectory(path)
                    ? permissions.contains(PosixFilePermission.OTHERS_EXECUTE)
                    : permissions.contains(PosixFilePermission.OTHERS_READ)
                            || permissions.contains(PosixFilePermission.GROUP_READ);
        } catch (IOException | UnsupportedOperationException untold) {
            return false;
        }
    }

    private Optional<Finding> server() {
        Optional<ProcessHandle> holder = DataFolder.holder(all.data()).flatMap(ProcessHandle::of);
        return Optional.of(
                Finding.ok(
                        "server",
                        AddressFile.read(all.data())
                                .map(address -> "runs at " + address)
                                .or(() ->
                                        holder.map(
                                                each -> "process " + each.pid() + " had it last"))
                                .orElse("does not run")));
    }

    private Optional<Finding> backup() {
        if (all.backup().target().isEmpty()) {
            return Optional.of(
                    embedded
                            ? Finding.warning(
                                    "backup",
                                    "none is scheduled: set backup.target to a folder on another"
                                            + " disk")
                            : Finding.ok("backup", "is up to whoever runs PostgreSQL"));
        }
        BackupState state = BackupState.read(all.data());
        Duration longest = all.backup().schedule().every().multipliedBy(3);
        String last = state.succeeded().map(Instant::toString).orElse("never");
        boolean late =
                state.succeeded()
                        .filter(time -> time.plus(longest).isAfter(Instant.now()))
                        .isEmpty();
        Optional<String> defect =
                all.backup().checking() == BackupChecking.OFF
                        ? Optional.empty()
                        : state.check().defect();
        String text =
                "the last good one is of "
                        + last
                        + state.failure().map(why -> "; the last try failed: " + why).orElse("")
                        + defect.map(why -> "; the last check failed: " + why).orElse("");
        return Optional.of(
                late || state.failure().isPresent() || defect.isPresent()
                        ? Finding.problem(
                                "backup",
                                text + ": see the server's log, or run ./rialto backup by hand")
                        : Finding.ok("backup", text));
    }
}
