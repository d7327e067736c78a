package dev.rialto.server;

import dev.rialto.backup.PageScan;
import dev.rialto.store.DatabaseSettings;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks at a data folder and its database, without changing anything, and says what is wrong.
public final class Doctor {
    private static final String PAGES = "pages";

    private final ServerSettings all;
    private final List<Finding> findings = new ArrayList<>();

    private Doctor(ServerSettings all) {
        this.all = all;
    }

    /// Runs all checks.
    ///
    /// @param pages whether every page of the database is read and compared with its checksum
    public static List<Finding> examine(ServerSettings all, boolean pages) {
        return new Doctor(all).examine(pages);
    }

    private List<Finding> examine(boolean pages) {
        Path data = all.data();
        if (!Files.isDirectory(data)) {
            return List.of(
                    Finding.problem(
                            "folder",
                            "there is no data folder "
                                    + data
                                    + ": name it with --data, or restore a backup"));
        }
        boolean embedded = all.database().address().isEmpty();
        findings.addAll(new FolderChecks(all, embedded).run());
        findings.addAll(new MachineChecks(all, embedded).run());
        findings.addAll(new LeftoverChecks(all).run());
        Optional<DatabaseSettings> database = embedded ? running(data) : external();
        String checkpoint = database.map(this::examine).orElse("");
        if (embedded && pages) {
            findings.add(scan(data.resolve("postgres"), checkpoint));
        }
        return List.copyOf(findings);
    }

    private Optional<DatabaseSettings> running(Path data) {
        Optional<DatabaseSettings> running = EmbeddedPostgreSql.running(data);
        if (running.isEmpty()) {
            findings.add(
                    Finding.warning(
                            "database",
                            "PostgreSQL is not running, so what is in it was not checked: start the"
                                    + " server and try again"));
        }
        return running;
    }

    private Optional<DatabaseSettings> external() {
        return all.database()
                .address()
                .map(address ->
                        all.database().at(address.jdbcUrl(), address.user(), address.password()));
    }

    /// @return the position of the last checkpoint, if PostgreSQL tells it
    private String examine(DatabaseSettings database) {
        try (var checks = DatabaseChecks.open(database, all)) {
            findings.addAll(checks.run());
            findings.addAll(checks.orphans());
            return checks.checkpoint();
        } catch (SQLException failure) {
            findings.add(
                    Finding.problem(
                            "database", "PostgreSQL can't be asked: " + failure.getMessage()));
            return "";
        }
    }

    private static Finding scan(Path cluster, String checkpoint) {
        try {
            PageScan.Report report = PageScan.of(cluster, checkpoint);
            return report.damaged().isEmpty()
                    ? Finding.ok(PAGES, report.bytes() + " bytes, every checksum is right")
                    : Finding.problem(
                            PAGES,
                            String.join("; ", report.damaged())
                                    + ": stop the server, keep a copy of the data folder, check the"
                                    + " disk, and restore the last backup into a new folder");
        } catch (IOException failure) {
            return Finding.problem(PAGES, "can't be read: " + failure.getMessage());
        }
    }
}
