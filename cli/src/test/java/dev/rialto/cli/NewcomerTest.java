package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewcomerTest {
    private static final String GREETER =
            """
            package com.example;

            import dev.rialto.sdk.*;

            @Function
            public class Greeter {
                public record Name(String name) {}

                @CloudFunction("greet")
                public String greet(Name name, Context context) {
                    context.log().info("greeting " + name.name());
                    return "Hello " + name.name();
                }
            }
            """;

    @TempDir private Path home;

    @Test
    void deploysAndCallsAFunctionWithoutAKey() throws Exception {
        writeProject(GREETER.replace("\"Hello \" +", "1 + 2 -"));
        try (var serving =
                RunningCommand.start("serve", "--port", "0", "--data", data().toString())) {
            String server = serving.readyAddress();

            var broken = on(server, "deploy", project());
            writeProject(GREETER);
            var deployed = on(server, "deploy", project());
            var called = on(server, "call", "greet", "{\"name\": \"Ada\"}");
            var shown = on(server, "functions");

            assertThat(broken.exitCode()).isEqualTo(1);
            assertThat(broken.said())
                    .startsWith("created a master key for the app app and stored it in " + data())
                    .contains(project() + "/src/main/java/com/example/Greeter.java:")
                    .contains("return 1 + 2 - name.name();")
                    .contains("rialto: not deployed: ");
            assertThat(deployed.said())
                    .startsWith("greeter revision 1 is live, in ")
                    .contains("demo-greeter-greeter-greet  POST /v1/functions/greet");
            assertThat(called.said()).isEqualTo("\"Hello Ada\"");
            assertThat(shown.said()).containsPattern("demo-greeter-greeter-greet +[0-9.]+ +1 +0 ");
            makesAnotherKeyWhenItsOwnIsTakenAway(server);
        }
    }

    private void makesAnotherKeyWhenItsOwnIsTakenAway(String server) throws Exception {
        Path file = data().resolve(LocalKeys.FILE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        List<String> before = Files.readAllLines(file);
        var keys = RunningCommand.finish("app", "keys", "app", "--data", data().toString());
        String own =
                keys.said()
                        .lines()
                        .filter(each -> each.startsWith("master\t"))
                        .reduce((_, last) -> last)
                        .orElseThrow()
                        .split("\t", -1)[1];
        RunningCommand.finish(
                "app", "keys", "app", "--remove", "master=" + own, "--data", data().toString());

        var listed = on(server, "micro-app", "list");

        assertThat(listed.said()).contains("greeter");
        assertThat(Files.readAllLines(file)).doesNotContain(before.getLast());
    }

    private RunningCommand on(String server, String... arguments) throws Exception {
        var all = new String[arguments.length + 4];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        String[] more = {"--server", server, "--data", data().toString()};
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return RunningCommand.finish(all);
    }

    private Path data() {
        return home.resolve("data");
    }

    private String project() {
        return home.resolve("greeter").toString();
    }

    private void writeProject(String source) throws IOException {
        Path folder = home.resolve("greeter/src/main/java/com/example");
        Files.createDirectories(folder);
        Files.createDirectories(home.resolve("greeter/src/main/resources"));
        Files.writeString(folder.resolve("Greeter.java"), source);
        Files.writeString(
                home.resolve("greeter/src/main/resources/micro-app.json"),
                "{\"name\": \"greeter\", \"domain\": \"demo\", \"group\": \"greeter\"}");
        Files.writeString(
                home.resolve("greeter/pom.xml"),
                """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>greeter</artifactId>
                  <version>1</version>
                  <dependencies>
                    <dependency>
                      <groupId>dev.rialto</groupId>
                      <artifactId>rialto-sdk</artifactId>
                      <version>0.1.0</version>
                    </dependency>
                  </dependencies>
                </project>
                """);
    }
}
