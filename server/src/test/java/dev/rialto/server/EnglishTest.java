package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keeps turns of phrase that are hard to read out of the documents and the messages of the
/// program.
class EnglishTest {
    private static final Path PROJECT = Path.of("..");

    private static final Set<String> LEFT_OUT = Set.of("target", "node_modules", "rialto-data");

    /// What to write instead, by what is banned.
    private static final Map<Pattern, String> BANNED =
            Map.ofEntries(
                    banned("(?<![Tt]here )\\bis no (?!longer\\b|more\\b)", "is not a (valid) ..."),
                    banned("(?<![Tt]here )\\b(?:is|are) none\\b", "is not valid; there are none"),
                    banned("\\banew\\b", "again; starts over"),
                    banned(
                            "(?:^|[.] )(?:Who|Whoever|What of) (?!(?:may|can|acts)\\b)",
                            "A client that ..."),
                    banned("\\bas it is\\b", "unchanged"),
                    banned("\\bat hand\\b", "available"),
                    banned("\\bby (?:itself|themselves)\\b", "automatically"),
                    banned("\\bcomes? again\\b", "reconnects; is sent again"),
                    banned("\\bgo(?:es)? on\\b", "continues; resumes"),
                    banned("\\bof a hundred\\b", "percent"),
                    banned("\\bso many of\\b", "the number of; at most"),
                    banned("\\band (?:its|their) kin\\b", "and similar"),
                    banned("\\b(?:is|are) to be\\b", "will be; should be; must be"),
                    banned("\\bto be had\\b", "available"),
                    banned("\\ba text\\b", "a string"),
                    banned("\\blook-ups?\\b", "lookup"),
                    banned("\\bagain and again\\b", "repeatedly"),
                    banned(
                            "\\b[Ss]omebody (?:asks|has to|looks|waits|wants)\\b",
                            "a caller waits; an operator must"),
                    banned("(?<![Ww]hat )\\bis told of\\b", "is notified of"),
                    banned("\\bthose among them\\b", "including those"),
                    banned("\\bfor whom\\b", "whose; that"));

    /// Literals that are joined by `+` are one message.
    private static final Pattern JOIN = Pattern.compile("\"\\s*\\+\\s*\"");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    @Test
    void documentsArePlain() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files(".md")) {
            prose(Files.readString(file)).forEach(each -> find(file, each, found));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void messagesArePlain() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files(".java")) {
            if (file.toString().contains("/src/main/")) {
                messages(Files.readString(file)).forEach(each -> find(file, each, found));
            }
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A token that is none is refused.",
                "the element is no object",
                "Query again. Who loses the right gets `leave`.",
                "What of a binding is unique",
                "start anew",
                "`greeter` gets so many of a hundred calls",
                "it goes on by itself",
                "calls that somebody waits for",
                "the look-up failed again and again"
            })
    void findsWhatIsBanned(String text) {
        List<String> found = new ArrayList<>();
        prose(text).forEach(each -> find(PROJECT, each, found));
        assertThat(found).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "There is no app with this id.",
                "The token is no longer valid.",
                "omitted when there is none",
                "## Who may read",
                "Who may read it? Anybody.",
                "`is none`"
            })
    void letsUsualEnglishPass(String text) {
        List<String> found = new ArrayList<>();
        prose(text).forEach(each -> find(PROJECT, each, found));
        assertThat(found).isEmpty();
    }

    private static Map.Entry<Pattern, String> banned(String regex, String instead) {
        return Map.entry(Pattern.compile(regex), instead);
    }

    private static void find(Path file, String text, List<String> found) {
        BANNED.forEach((pattern, instead) -> {
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                found.add(
                        "%s: \"%s\" in \"%s\"; write: %s"
                                .formatted(file, matcher.group(), text, instead));
            }
        });
    }

    /// The paragraphs, list items and cells of a page, without headings and code.
    private static Stream<String> prose(String page) {
        return page.replaceAll("(?ms)^ *```.*?^ *```$", "")
                .replaceAll("`[^`\n]*`", "``")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .flatMap(line -> Stream.of(line.split("\\|")))
                .map(cell -> cell.strip().replaceFirst("^(?:[-*]|\\d+\\.) +", ""));
    }

    private static Stream<String> messages(String source) {
        String code =
                source.lines()
                        .filter(line -> !line.strip().startsWith("//"))
                        .collect(Collectors.joining("\n"));
        return LITERAL.matcher(JOIN.matcher(code).replaceAll(""))
                .results()
                .map(match -> match.group(1))
                .filter(text -> text.contains(" "));
    }

    /// Files of the project, without those that builds and installations leave.
    private static List<Path> files(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                PROJECT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        String name = folder.getFileName().toString();
                        return LEFT_OUT.contains(name) || name.matches("\\.[a-z].*")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (file.toString().endsWith(ending)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }
}
