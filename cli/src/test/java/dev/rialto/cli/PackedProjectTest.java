package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedProjectTest {
    @TempDir private Path folder;

    @Test
    void takesOfAMavenProjectWhatIsCompiled() throws Exception {
        write("pom.xml", "<project/>");
        write("micro-app.json", "{}");
        write("src/main/java/com/acme/Greeter.java", "class Greeter {}");
        write("src/main/resources/words.txt", "hello");
        write("src/test/java/com/acme/GreeterTest.java", "class GreeterTest {}");
        write("target/classes/com/acme/Greeter.class", "bytes");
        write(".git/config", "");
        write("README.md", "");

        assertThat(zip())
                .containsOnlyKeys(
                        "micro-app.json",
                        "pom.xml",
                        "src/main/java/com/acme/Greeter.java",
                        "src/main/resources/words.txt");
        assertThat(zip()).containsEntry("src/main/resources/words.txt", "hello");
    }

    @Test
    void takesOfWebAssemblyTheModulesThatAreNamed() throws Exception {
        write(
                "micro-app.json",
                """
                {"runtime": "wasm", "module": "build/app.wasm",
                 "interfaces": [{"name": "a"}, {"name": "b", "module": "more.wasm"}]}
                """);
        write("build/app.wasm", "code");
        write("more.wasm", "code");
        write("build/old.wasm", "code");
        write("assembly/main.ts", "");

        assertThat(zip()).containsOnlyKeys("build/app.wasm", "micro-app.json", "more.wasm");
    }

    @Test
    void takesOfACommandAllFiles() throws Exception {
        write("micro-app.json", "{\"runtime\": \"isolated\", \"image\": \"http\"}");
        write("node_modules/parse/node.js", "");
        write("main.js", "");
        write("bin/server", "");
        write("static/page.html", "");
        write("node_modules/fast/build/fast.node", "");
        write("__pycache__/old.pyc", "");
        write(".git/config", "");
        Files.createSymbolicLink(folder.resolve("passwords"), Path.of("/etc/passwd"));

        assertThat(zip())
                .containsOnlyKeys(
                        "bin/server",
                        "main.js",
                        "micro-app.json",
                        "node_modules/fast/build/fast.node",
                        "node_modules/parse/node.js",
                        "static/page.html");
    }

    @Test
    void rejectsModulesThatAreNotInTheFolder() throws Exception {
        for (String module : List.of("build/app.wasm", "../app.wasm", "")) {
            write(
                    "micro-app.json",
                    "{\"runtime\": \"wasm\", \"module\": \""
                            + module
                            + "\", \"interfaces\": [{\"name\": \"a\"}]}");
            assertThatThrownBy(this::zip)
                    .isInstanceOf(SetupException.class)
                    .hasMessageContaining("build it first");
        }
    }

    @Test
    void takesOfJavaScriptAllScriptsAndJsonWithPackagesAndNoSecrets() throws Exception {
        write("cloud/main.js", "require('./more')");
        write("cloud/more.mjs", "");
        write("package.json", "{}");
        write(
                "package-lock.json",
                "{\"packages\":{\"node_modules/left-pad\":{},"
                        + "\"node_modules/mocha\":{\"dev\":true}}}");
        write("node_modules/left-pad/README.md", "");
        write("node_modules/left-pad/words.txt", "");
        write("node_modules/.bin/pad", "");
        write("node_modules/mocha/index.js", "");
        write("node_modules/parse/node.js", "");
        write("data/cities.json", "[]");
        write("node_modules/left-pad/index.js", "");
        write("cloud/node_modules/left-pad/index.js", "");
        write(".env", "KEY=secret");
        write(".secret.json", "{}");
        write("public/index.html", "");

        assertThat(zip())
                .containsOnlyKeys(
                        "cloud/main.js",
                        "cloud/more.mjs",
                        "cloud/node_modules/left-pad/index.js",
                        "data/cities.json",
                        "node_modules/left-pad/index.js",
                        "node_modules/left-pad/words.txt",
                        "package.json");
    }

    @Test
    void followsNoLinks() throws Exception {
        write("project/main.js", "");
        write("outside.js", "secret");
        Files.createSymbolicLink(folder.resolve("project/more.js"), folder.resolve("outside.js"));
        Files.createDirectories(folder.resolve("elsewhere"));
        write("elsewhere/inside.js", "secret");
        Files.createSymbolicLink(folder.resolve("project/lib"), folder.resolve("elsewhere"));

        assertThat(unzip(PackedProject.of(folder.resolve("project")).bytes()))
                .containsOnlyKeys("main.js");
    }

    @Test
    void sendsAJarAsItIs() throws Exception {
        write("greeter.jar", "bytes of a jar");

        assertThat(PackedProject.of(folder.resolve("greeter.jar")).bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("bytes of a jar");
    }

    @Test
    void packsTheSameFilesToTheSameBytes() throws Exception {
        write("main.js", "1");
        byte[] first = PackedProject.of(folder).bytes();

        Files.setLastModifiedTime(folder.resolve("main.js"), FileTime.fromMillis(1_000_000));

        assertThat(PackedProject.of(folder).bytes()).isEqualTo(first);
    }

    @Test
    void seesThatAFileHasChangedOrCome() throws Exception {
        write("main.js", "1");
        Map<String, String> first = PackedProject.of(folder).state();
        assertThat(PackedProject.of(folder).state()).isEqualTo(first);

        write("main.js", "22");
        Map<String, String> changed = PackedProject.of(folder).state();
        write("more.js", "");

        assertThat(changed).isNotEqualTo(first);
        assertThat(PackedProject.of(folder).state()).isNotEqualTo(changed);
    }

    @Test
    void saysWhatAMicroAppIs() throws Exception {
        write("notes.txt", "");

        assertThatThrownBy(() -> PackedProject.of(folder))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(folder + " is not a micro app")
                .hasMessageContaining("pom.xml");
        assertThatThrownBy(() -> PackedProject.of(folder.resolve("none")))
                .hasMessage("there is no " + folder.resolve("none"));
        assertThatThrownBy(() -> PackedProject.of(folder.resolve("notes.txt")))
                .hasMessageContaining("neither a folder nor a .jar");
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private Map<String, String> zip() throws IOException {
        return unzip(PackedProject.of(folder).bytes());
    }

    private static Map<String, String> unzip(byte[] bytes) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
