package dev.rialto.backup;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The backups at a target, the oldest first.
final class Repository {
    private static final int MAX_MANIFEST = 256 << 20;

    private final BackupTarget target;
    private final List<Manifest> backups;

    private Repository(BackupTarget target, List<Manifest> backups) {
        this.target = target;
        this.backups = backups;
    }

    /// Reads all manifests.
    ///
    /// @throws SetupException when one is damaged: what depends on it can't be told
    static Repository read(BackupTarget target) throws IOException {
        List<Manifest> backups = new ArrayList<>();
        for (String key : new TreeSet<>(target.list(Manifest.FOLDER))) {
            if (key.endsWith(Manifest.FILE)) {
                manifest(target, key).ifPresent(backups::add);
            }
        }
        return new Repository(target, backups);
    }

    private static Optional<Manifest> manifest(BackupTarget target, String key) throws IOException {
        try (InputStream in = target.open(key)) {
            return Optional.of(Manifest.of(in.readNBytes(MAX_MANIFEST)));
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new SetupException(
                    "can't use " + key + " at " + target.name() + ": " + unreadable.getMessage(),
                    unreadable);
        }
    }

    BackupTarget target() {
        return target;
    }

    List<Manifest> backups() {
        return backups;
    }

    Optional<Manifest> last() {
        return backups.isEmpty() ? Optional.empty() : Optional.of(backups.getLast());
    }

    Optional<Manifest> lastFull() {
        return backups.reversed().stream()
                .filter(each -> each.kind() == BackupKind.FULL)
                .findFirst();
    }

    /// The backups that lead to a state: a full one and what follows it.
    ///
    /// @param wanted the time of the state; empty for the last one there is
    List<Manifest> leadingTo(Optional<Instant> wanted) {
        Manifest base =
                backups.reversed().stream()
                        .filter(each -> each.kind() == BackupKind.FULL)
                        .filter(each ->
                                wanted.filter(time -> time.isBefore(each.times().ended()))
                                        .isEmpty())
                        .findFirst()
                        .orElseThrow(() -> noneBefore(wanted));
        List<Manifest> chain = new ArrayList<>(List.of(base));
        for (Manifest each : backups.subList(backups.indexOf(base) + 1, backups.size())) {
            boolean enough =
                    wanted.filter(time -> !time.isAfter(chain.getLast().times().ended()))
                            .isPresent();
            if (enough || !chain.getLast().continues(each)) {
                break;
            }
            chain.add(each);
        }
        Instant end = chain.getLast().times().ended();
        wanted.filter(time -> time.isAfter(end))
                .ifPresent(time -> {
                    throw new SetupException(
                            "the backups at "
                                    + target.name()
                                    + " end at "
                                    + end
                                    + ", before "
                                    + time);
                });
        return chain;
    }

    /// The backups that lead to one of them.
    List<Manifest> leadingTo(String id) {
        Manifest wanted =
                backups.stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(() ->
                                new SetupException(
                                        "there is no backup " + id + " at " + target.name()));
        List<Manifest> until = backups.subList(0, backups.indexOf(wanted) + 1);
        List<Manifest> chain = new Repository(target, until).leadingTo(Optional.empty());
        if (!chain.getLast().equals(wanted)) {
            throw new SetupException(
                    "backup " + id + " can't be restored: a backup before it is missing");
        }
        return chain;
    }

    private SetupException noneBefore(Optional<Instant> wanted) {
        String oldest =
                backups.stream()
                        .filter(each -> each.kind() == BackupKind.FULL)
                        .findFirst()
                        .map(each -> ": the oldest is of " + each.times().ended())
                        .orElse("");
        return new SetupException(
                "there is no full backup at "
                        + target.name()
                        + wanted.map(time -> " from before " + time).orElse("")
                        + oldest);
    }

    /// The files that there were at the last of some backups that begin with a full one.
    FileIndex filesAt(List<Manifest> chain) throws IOException {
        var index = new FileIndex();
        for (Manifest each : chain) {
            index = filesAfter(each, index);
        }
        return index;
    }

    /// The files of a backup.
    ///
    /// @param before those of the backup before it
    FileIndex filesAfter(Manifest backup, FileIndex before) throws IOException {
        var index = new FileIndex();
        if (backup.kind() == BackupKind.INCREMENT) {
            index.addAll(before);
        }
        new TargetReader(target, Encryption.Identities.none())
                .read(backup.contents().files(), index::apply);
        return index;
    }
}
