package dev.rialto.backup;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.DataFolder;
import dev.rialto.store.DataVersion;
import dev.rialto.store.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Makes a data folder of backups. It is made beside its place and appears there when it is
/// complete and PostgreSQL has recovered, so a restore that is interrupted leaves no data folder.
public final class Restore {
    private static final String DRAFT = ".restoring";

    private final Repository repository;
    private final List<Manifest> chain;
    private final Wanted wanted;
    private final TargetReader reader;
    private long bytes;
    private int units;

    private Restore(Repository repository, Wanted wanted, Encryption.Identities identities) {
        this.repository = repository;
        this.wanted = wanted;
        this.chain =
                wanted.id()
                        .map(repository::leadingTo)
                        .orElseGet(() -> repository.leadingTo(wanted.time()));
        this.reader = new TargetReader(repository.target(), identities);
    }

    /// Which state is wanted: that of a time, that of a backup, or the last.
    public record Wanted(Optional<Instant> time, Optional<String> id) {
        public Wanted {
            if (time.isPresent() && id.isPresent()) {
                throw new IllegalArgumentException("either a time or a backup, not both");
            }
        }

        public static Wanted last() {
            return new Wanted(Optional.empty(), Optional.empty());
        }
    }

    /// A data folder that was made.
    ///
    /// @param until the time whose state it has
    /// @param backups those that were used
    /// @param files how many units of files it has
    /// @param read bytes that were read of the backups
    /// @param secrets whether it has the keys of the one that was backed up
    /// @param replaced where the folder is that was in its place
    public record Report(
            Instant until,
            List<String> backups,
            int files,
            long read,
            boolean secrets,
            Optional<Path> replaced,
            Duration took) {}

    /// Restores into a folder that is empty or not there.
    ///
    /// @param program the version of this program
    /// @param replace whether a folder that is there is moved away first
    public static Report run(
            BackupTarget source,
            Encryption.Identities identities,
            Wanted wanted,
            Path data,
            String program,
            boolean replace) {
        long started = System.nanoTime();
        Path place = data.toAbsolutePath().normalize();
        try {
            boolean taken = isTaken(place);
            if (taken && !replace) {
                throw new SetupException(
                        place + " is not empty: restore into another folder, or use --replace");
            }
            if (taken) {
                claim(place).close();
            }
            var restore = new Restore(Repository.read(source), wanted, identities);
            restore.requireReadable(program, identities);
            Path draft = draftOf(place);
            restore.fill(draft);
            Optional<Path> replaced = taken ? Optional.of(moveAway(place)) : Optional.empty();
            Files.deleteIfExists(place);
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
            return restore.report(replaced, started);
        } catch (IOException failure) {
            throw new SetupException(
                    "can't restore from " + source.name() + ": " + failure.getMessage(), failure);
        }
    }

    private Report report(Optional<Path> replaced, long started) {
        return new Report(
                wanted.time().orElse(last().times().ended()),
                chain.stream().map(Manifest::id).toList(),
                units,
                bytes,
                base().contents().secrets(),
                replaced,
                Duration.ofNanos(System.nanoTime() - started));
    }

    private Manifest base() {
        return chain.getFirst();
    }

    private Manifest last() {
        return chain.getLast();
    }

    private void requireReadable(String program, Encryption.Identities identities)
            throws IOException {
        if (DataVersion.compare(last().program(), program) > 0) {
            throw new SetupException(
                    "this backup was made by Rialto " + last().program() + "; this is " + program);
        }
        if (!base().recipients().isEmpty() && identities.isEmpty()) {
            throw new SetupException(
                    "this backup is encrypted to "
                            + String.join(", ", base().recipients())
                            + ": give the file of a private key with --identity"
                            + (PassphraseKeys.areAt(repository.target())
                                    ? ", or the passphrase with --passphrase-file"
                                    : ""));
        }
    }

    /// Where a data folder is made before it appears in its place.
    static Path draftOf(Path place) {
        return place.resolveSibling(place.getFileName() + DRAFT);
    }

    private static boolean isTaken(Path place) throws IOException {
        if (!Files.exists(place)) {
            return false;
        }
        if (!Files.isDirectory(place)) {
            throw new SetupException(place + " is not a folder");
        }
        try (var inside = Files.list(place)) {
            return inside.findAny().isPresent();
        }
    }

    private static Path moveAway(Path place) throws IOException {
        try (DataFolder _ = claim(place)) {
            Path old =
                    place.resolveSibling(
                            place.getFileName() + ".replaced-" + Instant.now().getEpochSecond());
            return Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static DataFolder claim(Path place) {
        return DataFolder.claim(place)
                .orElseThrow(() -> new SetupException(place + " is in use: stop its server first"));
    }

    private void fill(Path draft) throws IOException {
        Folders.delete(draft);
        try (DataFolder folder =
                DataFolder.claim(draft)
                        .orElseThrow(
                                () -> new SetupException("another restore works on " + draft))) {
            var unpacking = new Unpacking(folder.path());
            for (StoredObject part : base().contents().parts()) {
                read(part, unpacking::archive);
            }
            addLog(folder.path().resolve(ClusterCopy.NAME).resolve("pg_wal"));
            for (StoredObject unit : files().units()) {
                read(unit, unpacking::archive);
                units++;
            }
            DataVersion.claim(folder.path(), last().program());
            EmbeddedPostgreSql.recover(folder, wanted.time());
        }
    }

    private void addLog(Path folder) throws IOException {
        Lsn first = base().log().start().segmentStart();
        for (Manifest each : chain) {
            Lsn at = each.log().from();
            for (StoredObject segment : each.contents().segments()) {
                if (at.compareTo(first) >= 0) {
                    Path file = folder.resolve(at.segment(each.cluster().timeline()));
                    read(segment, content -> Files.copy(content, file));
                }
                at = at.nextSegment();
            }
            if (!at.equals(each.log().to())) {
                throw new TargetReader.DamagedException("backup " + each.id() + " lacks log");
            }
        }
        for (Manifest each : repository.backups()) {
            for (var history : each.histories().entrySet()) {
                Files.writeString(folder.resolve(history.getKey()), history.getValue());
            }
        }
    }

    /// For a time between two backups, the files of both: one may have been deleted in between.
    private FileIndex files() throws IOException {
        FileIndex files = repository.filesAt(chain);
        if (wanted.time().isPresent() && chain.size() > 1) {
            files.addAll(repository.filesAt(chain.subList(0, chain.size() - 1)));
        }
        return files;
    }

    private void read(StoredObject object, TargetReader.Content content) throws IOException {
        reader.read(object, content);
        bytes += object.size();
    }
}
