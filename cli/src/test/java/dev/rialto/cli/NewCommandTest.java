package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.sdk.processor.InterfaceProcessor;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewCommandTest {
    @TempDir private Path folder;

    @Test
    void makesAProjectThatExposesItsFunctions() throws IOException {
        assertThat(make("greeter", "--domain", "shop", "--group", "desk")).isZero();

        Path project = folder.resolve("greeter");
        Path classes = compile(project);
        assertThat(classes.resolve("META-INF/rialto/interfaces.json"))
                .content()
                .contains("com.example.greeter.Greeter#greet", "com.example.greeter.Greeter#visit");
        assertThat(
                        Json.read(
                                        Files.readAllBytes(
                                                project.resolve(
                                                        "src/main/resources/micro-app.json")))
                                .path("domain")
                                .stringValue())
                .isEqualTo("shop");
        assertThat(project.resolve("README.md")).content().contains("shop-desk-greeter-visit");
    }

    @Test
    void leavesNoPlaceholders() throws IOException {
        make("order-desk");
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(
                            all.filter(Files::isRegularFile)
                                    .filter(each -> !each.toString().endsWith(".jar")))
                    .hasSizeGreaterThan(6)
                    .allSatisfy(each -> assertThat(each).content().doesNotContain("{{"));
        }
    }

    @Test
    void bringsTheSdkAlong() throws IOException {
        make("greeter");
        Path versions = folder.resolve("greeter/.rialto/repository/dev/rialto/rialto-sdk");
        try (Stream<Path> all = Files.list(versions)) {
            Path version = all.toList().getFirst();
            String name = "rialto-sdk-" + version.getFileName();
            assertThat(folder.resolve("greeter/pom.xml"))
                    .content()
                    .contains("<rialto.version>" + version.getFileName() + "</rialto.version>");
            assertThat(version.resolve(name + ".pom")).exists();
            try (var loader =
                    new URLClassLoader(
                            new URL[] {version.resolve(name + ".jar").toUri().toURL()}, null)) {
                assertThat(loader.getResource("dev/rialto/sdk/Context.class")).isNotNull();
                assertThat(
                                loader.getResource(
                                        "META-INF/services/javax.annotation.processing.Processor"))
                        .isNotNull();
            }
        }
    }

    @Test
    void makesTheSameSdkOfTheSameClasses() throws IOException {
        assertThat(SdkRepository.own().version()).isEqualTo(SdkRepository.own().version());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"function", "string", "person", "context", "test", "order-desk", "a--b-"})
    void makesAClassThatCompilesOfAnyName(String name) throws IOException {
        assertThat(make(name)).isZero();
        compile(folder.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({
        "Greeter",
        "1st",
        "../other",
        "a_b",
        "new",
        "greeter --domain a-b",
        "greeter --group B",
        "greeter --package com.Acme",
        "greeter --package com.class.a"
    })
    void refusesBadNames(String arguments) throws IOException {
        assertThat(make(arguments.split(" ", -1))).isOne();
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).isEmpty();
        }
    }

    @Test
    void refusesAFolderThatExists() throws IOException {
        Path file = Files.createDirectory(folder.resolve("greeter")).resolve("precious");
        Files.writeString(file, "x");
        assertThat(make("greeter")).isOne();
        assertThat(folder.resolve("greeter")).isDirectoryNotContaining("glob:**.xml");
        assertThat(file).hasContent("x");
    }

    private int make(String... arguments) {
        return RialtoCommand.run(
                Stream.concat(Stream.of("new", "--in", folder.toString()), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    /// Compiles the function, with the annotation processor.
    private static Path compile(Path project) throws IOException {
        Path classes = Files.createDirectories(project.resolve("target/classes"));
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files =
                        compiler.getStandardFileManager(
                                diagnostics, Locale.ROOT, StandardCharsets.UTF_8);
                Stream<Path> sources = Files.walk(project.resolve("src/main/java"))) {
            var task =
                    compiler.getTask(
                            null,
                            files,
                            diagnostics,
                            List.of("-d", classes.toString()),
                            null,
                            files.getJavaFileObjectsFromPaths(
                                    sources.filter(Files::isRegularFile).toList()));
            task.setProcessors(List.of(new InterfaceProcessor()));
            task.call();
        }
        assertThat(diagnostics.getDiagnostics())
                .filteredOn(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
        return classes;
    }
}
