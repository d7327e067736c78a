package dev.rialto.compiler;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// A Maven repository in a folder.
final class TestRepository {
    private final Path folder;

    TestRepository(Path folder) {
        this.folder = folder;
    }

    URI address() {
        return folder.toUri();
    }

    /// Puts a library in whose only source this is.
    ///
    /// @param name `group:artifact:version`
    /// @param dependencies the same, of those that it brings
    TestRepository with(String name, Sources files, String... dependencies) throws Exception {
        String[] parts = name.split(":", -1);
        Path place = folder.resolve(parts[0].replace('.', '/')).resolve(parts[1]).resolve(parts[2]);
        Files.createDirectories(place);
        StringBuilder needed = new StringBuilder();
        for (String each : dependencies) {
            needed.append(dependency(each));
        }
        write(
                place.resolve(parts[1] + "-" + parts[2] + ".pom"),
                ("<project><modelVersion>4.0.0</modelVersion><groupId>%s</groupId>"
                                + "<artifactId>%s</artifactId><version>%s</version>"
                                + "<dependencies>%s</dependencies></project>")
                        .formatted(parts[0], parts[1], parts[2], needed)
                        .getBytes(StandardCharsets.UTF_8));
        write(jar(name), files.zip());
        return this;
    }

    Path jar(String name) {
        String[] parts = name.split(":", -1);
        return folder.resolve(parts[0].replace('.', '/'))
                .resolve(parts[1])
                .resolve(parts[2])
                .resolve(parts[1] + "-" + parts[2] + ".jar");
    }

    static String dependency(String name) {
        String[] parts = name.split(":", -1);
        return "<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>%n"
                .formatted(parts[0], parts[1], parts[2]);
    }

    /// What the JDK's compiler makes of a source, whatever our own would say to it.
    static Sources compiled(String name, String source) throws IOException {
        Path place = Files.createTempDirectory("library");
        Path file = place.resolve(name);
        Files.writeString(file, source);
        int exit =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-d",
                                place.toString(),
                                file.toString());
        if (exit != 0) {
            throw new IllegalArgumentException(name + " does not compile");
        }
        Files.delete(file);
        Sources files = new Sources();
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                files.with(place.relativize(each).toString(), Files.readAllBytes(each));
            }
        }
        return files;
    }

    private static void write(Path file, byte[] bytes)
            throws IOException, NoSuchAlgorithmException {
        Files.write(file, bytes);
        Files.writeString(
                Path.of(file + ".sha1"),
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes)));
    }
}
