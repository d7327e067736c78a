package dev.rialto.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;

/// What custom images must do, with programs in Python.
abstract class CustomImageContract extends RuntimeContract {
    private static final String INTERFACES =
            """
            [
              {"function": "cloud", "name": "echo",
               "bindings": [{"kind": "cloudFunction", "name": "echo"}]},
              {"function": "cloud", "name": "refuse",
               "bindings": [{"kind": "cloudFunction", "name": "refuse"}]},
              {"function": "cloud", "name": "fail",
               "bindings": [{"kind": "cloudFunction", "name": "fail"}]},
              {"function": "cloud", "name": "loop",
               "bindings": [{"kind": "cloudFunction", "name": "loop"}]},
              {"function": "cloud", "name": "log",
               "bindings": [{"kind": "cloudFunction", "name": "log"}]},
              {"function": "trigger", "name": "thing",
               "bindings": [
                 {"kind": "trigger", "moment": "beforeSave", "className": "Thing"}]},
              {"function": "job", "name": "count", "bindings": [{"kind": "job", "name": "count"}]}
            ]
            """;

    @BeforeAll
    static void requirePython() {
        assumeTrue(
                Stream.of("/usr/bin/python3", "/usr/local/bin/python3")
                        .map(Path::of)
                        .anyMatch(Files::isExecutable),
                "python3 is not installed: on Debian, apt install python3");
    }

    @Override
    FunctionRuntime runtime() {
        return new IsolatedRuntime(
                new Launcher(
                        IsolatedSettings.defaults(),
                        Launcher.Purpose.isolated(Optional.empty()),
                        Surroundings.of(System.getenv())),
                IsolatedRuntimeTest.IMAGES,
                (_, _, _) -> {},
                Timing.SYSTEM);
    }

    /// @param program of the tests' resources
    static Artifact microApp(String image, String program) {
        Map<String, byte[]> files = new HashMap<>();
        files.put(program, resource("/custom/" + program));
        try {
            files.put(
                    "rialto.py",
                    Files.readAllBytes(Path.of("..", "examples", "python-worker", "rialto.py")));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        files.put(
                Artifact.DESCRIPTOR,
                """
                {
                  "name": "contract", "domain": "test", "group": "contract",
                  "runtime": "isolated", "image": "%s", "command": ["python3", "%s"],
                  "interfaces": %s
                }
                """
                        .formatted(image, program, INTERFACES)
                        .getBytes(StandardCharsets.UTF_8));
        return new Artifact(files);
    }

    private static byte[] resource(String path) {
        try (InputStream in = CustomImageContract.class.getResourceAsStream(path)) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The same with a program that Python can't read.
    static Artifact broken(Artifact microApp, String program) {
        Map<String, byte[]> files = new HashMap<>(microApp.files());
        files.put(program, "this is not Python".getBytes(StandardCharsets.UTF_8));
        return new Artifact(files);
    }
}
