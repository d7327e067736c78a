package dev.rialto.node;

import dev.rialto.functions.spi.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the file with a syntax error. Node.js reports it for scripts, but for modules only if each
/// is checked separately.
record SyntaxCheck(NodeProgram node, Path project) {
    private static final int MAX_FILES = 100;
    private static final Pattern SCRIPT = Pattern.compile(".*\\.[cm]?js");
    private static final Pattern PLACE = Pattern.compile("(?:file://)?(/.*):(\\d{1,9})");

    /// The problem with its position, if that can be found.
    Problem place(Problem problem) {
        for (Path file : scripts()) {
            Optional<Matcher> place =
                    node.check(file)
                            .lines()
                            .map(PLACE::matcher)
                            .filter(Matcher::matches)
                            .findFirst();
            if (place.isPresent()) {
                return new Problem(
                        project.relativize(file).toString(),
                        Integer.parseInt(place.get().group(2)),
                        0,
                        problem.message());
            }
        }
        return problem;
    }

    private List<Path> scripts() {
        try (Stream<Path> all = Files.walk(project)) {
            return all.filter(each -> SCRIPT.matcher(each.toString()).matches())
                    .filter(each -> !project.relativize(each).toString().contains("node_modules"))
                    .filter(Files::isRegularFile)
                    .limit(MAX_FILES)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
