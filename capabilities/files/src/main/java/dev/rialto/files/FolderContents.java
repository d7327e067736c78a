package dev.rialto.files;

import dev.rialto.kernel.App;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is in the folder of a [FolderStorage], for checks: it is not opened and not changed.
public record FolderContents(Path root) {
    /// Files that were looked for.
    ///
    /// @param example where one of them is
    public record Found(long files, long bytes, Optional<Path> example) {}

    /// The files of an app but some.
    ///
    /// @param names those that are not wanted
    /// @param before files that were stored later are not wanted either
    public Found without(App app, Collection<String> names, Instant before) throws IOException {
        Set<Path> known =
                names.stream()
                        .map(name -> FolderStorage.home(root, app, name))
                        .collect(Collectors.toSet());
        var search = new Search(known, before);
        Path folder = FolderStorage.folder(root, app);
        if (Files.isDirectory(folder)) {
            Files.walkFileTree(folder, search);
        }
        return new Found(search.files, search.bytes, Optional.ofNullable(search.example));
    }

    /// The folders of apps that are not among some.
    public List<Path> ofOthersThan(Collection<App> apps) throws IOException {
        Set<Path> known =
                apps.stream()
                        .map(app -> FolderStorage.folder(root, app))
                        .collect(Collectors.toSet());
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(root)) {
            return all.filter(each -> each.getFileName().toString().startsWith("app_"))
                    .filter(Files::isDirectory)
                    .filter(each -> !known.contains(each))
                    .sorted()
                    .toList();
        }
    }

    private static final class Search extends SimpleFileVisitor<Path> {
        private final Set<Path> known;
        private final Instant before;
        private long files;
        private long bytes;
        private @Nullable Path example;

        Search(Set<Path> known, Instant before) {
            this.known = known;
            this.before = before;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean wanted =
                    FolderStorage.isContent(file)
                            && !isInternal(file)
                            && attributes.lastModifiedTime().toInstant().isBefore(before)
                            && !known.contains(file.getParent());
            if (wanted) {
                files++;
                bytes += attributes.size();
                example = file.getParent();
            }
            return FileVisitResult.CONTINUE;
        }

        /// What capabilities store for themselves, such as pieces of uploads.
        private static boolean isInternal(Path content) {
            Path home = content.getParent();
            return home != null && home.getFileName().toString().startsWith("~");
        }

        /// It may be deleted meanwhile.
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }
}
