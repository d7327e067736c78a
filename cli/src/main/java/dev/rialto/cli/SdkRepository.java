package dev.rialto.cli;

import dev.rialto.sdk.Context;
import dev.rialto.server.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The SDK in the layout of a Maven repository, so that a project needs no other.
///
/// @param version ends with a digest of the jar: Maven keeps what it has once fetched for ever, so
///   no two jars may have the same
/// @param others what editors show beside the jar, by classifier: `sources`, `javadoc`
record SdkRepository(String version, byte[] jar, Map<String, Path> others) {
    private static final int DIGITS = 12;

    /// That of the SDK that this program runs with.
    static SdkRepository own() throws IOException {
        Path place = place();
        byte[] jar = jar(place);
        String version = Version.current() + "-" + digest("SHA-256", jar).substring(0, DIGITS);
        return new SdkRepository(version, jar, others(place));
    }

    /// The build puts them beside its folder of jars.
    private static Map<String, Path> others(Path place) {
        Map<String, Path> found = new HashMap<>();
        for (String classifier : List.of("sources", "javadoc")) {
            Path file = place.resolveSibling("../sdk/" + classifier + ".jar").normalize();
            if (Files.isRegularFile(file)) {
                found.put(classifier, file);
            }
        }
        return found;
    }

    /// Writes jar, pom and digests.
    void write(Path repository) throws IOException {
        Path folder = repository.resolve("dev/rialto/rialto-sdk").resolve(version);
        Files.createDirectories(folder);
        write(folder.resolve("rialto-sdk-" + version + ".jar"), jar);
        write(folder.resolve("rialto-sdk-" + version + ".pom"), pom());
        for (Map.Entry<String, Path> each : others.entrySet()) {
            write(
                    folder.resolve("rialto-sdk-" + version + "-" + each.getKey() + ".jar"),
                    Files.readAllBytes(each.getValue()));
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        Files.writeString(
                file.resolveSibling(file.getFileName() + ".sha1"), digest("SHA-1", content));
    }

    private byte[] pom() {
        return """
        <?xml version="1.0" encoding="UTF-8"?>
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>dev.rialto</groupId>
          <artifactId>rialto-sdk</artifactId>
          <version>%s</version>
        </project>
        """
                .formatted(version)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Path place() {
        try {
            return Path.of(
                    Context.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /// @param place a jar, or a folder of classes when the program runs from a build
    private static byte[] jar(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return Files.readAllBytes(place);
        }
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes);
                Stream<Path> inside = Files.walk(place)) {
            List<Path> files = inside.filter(Files::isRegularFile).sorted().toList();
            for (Path each : files) {
                var entry = new ZipEntry(place.relativize(each).toString().replace('\\', '/'));
                // The same classes are to make the same jar.
                entry.setTimeLocal(LocalDateTime.of(2000, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                Files.copy(each, zip);
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String digest(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
