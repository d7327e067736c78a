package dev.rialto.compiler;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/// Reads zip and jar files of unknown origin into memory.
///
/// Entries are read in a stream, so that names and sizes are those that are really there, not those
/// that a directory at the end claims.
final class Archive {
    private final String what;
    private final int maxFiles;
    private final long maxSize;

    /// @param what names it in problems
    Archive(String what, int maxFiles, long maxSize) {
        this.what = what;
        this.maxFiles = maxFiles;
        this.maxSize = maxSize;
    }

    /// @param wanted which paths to keep; the others count against the limits too
    /// @throws RefusedException when it is no archive, too large, or has paths that lead outside
    Map<String, byte[]> read(InputStream from, Predicate<String> wanted) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        int entries = 0;
        long left = maxSize;
        try (ZipInputStream zip = new ZipInputStream(from)) {
            for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                if (++entries > maxFiles) {
                    throw refused("has more than " + maxFiles + " files");
                }
                if (each.isDirectory()) {
                    continue;
                }
                String path = FilePath.check(each.getName());
                byte[] bytes = zip.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE - 8));
                left -= bytes.length;
                if (left < 0) {
                    throw refused("is larger than " + maxSize + " bytes when unpacked");
                }
                if (wanted.test(path) && files.put(path, bytes) != null) {
                    throw refused("has the file " + path + " twice");
                }
            }
        } catch (ZipException | IllegalArgumentException broken) {
            throw refused("can't be read: " + broken.getMessage());
        }
        if (entries == 0) {
            throw refused("is not a zip file, or is empty");
        }
        return files;
    }

    private RefusedException refused(String why) {
        return new RefusedException(Problem.of(what + " " + why));
    }
}
