package dev.rialto.store;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// Puts a finished copy of a cluster into the place of the old one, which is kept under the name of
/// its version. There is a moment without a cluster in its place; whatever starts next then
/// finishes the swap, as the copy has its name only when it is complete.
final class ClusterSwap {
    private static final String FINISHED = "postgres.upgraded";
    private static final String KEPT = "postgres-";

    /// A random name of the data folder for its backups; see the module `backup`.
    private static final String BACKUP_ORIGIN = "backup-origin";

    private ClusterSwap() {}

    /// Where the cluster of a version is kept.
    static Path kept(Path folder, int version) {
        return folder.resolve(KEPT + version);
    }

    /// Where a finished copy is, if there is one.
    static Path finished(Path folder) {
        return folder.resolve(FINISHED);
    }

    /// @param draft complete and on the disk
    /// @param version of the cluster that is replaced
    static void swap(Path folder, Path draft, int version) throws IOException {
        move(draft, finished(folder));
        move(folder.resolve(EmbeddedPostgreSql.CLUSTER), kept(folder, version));
        finish(folder);
    }

    /// Finishes a swap that was interrupted. A copy beside a cluster in its place was not yet meant
    /// to replace it.
    static void finish(Path folder) throws IOException {
        Path cluster = folder.resolve(EmbeddedPostgreSql.CLUSTER);
        if (Files.notExists(cluster) && Files.exists(finished(folder))) {
            renameBackups(folder);
            move(finished(folder), cluster);
        }
    }

    /// The log begins anew: backups go on at their target with a full one under another name. Done
    /// while there is no cluster, so that neither is ever backed up under the name of the other.
    private static void renameBackups(Path folder) throws IOException {
        Path name = folder.resolve(BACKUP_ORIGIN);
        if (Files.exists(name)) {
            Files.move(
                    name,
                    folder.resolve(BACKUP_ORIGIN + ".before"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Makes sure that an empty cluster does not take the place of one that is only elsewhere.
    static void requireNone(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> kept =
                    all.filter(each -> each.getFileName().toString().startsWith(KEPT))
                            .filter(each -> Files.exists(each.resolve("PG_VERSION")))
                            .toList();
            if (!kept.isEmpty()) {
                throw new SetupException(
                        "PostgreSQL's data is not at "
                                + folder.resolve(EmbeddedPostgreSql.CLUSTER)
                                + ", but there is "
                                + kept.getFirst()
                                + ": move that to its place, or use another data folder");
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        try (var folder = FileChannel.open(to.resolveSibling(""), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
