package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The project that a micro app begins with.
///
/// @param packageName of its classes
record ProjectTemplate(String name, String domain, String group, String packageName) {
    /// Names that the first function's class can't have, as it uses what is called so.
    private static final Set<String> TAKEN =
            Set.of(
                    "Greeting",
                    "Object",
                    "Override",
                    "Person",
                    "Record",
                    "String",
                    "Test",
                    "Visits");

    /// Writes the project into a folder that must not exist.
    void write(Path folder) throws IOException {
        if (Files.exists(folder)) {
            throw new SetupException(folder + " exists: choose another name, or remove it");
        }
        if (folder.getParent() != null) {
            Files.createDirectories(folder.getParent());
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException late) {
            throw new SetupException(folder + " exists: choose another name, or remove it", late);
        }
        SdkRepository sdk = SdkRepository.own();
        sdk.write(folder.resolve(".rialto/repository"));
        recordCommand(folder.resolve(".rialto/command"));
        String path = packageName.replace('.', '/');
        String className = className();
        Map<String, String> words =
                Map.of(
                        "name", name,
                        "domain", domain,
                        "group", group,
                        "package", packageName,
                        "path", path,
                        "class", className,
                        "function", className.toLowerCase(Locale.ROOT),
                        "sdk", sdk.version());
        Map<String, String> files =
                Map.of(
                        "pom.xml", "pom.xml",
                        "Function.java.txt", "src/main/java/" + path + "/" + className + ".java",
                        "FunctionTest.java.txt",
                                "src/test/java/" + path + "/" + className + "Test.java",
                        "micro-app.json", "src/main/resources/micro-app.json",
                        "README.md.txt", "README.md",
                        "gitignore.txt", ".gitignore");
        for (Map.Entry<String, String> each : files.entrySet()) {
            Path target = folder.resolve(each.getValue());
            Files.createDirectories(target.getParent());
            Files.writeString(target, filled(each.getKey(), words));
        }
    }

    /// Tells tests which command to start a server with: see [dev.rialto.sdk.testing.LocalServer].
    private static void recordCommand(Path file) throws IOException {
        String command = System.getProperty("rialto.command", "");
        if (!command.isEmpty()) {
            Files.writeString(file, command + System.lineSeparator());
        }
    }

    /// `OrderDesk` for `order-desk`.
    private String className() {
        var joined = new StringBuilder();
        for (String word : name.split("-", -1)) {
            if (!word.isEmpty()) {
                joined.append(word.substring(0, 1).toUpperCase(Locale.ROOT))
                        .append(word.substring(1));
            }
        }
        String chosen = joined.toString();
        return TAKEN.contains(chosen) || isOfSdk(chosen) ? chosen + "App" : chosen;
    }

    private static boolean isOfSdk(String className) {
        return SdkRepository.class.getResource("/dev/rialto/sdk/" + className + ".class") != null;
    }

    private static String filled(String resource, Map<String, String> words) throws IOException {
        String text;
        try (InputStream in = ProjectTemplate.class.getResourceAsStream("project/" + resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (Map.Entry<String, String> each : words.entrySet()) {
            text = text.replace("{{" + each.getKey() + "}}", each.getValue());
        }
        return text;
    }
}
