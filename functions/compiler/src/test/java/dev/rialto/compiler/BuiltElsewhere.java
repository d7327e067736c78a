package dev.rialto.compiler;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// Java that somebody compiled against all of the server, which its own compiler does not show.
final class BuiltElsewhere {
    private static final String RESOURCES = "src/main/resources/";

    private BuiltElsewhere() {}

    static byte[] jar(Sources sources) {
        try {
            Path folder = Files.createTempDirectory(Path.of("target"), "built-elsewhere");
            Sources jar = new Sources();
            List<String> options =
                    new ArrayList<>(
                            List.of(
                                    "-proc:none",
                                    "-nowarn",
                                    "-parameters",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    "-d",
                                    folder.toString()));
            for (Map.Entry<String, byte[]> each : sources.project().files().entrySet()) {
                if (each.getKey().endsWith(".java")) {
                    Path file = folder.resolve(Path.of(each.getKey()).getFileName());
                    Files.write(file, each.getValue());
                    options.add(file.toString());
                } else {
                    jar.with(each.getKey().replace(RESOURCES, ""), each.getValue());
                }
            }
            compile(options);
            try (Stream<Path> classes = Files.walk(folder)) {
                for (Path each :
                        classes.filter(file -> file.toString().endsWith(".class")).toList()) {
                    jar.with(
                            folder.relativize(each).toString().replace('\\', '/'),
                            Files.readAllBytes(each));
                }
            }
            return jar.zip();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void compile(List<String> options) {
        var told = new ByteArrayOutputStream();
        int result =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, told, told, options.toArray(String[]::new));
        if (result != 0) {
            throw new AssertionError(told.toString(StandardCharsets.UTF_8));
        }
    }
}
