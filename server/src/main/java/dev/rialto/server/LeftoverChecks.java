package dev.rialto.server;

import dev.rialto.store.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The doctor's checks of what interrupted work and replaced data left beside and in a data folder.
record LeftoverChecks(ServerSettings all) {
    private static final String LOCK = ".lock";

    List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        report(
                findings,
                beside(name -> name.endsWith(".restoring") || name.endsWith(".upgrading")),
                "left by work that was interrupted: delete it unless a restore runs");
        report(
                findings,
                beside(name -> name.contains(".replaced-")),
                "what restore --replace moved aside: delete it when nobody misses anything");
        report(
                findings,
                list(all.data(), LeftoverChecks::isOldCluster),
                "that from before an upgrade of PostgreSQL: delete it when all is well");
        if (!DataFolder.isHeld(all.data())) {
            report(
                    findings,
                    Stream.of("postgres.new", "postgres.upgrading", "backup-check")
                            .map(all.data()::resolve)
                            .filter(Files::exists)
                            .toList(),
                    "left by a server or an upgrade that was killed: the next one removes it");
            report(
                    findings,
                    deadStaging(all.files().folder().resolve(".staging")),
                    "uploads of a server that was killed: the next start removes them");
            report(
                    findings,
                    strayStaging(all.files().folder().resolve(".staging")),
                    "uploads of no server: the next start removes them");
        }
        return findings.isEmpty()
                ? List.of(Finding.ok("leftovers", "there are none"))
                : List.copyOf(findings);
    }

    private static void report(List<Finding> findings, List<Path> found, String text) {
        for (Path each : found) {
            findings.add(Finding.warning("leftovers", each + " is " + text));
        }
    }

    /// Folders beside the data folder whose names begin as its own does.
    private List<Path> beside(Predicate<String> kind) {
        Path data = all.data().toAbsolutePath().normalize();
        String name = String.valueOf(data.getFileName());
        Path parent = data.getParent();
        if (parent == null) {
            return List.of();
        }
        return list(
                parent,
                each -> {
                    String other = String.valueOf(each.getFileName());
                    return other.startsWith(name + ".") && kind.test(other);
                });
    }

    private static List<Path> deadStaging(Path staging) {
        return list(staging, each -> each.toString().endsWith(LOCK)).stream()
                .filter(LeftoverChecks::isFree)
                .map(each -> Path.of(each.toString().replaceFirst("\\.lock$", "")))
                .filter(Files::exists)
                .toList();
    }

    /// Folders without a lock, which is made before its folder and removed after it.
    private static List<Path> strayStaging(Path staging) {
        return list(staging, Files::isDirectory).stream()
                .filter(each -> !Files.exists(Path.of(each + LOCK)))
                .toList();
    }

    private static boolean isOldCluster(Path path) {
        return String.valueOf(path.getFileName()).startsWith("postgres-")
                && Files.isDirectory(path);
    }

    /// Whether no process has locked a file.
    private static boolean isFree(Path lock) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (IOException | OverlappingFileLockException unknown) {
            return false;
        }
    }

    private static List<Path> list(Path folder, Predicate<Path> wanted) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(wanted).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
