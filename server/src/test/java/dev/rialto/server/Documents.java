package dev.rialto.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The project's documentation, as tests hold it against the program.
final class Documents {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");

    private Documents() {}

    /// The README and everything in `docs`.
    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT.resolve("docs"))) {
            List<Path> found = new ArrayList<>(files.filter(Documents::isMarkdown).toList());
            found.add(PROJECT.resolve("README.md"));
            return found;
        }
    }

    /// The cells of the rows of all tables in a file of `docs`, headings left out.
    static List<List<String>> rows(String file) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(PROJECT.resolve("docs").resolve(file));
        boolean inTable = false;
        for (String line : lines) {
            if (line.startsWith("|---")) {
                inTable = true;
            } else if (!line.startsWith("|")) {
                inTable = false;
            } else if (inTable) {
                rows.add(cells(line));
            }
        }
        return rows;
    }

    /// What a cell says in code, or else nothing.
    static String code(String cell) {
        Matcher code = CODE.matcher(cell);
        return code.matches() ? code.group(1) : "";
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(1).split("\\|", -1)).map(String::strip).toList();
    }

    private static boolean isMarkdown(Path file) {
        return file.toString().endsWith(".md");
    }
}
