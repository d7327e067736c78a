package dev.rialto.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The backend processes of a PostgreSQL whose first process was killed. They end on their own
/// unless they are running a statement, and all must have ended before the next PostgreSQL opens
/// the same data. They are recognized by their working directory, where the system reveals it.
final class OrphanedBackends {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private OrphanedBackends() {}

    /// Waits for the remaining processes, then kills them.
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
