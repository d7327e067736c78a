package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// The documents against the commands that there are.
class CommandDocumentsTest {
    private static final Path PROJECT = Path.of("..");

    /// Up to where a shell or a sentence ends the command.
    private static final Pattern COMMAND = Pattern.compile("\\./rialto ([^\\n`#;&>]*)");

    private static final Pattern OPTION = Pattern.compile("(?<=^|[\\s(`\\[])--?[a-z][a-z-]*");
    private static final Set<String> OF_THE_SCRIPT = Set.of("test", "bench", "dist", "help");

    @Test
    void documentsNameCommandsAndOptionsThatExist() throws IOException {
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (Path file : documents()) {
            Matcher command =
                    COMMAND.matcher(Files.readString(file).replaceAll("\\\\\\n\\s*", " "));
            while (command.find()) {
                found++;
                problems(command.group(1))
                        .forEach(each -> wrong.add(file + ": " + command.group() + ": " + each));
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(found).isGreaterThan(40);
    }

    @Test
    void noticesCommandsAndOptionsThatDoNotExist() {
        assertThat(problems("deploy greeter --config a=b")).containsExactly("--config");
        assertThat(problems("app create|lost x")).containsExactly("lost");
        assertThat(problems("deploi greeter")).containsExactly("deploi");
        assertThat(problems("import --app a --class B x.csv")).isEmpty();
    }

    @Test
    void pageOfCommandsHasEveryCommandAndOption() throws IOException {
        String page = Files.readString(PROJECT.resolve("docs/commands.md"));

        assertThat(page.substring(page.indexOf("| Command |"))).isEqualTo(table());
    }

    private static String table() {
        var table = new StringBuilder("| Command | Options |\n|---|---|\n");
        addRows(RialtoCommand.line(), "", table);
        return table.toString();
    }

    private static void addRows(CommandLine line, String path, StringBuilder table) {
        line.getSubcommands()
                .forEach((name, command) -> {
                    if (command.getCommandSpec().usageMessage().hidden()) {
                        return;
                    }
                    String full = path + name;
                    if (command.getSubcommands().isEmpty() || runs(command)) {
                        table.append("| `").append(full).append("` | ");
                        table.append(
                                command.getCommandSpec().options().stream()
                                        .filter(option -> !option.usageHelp())
                                        .filter(option -> !option.versionHelp())
                                        .map(CommandDocumentsTest::names)
                                        .sorted()
                                        .collect(Collectors.joining(", ")));
                        table.append(" |\n");
                    }
                    addRows(command, full + " ", table);
                });
    }

    /// Whether a command does something without a command after it.
    private static boolean runs(CommandLine command) {
        return command.getCommandSpec().userObject() instanceof Runnable;
    }

    private static String names(OptionSpec option) {
        return "`" + option.longestName() + "`";
    }

    /// The words and options that the command line doesn't know.
    private static List<String> problems(String text) {
        List<String> wrong = new ArrayList<>();
        CommandLine line = RialtoCommand.line();
        List<String> words = Arrays.asList(text.strip().split("\\s+", -1));
        int at = 0;
        while (at < words.size() && !line.getSubcommands().isEmpty()) {
            String word = words.get(at);
            if (word.isEmpty() || word.startsWith("-") || word.matches("[A-Z.]+|COMMAND|.*/.*")) {
                break;
            }
            if (at == 0 && OF_THE_SCRIPT.contains(word)) {
                return List.of();
            }
            CommandLine next = null;
            for (String each : word.split("[|,]", -1)) {
                String name = each.replaceAll("[^a-z-]", "");
                next = line.getSubcommands().get(name);
                if (next == null) {
                    return List.of(name);
                }
            }
            line = next == null ? line : next;
            at++;
        }
        Matcher option = OPTION.matcher(String.join(" ", words.subList(at, words.size())));
        while (option.find()) {
            if (line.getCommandSpec().findOption(option.group()) == null) {
                wrong.add(option.group());
            }
        }
        return wrong;
    }

    private static List<Path> documents() throws IOException {
        List<Path> found = new ArrayList<>(List.of(PROJECT.resolve("README.md")));
        for (String folder : List.of("docs", "examples", "clients", "bench")) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.toString().contains("node_modules"))
                        .forEach(found::add);
            }
        }
        return found;
    }
}
