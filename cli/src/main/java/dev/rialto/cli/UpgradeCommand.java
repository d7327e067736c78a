package dev.rialto.cli;

import dev.rialto.server.Upgrade;
import dev.rialto.store.ClusterUpgrade;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Moves the data to the PostgreSQL that this program brings.
@Command(
        name = "upgrade",
        description = {
            "Moves the data to a new major version of the embedded PostgreSQL, when a release brings"
                    + " one; serve says when that is necessary.",
            "The server must be stopped. The old data is kept beside the new."
        },
        mixinStandardHelpOptions = true)
final class UpgradeCommand implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--old-postgresql",
            paramLabel = "FOLDER",
            description =
                    "The PostgreSQL that wrote the data: the folder postgresql of the release"
                            + " before. Looked for beside this release by default.")
    private @Nullable Path oldPostgreSql;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Override
    public Integer call() {
        PrintWriter out = Console.of(spec);
        Optional<ClusterUpgrade.Report> report =
                Upgrade.moveData(
                        storage.settings(Map.of()),
                        Optional.ofNullable(oldPostgreSql),
                        line -> {
                            out.println(line);
                            out.flush();
                        });
        report.ifPresentOrElse(
                each -> print(each, out),
                () -> out.println("nothing to move: serve upgrades the rest when it starts"));
        out.flush();
        return 0;
    }

    private static void print(ClusterUpgrade.Report report, PrintWriter out) {
        out.printf(
                "moved the data from PostgreSQL %d to %d: %s tables, %s rows in %s%n",
                report.from(),
                report.to(),
                ReadableUnits.count(report.tables()),
                ReadableUnits.count(report.rows()),
                ReadableUnits.micros(report.took().toNanos() / 1e3));
        out.println("the old data is in " + report.kept() + "; delete it when all is well");
    }
}
