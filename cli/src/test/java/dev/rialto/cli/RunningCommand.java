package dev.rialto.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The `rialto` command in a JVM of its own, as a terminal would run it. What it says on both
/// outputs is kept.
final class RunningCommand implements AutoCloseable {
    private static final int SIGINT = 2;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedReader output;
    private final List<String> said = new ArrayList<>();

    private RunningCommand(Process process) {
        this.process = process;
        this.output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static RunningCommand start(String... arguments) throws IOException {
        return start(List.of(), Path.of("").toAbsolutePath(), arguments);
    }

    /// Runs a command as a script in the background does: SIGINT is ignored.
    static RunningCommand startInBackground(String... arguments) throws IOException {
        return start(
                List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"),
                Path.of("").toAbsolutePath(),
                arguments);
    }

    /// Runs a command in a folder.
    static RunningCommand startIn(Path folder, String... arguments) throws IOException {
        return start(List.of(), folder, arguments);
    }

    private static RunningCommand start(List<String> before, Path folder, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(RialtoCommand.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder process =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        process.environment().put("RIALTO_FUNCTIONS_WARM", "false");
        return new RunningCommand(process.start());
    }

    /// Runs a command to its end.
    static RunningCommand finish(String... arguments) throws Exception {
        var running = start(arguments);
        running.exitCode();
        return running;
    }

    /// Waits for the line that says `ready` and returns the server's address.
    String readyAddress() throws IOException {
        return await("ready ").split(" ", -1)[1];
    }

    /// Waits for a line that begins so, and returns it.
    String await(String beginning) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new IllegalStateException("did not say " + beginning + ": " + said);
    }

    long pid() {
        return process.pid();
    }

    /// Ctrl-C, or SIGTERM to a process that ignores it: scripts in the background start their
    /// commands so, and a JVM keeps to it.
    void interrupt() throws Exception {
        String signal = ignoresInterrupts(process.pid()) ? "-TERM" : "-INT";
        signal(signal);
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
    }

    /// SIGTERM.
    void terminate() throws Exception {
        signal("-TERM");
    }

    /// Whether a process ignores SIGINT, where the system tells that.
    private static boolean ignoresInterrupts(long pid) throws IOException {
        Path status = Path.of("/proc", String.valueOf(pid), "status");
        if (Files.notExists(status)) {
            return false;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(ignored -> (ignored >> (SIGINT - 1) & 1) == 1);
        }
    }

    /// kill -9.
    void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    int exitCode() throws Exception {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running: " + said);
        }
        output.lines().forEach(said::add);
        return process.exitValue();
    }

    /// All lines so far.
    String said() {
        return String.join("\n", said);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
}
