package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of the README and of those of the examples, from top to bottom and on one server,
/// as a reader types them into one folder. Only the port differs, for others may be at work on this
/// machine, and the lines that are listed here.
class ReadmeTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final Pattern KEY = Pattern.compile("\"(\\w+)\" ?:");
    private static final String MARK = "@@ step ";

    /// The line that starts the server that all other lines are for.
    private static final String SERVE = "./rialto serve --app app --master-key secret";

    private static final String IN_CITIES_RUN =
            "examples/cities/run, a part of ./rialto test, does this on a server of its own";

    /// Lines that are not run, and why.
    private static final Map<String, String> NOT_RUN =
            Map.ofEntries(
                    Map.entry(
                            "./rialto serve    # builds Rialto if necessary, then runs a server"
                                    + " on http://127.0.0.1:1337",
                            "it builds Rialto, and this test is a part of that"),
                    Map.entry(
                            "./rialto test     # runs all tests, linters and format checks",
                            "it runs this test"),
                    Map.entry(
                            "mvn test          # says so if Maven runs on an older JDK: set"
                                    + " JAVA_HOME then",
                            "it downloads; NewCommandTest compiles the project that new makes"),
                    Map.entry(
                            "./rialto serve --app cities --master-key secret        # in one"
                                    + " terminal",
                            IN_CITIES_RUN),
                    Map.entry(
                            "cd examples/cities                                     # in another",
                            IN_CITIES_RUN),
                    Map.entry("npm ci", IN_CITIES_RUN),
                    Map.entry(
                            "node convert.mjs cities.jsonl                          # the package's"
                                    + " data as JSON lines",
                            IN_CITIES_RUN),
                    Map.entry(
                            "../../rialto import --data ../../rialto-data --app cities --class City"
                                    + " cities.jsonl",
                            IN_CITIES_RUN),
                    Map.entry("MASTER_KEY=secret node ask.mjs", IN_CITIES_RUN));

    /// Lines that run otherwise: one that follows a log is ended after a moment.
    private static final Map<String, String> OTHERWISE =
            Map.of(
                    "./rialto logs greeter -f",
                    "timeout -s TERM 4 ./rialto logs greeter -f || true");

    /// Lines that fail where they, or what is shown below them, hold this text.
    private static final Map<String, String> FAILS =
            Map.of(
                    "./rialto deploy greeter",
                    "rialto: not deployed: 1 problem",
                    "./rialto call hello '{}'                          # 107: A name is needed.",
                    "107: A name is needed.",
                    "./rialto call averageStars '{\"movie\": \"Cats\"}'",
                    "101: Nobody reviewed Cats.",
                    "./rialto call checkCard '{\"number\": \"four\"}'",
                    "10001: A number has digits, spaces and dashes.",
                    "./rialto call rate '{\"book\": \"Emma\", \"stars\": 6}'",
                    "10001: A rating has 1 to 5 stars.",
                    "./rialto call shorten '{\"word\": \"docs\", \"url\":"
                            + " \"https://example.com/other\"}'",
                    "137: There is a link docs already.");

    private final Set<String> listed = new HashSet<>();

    @TempDir private Path home;

    /// @param shown what the README says it prints, empty when it says nothing
    private record Step(List<String> lines, String shown) {
        /// What a line that fails as it should prints, empty for all others.
        String failure(String line) {
            String text = FAILS.getOrDefault(line, "");
            return line.contains(text) || shown.contains(text) ? text : "";
        }
    }

    @Test
    void doesWhatItSays() throws Exception {
        List<Path> readmes = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> all = Files.list(ROOT.resolve("examples"))) {
            all.map(each -> each.resolve("README.md")).sorted().forEach(readmes::add);
        }
        assertThat(readmes).hasSizeGreaterThan(5);
        int port = freePort();
        writeScript();
        copyExamples();
        List<String> words = new ArrayList<>(List.of(SERVE.split(" ", -1)).subList(1, 6));
        words.addAll(List.of("--port", String.valueOf(port), "--data", "rialto-data"));
        try (var server = RunningCommand.startIn(home, words.toArray(String[]::new))) {
            server.readyAddress();

            for (Path readme : readmes) {
                run(readme, port);
            }
        }
        assertThat(listed)
                .as("lines that the READMEs still have")
                .contains(SERVE)
                .containsAll(NOT_RUN.keySet())
                .containsAll(OTHERWISE.keySet())
                .containsAll(FAILS.keySet());
    }

    /// All blocks in one shell, so that variables and folders stay.
    private void run(Path readme, int port) throws Exception {
        List<Step> steps = steps(readme);
        assertThat(steps).as("%s", readme).isNotEmpty();
        var script = new StringBuilder("set -e\n");
        for (int at = 0; at < steps.size(); at++) {
            script.append("echo; echo '").append(MARK).append(at).append("'\n");
            for (String line : steps.get(at).lines()) {
                script.append(runnable(steps.get(at), line)).append('\n');
            }
        }
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                script.toString().replace("localhost:1337", "localhost:" + port))
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s%n%s", readme, script, said).isZero();
        for (int at = 0; at < steps.size(); at++) {
            int begin = said.indexOf(MARK + at + "\n");
            int end = said.indexOf(MARK + (at + 1) + "\n");
            check(steps.get(at), said.substring(begin, end < 0 ? said.length() : end));
        }
    }

    private String runnable(Step step, String line) {
        if (line.equals(SERVE) || NOT_RUN.containsKey(line)) {
            listed.add(line);
            return "";
        }
        if (OTHERWISE.containsKey(line)) {
            listed.add(line);
            return OTHERWISE.get(line);
        }
        if (!step.failure(line).isEmpty()) {
            listed.add(line);
            return "if " + line + "\nthen echo 'it did not fail'; exit 1; fi";
        }
        return line;
    }

    private static void check(Step step, String said) {
        String commands = String.join("\n", step.lines());
        for (String line : step.lines()) {
            assertThat(said).as(commands).contains(step.failure(line));
        }
        if (!step.shown().contains("\"error\"")) {
            assertThat(said).as(commands).doesNotContain("\"error\"");
        }
        assertThat(said).as(commands).doesNotContain("unauthorized");
        assertThat(keys(said)).as("%s%n%s", commands, said).containsAll(keys(step.shown()));
    }

    private static Set<String> keys(String text) {
        return KEY.matcher(text).results().map(each -> each.group(1)).collect(Collectors.toSet());
    }

    /// The blocks of shell commands, with what is shown below them.
    private static List<Step> steps(Path readme) throws IOException {
        List<Step> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(readme));
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                steps.add(new Step(lines(block.group(2)), ""));
            } else if (!steps.isEmpty() && !block.group(1).matches("js|java")) {
                Step last = steps.removeLast();
                steps.add(new Step(last.lines(), last.shown() + block.group(2)));
            }
        }
        return steps;
    }

    /// The commands of a block. A line that ends with a backslash goes on in the next.
    private static List<String> lines(String block) {
        List<String> lines = new ArrayList<>();
        boolean open = false;
        for (String line : block.lines().toList()) {
            if (open) {
                lines.add(lines.removeLast() + "\n" + line);
            } else if (!line.isBlank()) {
                lines.add(line);
            }
            open = line.endsWith("\\");
        }
        return lines;
    }

    private void copyExamples() throws IOException {
        Path examples = ROOT.resolve("examples");
        try (Stream<Path> all = Files.walk(examples)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                Path path = examples.relativize(each);
                boolean source =
                        Stream.of("node_modules", "target").noneMatch(path.toString()::contains);
                if (source) {
                    Path copy = home.resolve("examples").resolve(path);
                    Files.createDirectories(copy.getParent());
                    Files.copy(each, copy);
                }
            }
        }
    }

    private void writeScript() throws IOException {
        Path script = home.resolve("rialto");
        Files.writeString(
                script,
                "#!/bin/sh\nexec '"
                        + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -XX:TieredStopAtLevel=1 -cp '"
                        + System.getProperty("java.class.path")
                        + "' "
                        + RialtoCommand.class.getName()
                        + " \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
