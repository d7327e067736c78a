package dev.rialto.accounts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Passwords that are known to have leaked, as SHA-1 hashes on disk in the formats of Have I Been
/// Pwned: a folder of range files `21BD1.txt` with lines `0018A45C4D1DEF81644B54AB7F969B88D65:1`,
/// or one file of whole hashes in order. A look-up reads a few blocks or one range; nothing is kept
/// in memory and nothing is sent anywhere.
final class LeakedPasswords {
    private static final int PREFIX = 5;
    private static final int HASH = 40;

    /// Of a line in a file of whole hashes: the hash, a colon, a count.
    private static final int MAX_LINE = 128;

    private static final Pattern RANGE = Pattern.compile("[0-9A-F]{5}\\.txt");
    private static final Pattern LINE = Pattern.compile("[0-9A-Fa-f]{40}(:\\d+)?");

    private final Path path;
    private final boolean isFolder;

    /// @throws IllegalArgumentException when there is no such list
    LeakedPasswords(Path path) {
        this.path = path;
        this.isFolder = Files.isDirectory(path);
        try {
            if (isFolder ? !hasRanges() : !hasHashes()) {
                throw new IllegalArgumentException(
                        "accounts.leaked-passwords: "
                                + path
                                + " is neither a folder of range files such as 21BD1.txt nor a file"
                                + " of SHA-1 hashes in order");
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "accounts.leaked-passwords: can't read " + path, unreadable);
        }
    }

    boolean contains(String password) {
        String hash = sha1(password);
        try {
            return isFolder ? isInRange(hash) : isInFile(hash);
        } catch (IOException failure) {
            throw new UncheckedIOException("can't read the list of leaked passwords", failure);
        }
    }

    private boolean hasRanges() throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        path, file -> RANGE.matcher(file.getFileName().toString()).matches())) {
            return files.iterator().hasNext();
        }
    }

    private boolean hasHashes() throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return LINE.matcher(lineAt(file, 0).text()).matches();
        }
    }

    private boolean isInRange(String hash) throws IOException {
        String rest = hash.substring(PREFIX);
        try (BufferedReader lines =
                Files.newBufferedReader(
                        path.resolve(hash.substring(0, PREFIX) + ".txt"),
                        StandardCharsets.US_ASCII)) {
            return lines.lines()
                    .filter(line -> line.regionMatches(true, 0, rest, 0, rest.length()))
                    .anyMatch(line -> isCounted(line, rest.length()));
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Whether a line is not one of those that answers are padded with.
    private static boolean isCounted(String line, int hashLength) {
        String count = line.substring(hashLength).strip();
        return !count.equals(":0");
    }

    private boolean isInFile(String hash) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long low = 0;
            long high = file.size();
            while (low < high) {
                Line line = lineAt(file, (low + high) >>> 1);
                int order = line.text().length() < HASH ? 1 : hashOf(line).compareTo(hash);
                if (order == 0) {
                    return isCounted(line.text(), HASH);
                }
                if (order < 0) {
                    low = line.end();
                } else {
                    high = line.begin();
                }
            }
            return false;
        }
    }

    private static String hashOf(Line line) {
        return line.text().substring(0, HASH).toUpperCase(Locale.ROOT);
    }

    /// A line of a file.
    ///
    /// @param end where the next one begins
    private record Line(String text, long begin, long end) {}

    /// The line that a byte of a file belongs to.
    private static Line lineAt(FileChannel file, long position) throws IOException {
        long from = Math.max(0, position - MAX_LINE);
        ByteBuffer block = ByteBuffer.allocate(2 * MAX_LINE);
        int size = 0;
        while (block.hasRemaining()) {
            int read = file.read(block, from + size);
            if (read < 0) {
                break;
            }
            size += read;
        }
        byte[] bytes = block.array();
        int begin = (int) (position - from);
        while (begin > 0 && bytes[begin - 1] != '\n') {
            begin--;
        }
        int end = (int) (position - from);
        while (end < size && bytes[end] != '\n') {
            end++;
        }
        String text = new String(bytes, begin, end - begin, StandardCharsets.US_ASCII).strip();
        return new Line(text, from + begin, from + Math.min(end + 1, size));
    }

    private static String sha1(String password) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1")
                            .digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().withUpperCase().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// The list at a path, if one is set.
    static Optional<LeakedPasswords> at(Optional<Path> path) {
        return path.map(LeakedPasswords::new);
    }
}
