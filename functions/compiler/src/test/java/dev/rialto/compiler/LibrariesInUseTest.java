package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Libraries from Maven Central, each used by a small micro app: `libraries/NAME.java` among the
/// resources. Its first line names the library, its second what the app answers.
class LibrariesInUseTest {
    private static final URI CENTRAL = URI.create("https://repo.maven.apache.org/maven2");
    private static final Path APPS = Path.of("src/test/resources/libraries");
    private static final Path KEPT = Path.of("target/libraries");
    private static final Path PAGE = Path.of("../../docs/libraries.md");

    private static final String MAIN =
            """
            package app;

            import dev.rialto.sdk.*;

            @Function
            public class Main {
                @CloudFunction("use")
                public java.util.List<Object> use() throws Exception {
                    return Use.use();
                }
            }
            """;

    private static final Host HOST =
            (Host)
                    Proxy.newProxyInstance(
                            Host.class.getClassLoader(),
                            new Class<?>[] {Host.class},
                            (_, _, _) -> null);

    /// A library, and a micro app that uses it.
    private record Use(String name, String library, String answer, String source) {
        static Use of(Path file) {
            try {
                List<String> lines = Files.readAllLines(file);
                return new Use(
                        String.valueOf(file.getFileName()).replace(".java", ""),
                        lines.get(0).substring(3),
                        lines.get(1).substring(3),
                        String.join("\n", lines));
            } catch (IOException unreadable) {
                throw new IllegalStateException(unreadable);
            }
        }

        Project project() {
            return Sources.described()
                    .with("src/main/java/app/Use.java", source)
                    .with("src/main/java/app/Main.java", MAIN)
                    .with(
                            "pom.xml",
                            "<project><dependencies>"
                                    + TestRepository.dependency(library)
                                    + "</dependencies></project>")
                    .project();
        }

        LibraryPattern pattern() {
            return LibraryPattern.of(library.substring(0, library.lastIndexOf(':')));
        }
    }

    private static List<Use> uses() throws IOException {
        try (Stream<Path> files = Files.list(APPS)) {
            return files.sorted().map(Use::of).toList();
        }
    }

    @Test
    void theLibrariesOfThePageWorkAsItSays() throws IOException {
        Map<String, String> page = page();
        List<Use> uses = uses();
        var settings =
                new CompilerSettings(
                        KEPT,
                        List.of(CENTRAL),
                        uses.stream().map(Use::pattern).toList(),
                        CompilerSettings.Limits.defaults());
        Set<String> broken = new TreeSet<>();
        try (var compiler = new ProjectCompiler(settings);
                var runtime = new SharedRuntime(SharedSettings.defaults(), (_, _, _) -> {})) {
            for (Use each : uses) {
                String answer = answer(runtime, compiler.compile(each.project()));
                if (answer.equals(each.answer()) != works(page, each)) {
                    broken.add(each.name() + ": " + answer);
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(page.keySet())
                .isEqualTo(uses.stream().map(Use::library).collect(Collectors.toSet()));
    }

    /// What the micro app answers, twice the same; else why it does not.
    private static String answer(SharedRuntime runtime, Artifact artifact) {
        var release = new Release(new App("app", "app"), "use", 1, Map.of());
        try (LoadedRevision revision = runtime.load(release, artifact)) {
            String first = call(revision);
            return call(revision).equals(first) ? first : "not the same again: " + first;
        } catch (RefusedException | RialtoException told) {
            return String.valueOf(told.getMessage());
        }
    }

    private static String call(LoadedRevision revision) {
        JsonNode output =
                revision.find(revision.descriptor().interfaces().getFirst())
                        .call(
                                new Invocation(
                                        Json.object(),
                                        new Caller.Anonymous(),
                                        Optional.empty(),
                                        "use",
                                        Duration.ofSeconds(60),
                                        HOST))
                        .output();
        return output.toString();
    }

    private static boolean works(Map<String, String> page, Use use) {
        return page.getOrDefault(use.library(), "").startsWith("works");
    }

    /// What the page says of each library.
    private static Map<String, String> page() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 4 && cells[1].strip().matches("`\\S+:\\S+:\\S+`")) {
                rows.put(cells[1].strip().replace("`", ""), cells[2].strip());
            }
        }
        return rows;
    }
}
