package dev.rialto.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Folders whose files appear and disappear but do not change, such as the uploaded ones: each
/// folder that has files of its own is one unit, stored as one object.
final class FileUnits {
    private final String tree;
    private final Path root;
    private final List<String> recipients;

    /// @param tree the name of the folder in data folders
    /// @param root where it is
    /// @param recipients units that are encrypted otherwise are others
    FileUnits(String tree, Path root, List<String> recipients) {
        this.tree = tree;
        this.root = root;
        this.recipients = recipients;
    }

    /// A folder and its files.
    ///
    /// @param id another one when a file is changed
    /// @param files by their name in the data folder
    record Unit(String id, SequencedMap<String, Path> files) {
        String key() {
            return "files/" + id.substring(0, 2) + "/" + id + ".tar";
        }
    }

    /// Takes each unit.
    interface Visitor {
        void visit(Unit unit) throws IOException;
    }

    void walk(Visitor visitor) throws IOException {
        if (Files.isDirectory(root)) {
            Files.walkFileTree(root, new Walk(visitor));
        }
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final Visitor visitor;
        private final Deque<SequencedMap<Path, BasicFileAttributes>> open = new ArrayDeque<>();

        Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.getFileName().toString().equals(".staging")) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            open.push(new TreeMap<>());
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
                open.getFirst().put(file, attributes);
            }
            return FileVisitResult.CONTINUE;
        }

        /// A file that was just deleted is not missed.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
                throw failure;
            }
            SequencedMap<Path, BasicFileAttributes> files = open.pop();
            if (!files.isEmpty()) {
                visitor.visit(unit(files));
            }
            return FileVisitResult.CONTINUE;
        }
    }

    private Unit unit(SequencedMap<Path, BasicFileAttributes> files) {
        MessageDigest digest = TargetWriter.sha256();
        SequencedMap<String, Path> named = new TreeMap<>();
        recipients.forEach(each -> add(digest, each));
        files.forEach((file, attributes) -> {
            String name = tree + "/" + root.relativize(file);
            add(digest, name);
            add(
                    digest,
                    attributes.size() + " " + attributes.lastModifiedTime().to(TimeUnit.SECONDS));
            named.put(name, file);
        });
        return new Unit(HexFormat.of().formatHex(digest.digest()), named);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}
