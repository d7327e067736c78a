package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What becomes of a micro app when the server dies while it is being deployed.
class DeployCrashTest {
    private static final int KILLS = 3;

    @TempDir private Path home;

    @Test
    void servesTheOldOrTheNewRevisionAfterItWasKilledOverADeploy() throws Exception {
        var sent = new AtomicInteger();
        var confirmed = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            try (var server = serve()) {
                String address = server.readyAddress();
                if (kill == 0) {
                    deploy(address, sent.incrementAndGet());
                    confirmed.set(sent.get());
                }
                assertServesOldOrNew(address, confirmed.get(), sent.get());
                Thread deploying = deployAgainAndAgain(address, sent, confirmed);
                // Different moments of a deploy, which takes some hundred milliseconds.
                Thread.sleep(700 + kill * 130L);
                server.kill();
                deploying.join();
            }
        }
        try (var server = serve()) {
            assertServesOldOrNew(server.readyAddress(), confirmed.get(), sent.get());
        }
        assertThat(sent.get()).isGreaterThan(KILLS);
    }

    private static Thread deployAgainAndAgain(
            String address, AtomicInteger sent, AtomicInteger confirmed) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        while (true) {
                            deploy(address, sent.incrementAndGet());
                            confirmed.set(sent.get());
                        }
                    } catch (IOException killed) {
                        // That is what the test is about.
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private static void assertServesOldOrNew(String address, int confirmed, int sent)
            throws IOException, InterruptedException {
        JsonNode answer = send(address, "/functions/version", BodyPublishers.ofString("{}"));
        assertThat(answer.path("result").asInt()).isBetween(confirmed, sent);
    }

    private static void deploy(String address, int version)
            throws IOException, InterruptedException {
        send(address, "/micro-apps", BodyPublishers.ofByteArray(sources(version)));
    }

    private static byte[] sources(int version) throws IOException {
        Map<String, String> files =
                Map.of(
                        "pom.xml",
                        """
                        <project xmlns="http://maven.apache.org/POM/4.0.0">
                          <modelVersion>4.0.0</modelVersion>
                          <groupId>com.example</groupId>
                          <artifactId>versioned</artifactId>
                          <version>1</version>
                        </project>
                        """,
                        "src/main/resources/micro-app.json",
                        """
                        {"name": "versioned", "domain": "demo", "group": "versioned"}
                        """,
                        "src/main/java/com/example/Versioned.java",
                        """
                        package com.example;
                        import dev.rialto.sdk.*;
                        @Function public final class Versioned {
                          @CloudFunction("version") public int version() { return %d; }
                        }
                        """
                                .formatted(version));
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private RunningCommand serve() throws IOException {
        return RunningCommand.start(
                "serve",
                "--port",
                "0",
                "--data",
                home.resolve("data").toString(),
                "--app",
                "app",
                "--master-key",
                "key");
    }

    private static JsonNode send(String address, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(URI.create(address + "/v1" + path))
                                    .header("X-Parse-Application-Id", "app")
                                    .header("X-Parse-Master-Key", "key")
                                    .POST(body)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
            return Json.read(answer.body());
        }
    }
}
