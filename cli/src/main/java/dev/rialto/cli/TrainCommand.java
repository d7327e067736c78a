package dev.rialto.cli;

import dev.rialto.kernel.Folders;
import dev.rialto.kernel.Settings;
import dev.rialto.server.RialtoServer;
import dev.rialto.server.ServerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Runs a server for some seconds and sends it the usual requests, so that the JDK can note which
/// classes a start needs and how methods are used (its AOT cache). Also unpacks PostgreSQL.
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
    private static final String APP = "training";
    private static final int ROUNDS = 20;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("rialto-training-");
        Map<String, String> flags =
                Map.of(
                        "data",
                        folder.resolve("data").toString(),
                        "http.port",
                        "0",
                        "app.id",
                        APP,
                        "app.master-key",
                        APP,
                        "metrics.listen",
                        "127.0.0.1:0");
        ServerSettings settings = ServerSettings.read(new Settings(Map.of(), Map.of(), flags));
        try (RialtoServer server = RialtoServer.start(settings)) {
            String root = "http://127.0.0.1:" + server.port() + "/v1";
            for (int round = 0; round < ROUNDS; round++) {
                request("GET", root + "/health", "");
                request("POST", root + "/classes/Training", "{\"n\":" + round + ",\"s\":\"x\"}");
                request("GET", root + "/classes/Training?limit=5&order=-n", "");
                request("GET", root + "/schemas", "");
                request("GET", root + "/serverInfo", "");
            }
            new TrainingLoad(server.port(), APP).run();
            int metrics = server.metricsPort().orElseThrow();
            request("GET", "http://127.0.0.1:" + metrics + "/metrics", "");
            // What a developer waits for after the server itself.
            for (String command : List.of("functions", "deploy --help")) {
                RialtoCommand.run(
                        (command + " --server " + root + " --app " + APP + " --master-key " + APP)
                                .split(" ", -1));
            }
        } finally {
            Folders.delete(folder);
        }
        return 0;
    }

    private static void request(String method, String url, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("X-Parse-Application-Id", APP);
        connection.setRequestProperty("X-Parse-Master-Key", APP);
        connection.setRequestProperty("Content-Type", "application/json");
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (InputStream answer =
                connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
                        ? connection.getInputStream()
                        : connection.getErrorStream()) {
            if (answer != null) {
                answer.readAllBytes();
            }
        }
    }
}
