package dev.rialto.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The processes of a PostgreSQL whose first process was killed. They end by themselves unless they
/// are in the middle of a statement, and none may be left when the next PostgreSQL opens the same
/// data. They are known by their working directory, where the system tells it.
final class LeftBackends {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private LeftBackends() {}

    /// Ends what is left, first by waiting, then by force.
    static void end(Path cluster) throws IOException {
        List<ProcessHandle> left = of(cluster);
        for (ProcessHandle each : left) {
            if (!ends(each)) {
                each.destroyForcibly();
            }
        }
        for (ProcessHandle each : left) {
            if (!ends(each)) {
                throw new IOException("process " + each.pid() + " of PostgreSQL does not exit");
            }
        }
    }

    private static List<ProcessHandle> of(Path cluster) {
        return ProcessHandle.allProcesses().filter(each -> worksIn(each, cluster)).toList();
    }

    private static boolean worksIn(ProcessHandle process, Path cluster) {
        try {
            Path folder = Path.of("/proc", String.valueOf(process.pid()), "cwd");
            return Files.readSymbolicLink(folder).equals(cluster)
                    && process.info().command().orElse("").endsWith("/postgres");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private static boolean ends(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}
