package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands of the README, from top to bottom, as a reader types them into one folder. Three
/// things differ: the port, for others may be at work on this machine; Maven, whose part the test
/// of `new` has; and a command that follows a log is ended after a moment.
class ReadmeTest {
    private static final Path README = Path.of("../README.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final Pattern KEY = Pattern.compile("\"(\\w+)\" ?:");

    @TempDir private Path home;

    /// @param shown what the README says it prints, empty when it says nothing
    private record Step(String commands, String shown) {}

    @Test
    void doesWhatItSays() throws Exception {
        int port = freePort();
        writeScript();
        List<Step> steps = steps();
        Step serve = steps.removeFirst();
        assertThat(serve.commands()).startsWith("./rialto serve");
        List<String> words =
                new ArrayList<>(List.of(serve.commands().strip().split(" ", -1)).subList(1, 6));
        words.addAll(List.of("--port", String.valueOf(port), "--data", "rialto-data"));
        try (var server = RunningCommand.startIn(home, words.toArray(String[]::new))) {
            server.readyAddress();

            for (Step step : steps) {
                run(step, port);
            }
        }
        assertThat(steps).hasSizeGreaterThan(6);
    }

    private void run(Step step, int port) throws Exception {
        String commands =
                step.commands()
                        .replace("localhost:1337", "localhost:" + port)
                        .replaceAll("(?m)^mvn .*\\n", "")
                        .replaceAll("(?m)^(.* logs .*-f)$", "timeout -s TERM 4 $1 || true");
        Process process =
                new ProcessBuilder("bash", "-ec", commands)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        boolean fails = step.shown().contains("rialto: not deployed");
        assertThat(process.waitFor()).as("%s%n%s", commands, said).isEqualTo(fails ? 1 : 0);
        assertThat(said).as(commands).doesNotContain("\"error\"", "unauthorized");
        assertThat(keys(said)).as("%s%n%s", commands, said).containsAll(keys(step.shown()));
        if (fails) {
            assertThat(said).contains("cannot find symbol", "rialto: not deployed: 1 problem");
        }
    }

    private static Set<String> keys(String text) {
        return KEY.matcher(text).results().map(each -> each.group(1)).collect(Collectors.toSet());
    }

    /// The blocks of shell commands, but the first one: it has the command that runs this test.
    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(README));
        while (block.find()) {
            if (block.group(1).equals("sh")) {
                steps.add(new Step(block.group(2), ""));
            } else if (!steps.isEmpty() && !block.group(1).equals("js")) {
                Step last = steps.removeLast();
                steps.add(new Step(last.commands(), last.shown() + block.group(2)));
            }
        }
        assertThat(steps.removeFirst().commands()).contains("./rialto test");
        return steps;
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
