package dev.rialto.cli;

import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.Transfers;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that import and export share: which app, which class, which data.
final class TransferOptions {
    @Option(names = "--app", paramLabel = "ID", required = true, description = "The app.")
    private String app = "";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(names = "--class", paramLabel = "NAME", description = "The class.")
    private @Nullable String className;

    @Mixin private StorageOptions storage = new StorageOptions();

    String app() {
        return app;
    }

    /// @throws ParameterException when none was given
    String className() {
        if (className == null) {
            throw wrong("Missing required option: '--class=NAME'");
        }
        return className;
    }

    boolean hasClassName() {
        return className != null;
    }

    /// A refusal of the command line.
    ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("the command wasn't started by picocli");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    /// What a command does with the storage open.
    interface Work<T> {
        T run(Transfers transfers) throws IOException;
    }

    /// Runs work with the storage open; what the caller can mend is told in one line.
    <T> T with(Work<T> work) {
        try (Transfers transfers = Transfers.open(storage.settings(Map.of()))) {
            return work.run(transfers);
        } catch (RialtoException mistake) {
            throw new SetupException(mistake.getMessage(), mistake);
        } catch (IOException failure) {
            throw new SetupException("reading or writing failed: " + failure.getMessage(), failure);
        }
    }
}
