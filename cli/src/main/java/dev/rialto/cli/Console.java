package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// Where a command prints.
final class Console {
    private Console() {}

    /// Standard output, unless the command line was given another.
    static PrintWriter of(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("the command wasn't started by picocli");
        }
        return spec.commandLine().getOut();
    }

    /// Standard error, unless the command line was given another.
    static PrintWriter errorOf(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("the command wasn't started by picocli");
        }
        return spec.commandLine().getErr();
    }

    /// Asks for a word to be typed before something is done that has no way back.
    ///
    /// @throws SetupException when nobody can answer
    static boolean isConfirmed(@Nullable CommandSpec spec, String question, String word) {
        of(spec).print(question);
        of(spec).flush();
        try {
            var input =
                    new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            String answer = input.readLine();
            if (answer == null) {
                of(spec).println();
                of(spec).flush();
                throw new SetupException(
                        "nothing was done: there is no terminal to ask for confirmation; use"
                                + " --yes");
            }
            return word.equals(answer);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Whether a person is watching: there is no console when the output goes to a file or a pipe.
    static boolean isWatched() {
        return Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
    }
}
