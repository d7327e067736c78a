package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script that starts Java, from sources and from a release.
class LaunchScriptTest {
    private static final String LAUNCH = "launch \"$folder\" \"$folder/java\" me 1 \"$@\"";

    @TempDir private Path folder;

    @Test
    void letsJavaSizeItsHeapWithoutTheSetting() throws Exception {
        assertThat(options(Map.of(), "serve")).noneMatch(each -> each.startsWith("-Xmx"));
    }

    @Test
    void sizesTheHeapByTheSettingWhereverItIsMade() throws Exception {
        String file = settings("# memory = 9GB\nhttp.port = 1\n  memory = 300MB  \n");
        Map<String, String> environment = Map.of("RIALTO_CONFIG", file);

        assertThat(heap(environment, "serve")).isEqualTo("-Xmx300M");
        assertThat(heap(Map.of(), "serve", "--config", file)).isEqualTo("-Xmx300M");
        assertThat(heap(Map.of(), "serve", "--config=" + file)).isEqualTo("-Xmx300M");
        Map<String, String> both = Map.of("RIALTO_CONFIG", file, "RIALTO_MEMORY", "2 GB");
        assertThat(heap(both, "serve")).isEqualTo("-Xmx2G");
        assertThat(heap(both, "serve", "--set", "memory=512mb")).isEqualTo("-Xmx512M");
        assertThat(heap(both, "serve", "--set=memory=134217728", "--port", "0"))
                .isEqualTo("-Xmx134217728");
        assertThat(heap(Map.of("RIALTO_CONFIG", settings("memory: 1GB")), "serve"))
                .isEqualTo("-Xmx1G");
    }

    @Test
    void leavesInvalidSizesToTheServerToReport() throws Exception {
        for (String wrong : List.of("lots", "1TB", "-1", "1GB; true", "$(true)", "")) {
            assertThat(options(Map.of("RIALTO_MEMORY", wrong), "serve"))
                    .noneMatch(each -> each.startsWith("-Xmx"));
        }
    }

    @Test
    void passesArgumentsAndPathsWithBlanksUnchanged() throws Exception {
        List<String> options = options(Map.of("LC_ALL", "C.UTF-8"), "call", "a b", "*", "");

        assertThat(options)
                .endsWith("dev.rialto.cli.RialtoCommand", "call", "a b", "*", "")
                .contains("-Drialto.command=me", "-Drialto.started=1", "-Drialto.name=./rialto");
        String jars = options.get(options.indexOf("-cp") + 1);
        assertThat(jars.split(":", -1))
                .extracting(each -> Path.of(each).getFileName().toString())
                .containsExactly("B.jar", "a.jar", "c d.jar");
    }

    @Test
    void usesWhatAReleaseHasBesideItsJars() throws Exception {
        assertThat(options(Map.of(), "serve"))
                .noneMatch(each -> each.startsWith("-XX:AOTCache"))
                .noneMatch(each -> each.startsWith("-Drialto.postgresql"));
        Files.createFile(folder().resolve("rialto.aot"));
        Files.createDirectory(folder().resolve("runtime"));
        Files.writeString(folder().resolve("commit"), "1b7c9e0f2a4d");

        assertThat(options(Map.of(), "serve"))
                .contains(
                        "-XX:AOTCache=" + folder().resolve("rialto.aot"),
                        "-Drialto.postgresql=" + folder().resolve("postgresql"),
                        "-Drialto.commit=1b7c9e0f2a4d",
                        "-Drialto.name=bin/rialto",
                        // Wherever it lies, its jars have the paths that the cache was made with.
                        "/proc/self/fd/9/lib/B.jar:/proc/self/fd/9/lib/a.jar:"
                                + "/proc/self/fd/9/lib/c d.jar");
    }

    private String heap(Map<String, String> environment, String... arguments) throws Exception {
        return options(environment, arguments).stream()
                .filter(each -> each.startsWith("-Xmx"))
                .findFirst()
                .orElse("");
    }

    /// What the script starts Java with.
    private List<String> options(Map<String, String> environment, String... arguments)
            throws Exception {
        Path script = Path.of("../dist/launch.sh").toAbsolutePath().normalize();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-c",
                                "set -euo pipefail; source \"$1\"; folder=$2; shift 2; " + LAUNCH,
                                "bash",
                                script.toString(),
                                folder().toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("RIALTO_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return List.of(said.substring(0, said.length() - 1).split("\n", -1));
    }

    /// A folder with jars, and a program in place of Java that prints its arguments.
    private Path folder() throws IOException {
        Path program = folder.resolve("a program");
        if (Files.notExists(program)) {
            Path lib = Files.createDirectories(program.resolve("lib"));
            for (String jar : List.of("a.jar", "B.jar", "c d.jar")) {
                Files.createFile(lib.resolve(jar));
            }
            Path java = program.resolve("java");
            Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
            assertThat(java.toFile().setExecutable(true)).isTrue();
        }
        return program;
    }

    private String settings(String content) throws IOException {
        return Files.writeString(folder.resolve("rialto.conf"), content).toString();
    }
}
