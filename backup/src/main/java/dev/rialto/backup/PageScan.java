package dev.rialto.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads every page of a cluster and compares it with its checksum.
public final class PageScan {
    static final Pattern PAGES =
            Pattern.compile("(?:base/\\d+|global)/\\d+(?:_(?:fsm|vm|init))?(?:\\.(\\d+))?");
    private static final int PAGES_PER_FILE = 131_072;
    private static final int BUFFER = 16 * PageChecksum.PAGE;

    private PageScan() {}

    /// What was found.
    ///
    /// @param bytes how much was read
    /// @param damaged what is wrong with which page, at most one for each file
    public record Report(long bytes, List<String> damaged) {
        public Report {
            damaged = List.copyOf(damaged);
        }
    }

    /// Scans a cluster.
    ///
    /// @param since the position of the last checkpoint, such as `0/1A2B3C`, when PostgreSQL runs:
    ///   what was written after it may not be on the disk yet; empty when it does not run
    public static Report of(Path cluster, String since) throws IOException {
        Lsn after = since.isEmpty() ? new Lsn(-1) : Lsn.of(since);
        List<String> damaged = new ArrayList<>();
        long bytes = 0;
        for (String folder : List.of("base", "global")) {
            try (Stream<Path> all = Files.walk(cluster.resolve(folder))) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    bytes += scan(cluster, file, after, damaged);
                }
            }
        }
        return new Report(bytes, damaged);
    }

    private static long scan(Path cluster, Path file, Lsn after, List<String> damaged)
            throws IOException {
        var check = check(cluster, file, after);
        if (check.equals(PartWriter.Check.NONE)) {
            return 0;
        }
        var buffer = new byte[BUFFER];
        long position = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int length; (length = in.readNBytes(buffer, 0, BUFFER)) > 0; position += length) {
                check.look(buffer, length, position);
            }
        } catch (TargetReader.DamagedException found) {
            damaged.add(found.getMessage());
        } catch (NoSuchFileException dropped) {
            return position;
        }
        return position;
    }

    /// The check for a file of a cluster.
    static PartWriter.Check check(Path cluster, Path file, Lsn after) {
        Matcher pages = PAGES.matcher(cluster.relativize(file).toString());
        if (!pages.matches()) {
            return PartWriter.Check.NONE;
        }
        String number = pages.group(1);
        int first = number == null ? 0 : Integer.parseInt(number) * PAGES_PER_FILE;
        return new PageCheck(file, first, after);
    }
}
