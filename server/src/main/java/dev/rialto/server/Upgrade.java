package dev.rialto.server;

import dev.rialto.backup.BackupReport;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataVersion;
import dev.rialto.store.DatabaseSettings;
import java.util.Optional;
import java.util.logging.Logger;

/// What a start does around its migrations when an older Rialto wrote the data: a backup before,
/// and a line for each step in the log.
final class Upgrade {
    private static final Logger LOG = Logger.getLogger(Upgrade.class.getName());

    private final ServerSettings all;
    private final boolean embedded;

    Upgrade(ServerSettings all) {
        this.all = all;
        this.embedded = all.database().address().isEmpty();
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
