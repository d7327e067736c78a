package dev.rialto.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A server in a process of its own, which ends as by `kill -9`.
final class KilledNode implements AutoCloseable {
    private final Process process;
    private final int port;

    private KilledNode(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static KilledNode start(Map<String, String> settings) throws IOException {
        return start(settings, System.getProperty("java.class.path"));
    }

    /// @param classPath of the program
    static KilledNode start(Map<String, String> settings, String classPath) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                KilledNode.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (Writer to =
                new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
            for (Map.Entry<String, String> each : settings.entrySet()) {
                to.write(each.getKey() + "=" + each.getValue() + "\n");
            }
        }
        var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var said = new StringBuilder();
        String line = lines.readLine();
        while (line != null && !line.startsWith("port ")) {
            said.append('\n').append(line);
            line = lines.readLine();
        }
        if (line == null) {
            process.destroyForcibly();
            throw new IOException("the server in a process of its own did not start:" + said);
        }
        return new KilledNode(process, Integer.parseInt(line.substring("port ".length())));
    }

    int port() {
        return port;
    }

    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }

    /// The process: reads settings from its standard input and tells its port.
    public static void main(String[] arguments) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int equals = line.indexOf('=');
            settings.put(line.substring(0, equals), line.substring(equals + 1));
        }
        try (RialtoServer server = TestServer.start(settings, List.of())) {
            System.out.println("port " + server.port());
            System.out.flush();
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            System.out.println(failure.getMessage());
            System.out.flush();
            throw new UncheckedIOException(new IOException(failure));
        }
    }
}
