package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.sdk.testing.LocalServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server that developers of micro apps test with.
class LocalServerTest {
    private static final String PROPERTY = "rialto.command";

    @TempDir private Path folder;

    @BeforeEach
    void useThisBuild() throws IOException {
        Path command = folder.resolve("rialto");
        Files.writeString(
                command,
                """
                #!/bin/sh
                exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \
                -cp '%s' dev.rialto.cli.RialtoCommand "$@"
                """
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        System.setProperty(PROPERTY, command.toString());
    }

    @AfterEach
    void forgetThisBuild() {
        System.clearProperty(PROPERTY);
    }

    @Test
    void runsTriggersAndPermissionsAsAServerDoes() throws IOException {
        Path project = project("saving.object().with(\"checked\", true)");
        try (LocalServer server = LocalServer.start().deploy(project)) {
            var saved = server.post("/classes/Order", "{\"n\": 1}");
            assertThat(saved.status()).as(saved.body()).isEqualTo(201);
            assertThat(server.get("/classes/Order").body()).contains("\"checked\":true");
            assertThat(server.get("/schemas").status()).isEqualTo(403);
            assertThat(server.asMaster().get("/schemas").status()).isEqualTo(200);
            var user = server.post("/users", "{\"username\": \"ada\", \"password\": \"lovelace\"}");
            String token = user.body().replaceAll(".*\"sessionToken\":\"([^\"]+)\".*", "$1");
            assertThat(server.as(token).get("/users/me").body()).contains("\"ada\"");
            assertThatThrownBy(() -> server.deploy(project("saving.nothing()")))
                    .hasMessageContaining("cannot find symbol");
        }
    }

    @Test
    void saysWhatTheServerSaidWhenItDoesNotStart() throws IOException {
        Files.writeString(folder.resolve("rialto"), "#!/bin/sh\necho no such luck\nexit 3\n");

        assertThatThrownBy(LocalServer::start).hasMessageContaining("no such luck");
    }

    private Path project(String returned) throws IOException {
        Path project = folder.resolve("orders");
        for (String each : List.of("src/main/java/com/example", "src/main/resources")) {
            Files.createDirectories(project.resolve(each));
        }
        Files.writeString(
                project.resolve("src/main/java/com/example/Orders.java"),
                """
                package com.example;

                import dev.rialto.sdk.*;

                @Function
                public class Orders {
                    @Trigger(value = Moment.BEFORE_SAVE, of = "Order")
                    public Entity check(Saving saving) {
                        return %s;
                    }
                }
                """
                        .formatted(returned));
        Files.writeString(
                project.resolve("src/main/resources/micro-app.json"),
                "{\"name\": \"orders\", \"domain\": \"demo\", \"group\": \"orders\"}");
        Files.writeString(
                project.resolve("pom.xml"),
                """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>orders</artifactId>
                  <version>1</version>
                  <dependencies>
                    <dependency>
                      <groupId>dev.rialto</groupId><artifactId>rialto-sdk</artifactId><version>0.1.0</version>
                    </dependency>
                  </dependencies>
                </project>
                """);
        return project;
    }
}
