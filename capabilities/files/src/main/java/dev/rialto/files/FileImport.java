package dev.rialto.files;

import dev.rialto.files.spi.FileLabel;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Stores the files of a folder under the names that they have there, for an app that comes from
/// another server: objects that name them find them again. Files that are there already stay.
public final class FileImport {
    private static final int MAX_REFUSED = 1000;

    private final StoredFiles files;
    private final App app;
    private final List<String> refused = new ArrayList<>();
    private long copied;
    private long bytes;
    private long existing;

    private FileImport(StoredFiles files, App app) {
        this.files = files;
        this.app = app;
    }

    /// What came of it.
    ///
    /// @param existing how many files were there already
    /// @param refused names that no file can have, 1,000 at most
    public record Report(long copied, long bytes, long existing, List<String> refused) {}

    /// @throws SetupException when there is no such folder
    public static Report copy(StoredFiles files, App app, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new SetupException("there is no folder " + folder);
        }
        var copy = new FileImport(files, app);
        // Links are not followed: a file of the machine must not become one of the app.
        try (Stream<Path> all = Files.walk(folder)) {
            for (Iterator<Path> each = all.filter(Files::isRegularFile).iterator();
                    each.hasNext(); ) {
                Path file = each.next();
                if (!Files.isSymbolicLink(file)) {
                    copy.copy(file, name(folder.relativize(file)));
                }
            }
        }
        return new Report(copy.copied, copy.bytes, copy.existing, List.copyOf(copy.refused));
    }

    private static String name(Path relative) {
        List<String> steps = new ArrayList<>();
        relative.forEach(step -> steps.add(step.toString()));
        return String.join("/", steps);
    }

    private void copy(Path file, String name) throws IOException {
        if (!FileName.isStorable(name)) {
            if (refused.size() < MAX_REFUSED) {
                refused.add(name);
            }
            return;
        }
        if (files.find(app, name).isPresent()) {
            existing++;
            return;
        }
        String type = ContentType.ofExtension(FileName.extension(name), Optional.empty()).wire();
        try (InputStream content = Files.newInputStream(file)) {
            var label = new FileLabel(type, Json.object(), Json.object());
            bytes += files.put(app, name, content, label, FileAccess.OPEN).length();
            copied++;
        }
    }
}
