package dev.rialto.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Programs of Debian that tests run beside the server.
public final class DebianProgram {
    private static final Path SCRIPT = Path.of("testing", "debian-program");

    private DebianProgram() {}

    /// Where a program is: on the PATH, or in its package, which is unpacked for the tests.
    ///
    /// @param program of a package with the same name
    /// @return empty on systems that have neither; where `CI` is set that is an error
    public static Optional<Path> find(String program) {
        return find(program, program);
    }

    public static Optional<Path> find(String program, String debianPackage) {
        try {
            Process search =
                    new ProcessBuilder(script().toString(), program, debianPackage)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String said =
                    new String(search.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (search.waitFor() == 0) {
                return Optional.of(Path.of(said.strip()));
            }
        } catch (IOException failure) {
            throw new AssertionError("can't look for " + program, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stop);
        }
        if (System.getenv("CI") != null) {
            throw new AssertionError("there is no " + program + " here");
        }
        return Optional.empty();
    }

    private static Path script() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve(SCRIPT))) {
                return folder.resolve(SCRIPT);
            }
        }
        throw new AssertionError("there is no " + SCRIPT + " in this folder or above");
    }
}
