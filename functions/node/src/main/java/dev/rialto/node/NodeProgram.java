package dev.rialto.node;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.workers.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Node.js that is installed on this machine.
record NodeProgram(Path path, int major, int minor) {
    private static final int OLDEST = 20;
    private static final int WARNINGS_BY_KIND = 11;
    private static final int PERMISSION_SETTLED = 22;
    private static final int PERMISSION_SETTLED_MINOR = 13;
    private static final int NETWORK_PERMISSION = 25;
    private static final int OUTPUT_BYTES = 10_000;
    private static final Pattern VERSION = Pattern.compile("v(\\d{1,4})\\.(\\d{1,4})\\..*");

    /// Looks for the program.
    ///
    /// @param searchPath the folders of the PATH
    /// @throws RefusedException if it is missing or too old
    static NodeProgram find(String command, String searchPath) {
        Path path =
                Programs.locate(command, searchPath)
                        .orElseThrow(() ->
                                missing("there is no \"" + command + "\" on the server's PATH"));
        Matcher version = VERSION.matcher(version(path));
        if (!version.matches()) {
            throw missing(path + " does not report its version");
        }
        int major = Integer.parseInt(version.group(1));
        if (major < OLDEST) {
            throw missing(path + " is version " + major);
        }
        return new NodeProgram(path, major, Integer.parseInt(version.group(2)));
    }

    /// The options that suppress warnings about experimental features.
    List<String> quiet() {
        return major > OLDEST || minor >= WARNINGS_BY_KIND
                ? List.of("--disable-warning=ExperimentalWarning")
                : List.of();
    }

    /// The options that restrict a process to some folders.
    List<String> confinement(List<Path> readable, Path writable) {
        List<String> options = new ArrayList<>();
        boolean settled =
                major > PERMISSION_SETTLED
                        || (major == PERMISSION_SETTLED && minor >= PERMISSION_SETTLED_MINOR);
        options.add(settled ? "--permission" : "--experimental-permission");
        if (major >= NETWORK_PERMISSION) {
            options.add("--allow-net");
        }
        readable.forEach(each -> options.add("--allow-fs-read=" + each + "/*"));
        options.add("--allow-fs-write=" + writable + "/*");
        return options;
    }

    /// The program's output when it only parses a file; empty if the syntax is valid.
    String check(Path file) {
        return output(path.toString(), "--check", file.toString());
    }

    private static String version(Path path) {
        return output(path.toString(), "--version");
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "";
            }
            return new String(
                            process.getInputStream().readNBytes(OUTPUT_BYTES),
                            StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException unusable) {
            return "";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private static RefusedException missing(String why) {
        return new RefusedException(
                Problem.of(
                        "micro apps in JavaScript need Node.js "
                                + OLDEST
                                + " or newer, and "
                                + why
                                + ": install it from https://nodejs.org, or set"
                                + " functions.node.command to its path"));
    }
}
