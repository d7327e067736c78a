package dev.rialto.compiler;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Files of made-up projects and archives.
final class Sources {
    static final String GREETER =
            """
            package com.acme;

            import dev.rialto.sdk.*;

            @Function
            public class Greeter {
                public record Name(String name) {}
                public record Greeting(String text) {}

                /// Greets.
                @Interface
                public Greeting greet(Name who) {
                    return new Greeting("Hello " + who.name());
                }
            }
            """;

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    static Sources described() {
        return new Sources()
                .with(
                        "src/main/resources/micro-app.json",
                        "{\"name\": \"greetings\", \"domain\": \"app\", \"group\": \"main\"}");
    }

    static Sources greeter() {
        return described().with("src/main/java/com/acme/Greeter.java", GREETER);
    }

    Sources with(String path, String text) {
        return with(path, text.getBytes(StandardCharsets.UTF_8));
    }

    Sources with(String path, byte[] bytes) {
        files.put(path, bytes);
        return this;
    }

    Sources with(Map<String, byte[]> more) {
        files.putAll(more);
        return this;
    }

    Sources without(String folder) {
        files.keySet().removeIf(each -> each.startsWith(folder));
        return this;
    }

    Project project() {
        return new Project(files);
    }

    byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (var each : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
