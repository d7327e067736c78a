package dev.rialto.backup;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Removes from a target what is too old, and what interrupted backups left.
public final class Retention {
    private final Repository repository;

    private Retention(Repository repository) {
        this.repository = repository;
    }

    /// Keeps the youngest full backups and their increments.
    ///
    /// @param full how many full ones are kept, at least one
    /// @return how many backups were removed
    public static int keep(BackupTarget target, int full) {
        if (full < 1) {
            throw new IllegalArgumentException("at least one backup is kept");
        }
        try {
            int removed = new Retention(Repository.read(target)).removeOldest(full);
            new Retention(Repository.read(target)).sweep();
            return removed;
        } catch (IOException failure) {
            throw new SetupException(
                    "can't remove old backups from " + target.name() + ": " + failure.getMessage(),
                    failure);
        }
    }

    /// Removes backups that have no manifest: they were interrupted.
    static void removeUnfinished(Repository repository) throws IOException {
        new Retention(repository).removeUnfinished();
    }

    private void removeUnfinished() throws IOException {
        Set<String> known =
                repository.backups().stream().map(Manifest::id).collect(Collectors.toSet());
        for (String key : repository.target().list(Manifest.FOLDER)) {
            String id = key.substring(Manifest.FOLDER.length()).replaceFirst("/.*", "");
            if (!known.contains(id)) {
                repository.target().delete(key);
            }
        }
    }

    /// The manifest goes first, so that what is left is not taken for a backup; and the youngest
    /// first, so that those that are left can be restored.
    private int removeOldest(int full) throws IOException {
        List<Manifest> old = older(full);
        for (Manifest each : old.reversed()) {
            repository.target().delete(Manifest.keyOf(each.id()));
        }
        return old.size();
    }

    private List<Manifest> older(int full) {
        List<Manifest> all = repository.backups();
        List<Integer> bases = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).kind() == BackupKind.FULL) {
                bases.add(i);
            }
        }
        return bases.size() <= full ? List.of() : all.subList(0, bases.get(bases.size() - full));
    }

    /// Removes all that no backup mentions.
    private void sweep() throws IOException {
        BackupTarget target = repository.target();
        Set<String> wanted = new HashSet<>();
        var files = new FileIndex();
        for (Manifest each : repository.backups()) {
            wanted.add(Manifest.keyOf(each.id()));
            wanted.add(each.contents().files().key());
            each.contents().parts().forEach(part -> wanted.add(part.key()));
            each.contents().segments().forEach(segment -> wanted.add(segment.key()));
            files = repository.filesAfter(each, files);
            files.units().forEach(unit -> wanted.add(unit.key()));
        }
        for (String folder : List.of(Manifest.FOLDER, "wal/", "files/")) {
            for (String key : target.list(folder)) {
                if (!wanted.contains(key)) {
                    target.delete(key);
                }
            }
        }
    }
}
