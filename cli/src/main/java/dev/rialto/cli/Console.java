package dev.rialto.cli;

import java.io.PrintWriter;
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
}
