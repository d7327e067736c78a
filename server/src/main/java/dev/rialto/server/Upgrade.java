package dev.rialto.server;

import dev.rialto.backup.BackupReport;
import dev.rialto.backup.BackupState;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.ClusterUpgrade;
import dev.rialto.store.DataFolder;
import dev.rialto.store.DataVersion;
import dev.rialto.store.DatabaseSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Logger;

/// What a start does around its migrations when an older Rialto wrote the data: a backup before,
/// and a line for each step in the log. And the move to another PostgreSQL, which a command makes.
public final class Upgrade {
    private static final Logger LOG = Logger.getLogger(Upgrade.class.getName());

    private final ServerSettings all;
    private final boolean embedded;

    Upgrade(ServerSettings all) {
        this.all = all;
        this.embedded = all.database().address().isEmpty();
    }

    /// Moves the data of the embedded PostgreSQL to the major version that this program brings.
    ///
    /// @param oldPostgreSql the folder of the PostgreSQL that wrote it; empty to look for it
    /// @param progress is given lines for the operator
    /// @return empty if there is nothing to move
    /// @throws SetupException if it can't be moved; then it is as it was
    public static Optional<ClusterUpgrade.Report> moveData(
            ServerSettings all, Optional<Path> oldPostgreSql, Consumer<String> progress) {
        if (all.database().address().isPresent()) {
            throw new SetupException(
                    "this server uses a PostgreSQL of yours (database.url): upgrade that by its own"
                            + " means, such as pg_upgrade");
        }
        if (Files.notExists(all.data())) {
            throw new SetupException("there is no data folder " + all.data());
        }
        DataVersion.require(all.data(), Version.current());
        try (DataFolder folder =
                DataFolder.claim(all.data())
                        .orElseThrow(() ->
                                new SetupException(
                                        all.data() + " is in use: stop its server first"))) {
            return ClusterUpgrade.run(folder, oldPostgreSql, progress);
        }
    }

    /// Tells the operator how far it is.
    static void say(String line) {
        LOG.info(line);
    }

    /// Makes the backup to which an operator can return with the older program.
    ///
    /// @throws SetupException if it fails: then nothing was changed
    void begin(DatabaseSettings database) {
        Optional<String> older = older();
        if (older.isEmpty()) {
            return;
        }
        String step = "from " + older.get() + " to " + Version.current();
        if (all.backup().target().isEmpty()) {
            LOG.warning(
                    "Upgrading the data "
                            + step
                            + " without a backup, as backup.target is not set. The way back to "
                            + older.get()
                            + " is a backup that was made before with `rialto backup TARGET`.");
            return;
        }
        say("making a backup before the data is upgraded " + step);
        say("to return to " + older.get() + ", restore the backup " + backUp(database).id());
    }

    private BackupReport backUp(DatabaseSettings database) {
        try {
            return new BackupDesk(all).backUp(database, Optional.empty(), false);
        } catch (RuntimeException failure) {
            BackupState.noteFailure(all.data(), failure);
            throw new SetupException(
                    "the data was not upgraded, as the backup before it failed: "
                            + failure.getMessage()
                            + ". Mend that, or start once without backup.target",
                    failure);
        }
    }

    /// Notes that an older program must not use the data folder from now on.
    void finish() {
        if (embedded) {
            DataVersion.claim(all.data(), Version.current());
        }
    }

    private Optional<String> older() {
        return embedded
                ? DataVersion.read(all.data())
                        .filter(each -> DataVersion.compare(each, Version.current()) < 0)
                : Optional.empty();
    }
}
