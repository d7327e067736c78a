package dev.rialto.store;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs `initdb` and `pg_ctl`. PostgreSQL refuses to run as root, so for root they run in their own
/// user namespace, where the same user has no special rights.
final class PostgreSqlPrograms {
    private static final Pattern MAJOR = Pattern.compile("\\(PostgreSQL\\) (\\d{1,4})");

    private final Path binaries;
    private final List<String> prefix;

    private PostgreSqlPrograms(Path binaries, List<String> prefix) {
        this.binaries = binaries;
        this.prefix = prefix;
    }

    /// Those that this program brings.
    static PostgreSqlPrograms find() {
        return of(PostgreSqlBinaries.find());
    }

    /// Those in a folder that contains `bin/postgres`.
    static PostgreSqlPrograms of(Path binaries) {
        boolean root = "root".equals(System.getProperty("user.name"));
        var programs =
                new PostgreSqlPrograms(binaries, root ? List.of("unshare", "-U") : List.of());
        if (root) {
            programs.requireNamespaces();
        }
        return programs;
    }

    /// The major version, such as 18.
    int majorVersion() throws IOException {
        String said = run("postgres", List.of("--version"), "");
        Matcher version = MAJOR.matcher(said);
        if (!version.find()) {
            throw new IOException(binaries + " has an unknown PostgreSQL: " + said);
        }
        return Integer.parseInt(version.group(1));
    }

    /// Makes sure that what was written to a cluster is on the disk.
    void sync(Path cluster) throws IOException {
        run("initdb", List.of("--sync-only", "-D", cluster.toString()));
    }

    /// Creates an empty cluster that requires a password from everybody.
    ///
    /// Strings are compared by code point, regardless of the machine and the C library.
    ///
    /// @param owner name of the superuser
    /// @param durable whether writes wait for the disk
    void initialize(Path cluster, String owner, Path passwordFile, boolean durable)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("-D", cluster.toString(), "-U", owner));
        arguments.addAll(List.of("-A", "scram-sha-256", "--pwfile", passwordFile.toString()));
        arguments.addAll(List.of("-E", "UTF8", "--locale=C", "--locale-provider=builtin"));
        arguments.addAll(List.of("--builtin-locale=C.UTF-8", "--data-checksums"));
        // The password is 256 random bits: stretching it would only slow each connection down.
        arguments.addAll(List.of("-c", "scram_iterations=64"));
        if (!durable) {
            arguments.add("--no-sync");
        }
        run("initdb", arguments);
    }

    /// Starts the server in its own session, unaffected by Ctrl-C in the terminal, and returns
    /// immediately.
    ///
    /// @param limit how long the starter waits for the server
    /// @param options for this start alone, such as `-p 5433`; a shell reads them
    /// @return the starter; it fails when the server can't start
    Process start(Path cluster, Path log, Duration limit, String options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("start", "-w", "-t"));
        arguments.add(String.valueOf(limit.toSeconds()));
        arguments.addAll(List.of("-D", cluster.toString(), "-l", log.toString()));
        if (!options.isEmpty()) {
            arguments.addAll(List.of("-o", options));
        }
        return builder("pg_ctl", arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Stops the server: open transactions roll back, then a checkpoint is written.
    void stop(Path cluster, Duration limit) throws IOException {
        run(
                "pg_ctl",
                List.of(
                        "stop",
                        "-m",
                        "fast",
                        "-w",
                        "-t",
                        String.valueOf(limit.toSeconds()),
                        "-D",
                        cluster.toString()));
    }

    /// Runs one statement on a cluster whose server does not run. The statement is not visible to
    /// other users of the machine.
    void runAlone(Path cluster, String statement) throws IOException {
        run("postgres", List.of("--single", "-D", cluster.toString(), "postgres"), statement);
    }

    private void requireNamespaces() {
        try {
            var probe = new ProcessBuilder(List.of("unshare", "-U", "true"));
            if (finish(discarding(probe).start()) == 0) {
                return;
            }
        } catch (IOException noProgram) {
            throw noNamespaces(noProgram);
        }
        throw noNamespaces(new IOException("unshare -U failed"));
    }

    private static SetupException noNamespaces(IOException cause) {
        return new SetupException(
                "PostgreSQL doesn't run as root, and this machine has no user namespaces"
                        + " (unshare -U) to drop root's privileges: start Rialto as another"
                        + " user, or use --database-url",
                cause);
    }

    private void run(String program, List<String> arguments) throws IOException {
        run(program, arguments, "");
    }

    private String run(String program, List<String> arguments, String input) throws IOException {
        Process process = builder(program, arguments).redirectErrorStream(true).start();
        try (var stream = process.getOutputStream()) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (finish(process) != 0) {
            throw new IOException(
                    program + ": " + said.lines().reduce((_, last) -> last).orElse(""));
        }
        return said;
    }

    private static int finish(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }

    private static ProcessBuilder discarding(ProcessBuilder builder) {
        return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    private ProcessBuilder builder(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }
}
