package dev.rialto.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The sources of a small micro app, as they are sent to be deployed.
final class MicroAppSources {
    private static final String POM =
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>com.example</groupId>
              <artifactId>NAME</artifactId>
              <version>1</version>
              <dependencies>
                <dependency>
                  <groupId>dev.rialto</groupId>
                  <artifactId>rialto-sdk</artifactId>
                  <version>0.1.0</version>
                </dependency>
              </dependencies>
            </project>
            """;

    private static final String DESCRIPTOR =
            """
            {"name": "NAME", "domain": "demo", "group": "NAME", "version": "1.0.0"}
            """;

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private MicroAppSources() {}

    static MicroAppSources empty() {
        return new MicroAppSources();
    }

    static MicroAppSources of(String name) {
        return empty().with("pom.xml", POM.replace("NAME", name))
                .with("src/main/resources/micro-app.json", DESCRIPTOR.replace("NAME", name));
    }

    /// All files of a folder that belong to its sources.
    static MicroAppSources read(Path folder) throws IOException {
        var sources = new MicroAppSources();
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path each : inside.filter(Files::isRegularFile).sorted().toList()) {
                String path = folder.relativize(each).toString();
                if (!path.startsWith("target") && !path.startsWith(".")) {
                    sources.files.put(path, Files.readAllBytes(each));
                }
            }
        }
        return sources;
    }

    /// Adds a class of the package `com.example`, which begins with all imports of the SDK.
    ///
    /// @param body the class with its annotations
    MicroAppSources withClass(String className, String body) {
        return with(
                "src/main/java/com/example/" + className + ".java",
                "package com.example; import dev.rialto.sdk.*; import java.util.*;"
                        + " import java.time.*;\n"
                        + body);
    }

    MicroAppSources with(String path, String content) {
        files.put(path, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    byte[] zip() {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
                zip.closeEntry();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
