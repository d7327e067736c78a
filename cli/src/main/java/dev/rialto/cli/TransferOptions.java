package dev.rialto.cli;

import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.Transfers;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that import and export share: which app, which class, which data.
final class TransferOptions {
    @Option(names = "--app", paramLabel = "ID", required = true, description = "The app.")
    private String app = "";

    @Option(names = "--class", paramLabel = "NAME", required = true, description = "The class.")
    private String className = "";

    @Mixin private StorageOptions storage = new StorageOptions();

    String app() {
        return app;
    }

    String className() {
        return className;
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
