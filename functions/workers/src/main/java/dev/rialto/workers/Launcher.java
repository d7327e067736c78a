package dev.rialto.workers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;

/// Starts workers, kept apart with what this system has.
public final class Launcher {
    private static final Logger LOG = Logger.getLogger(Launcher.class.getName());

    private final IsolatedSettings settings;
    private final Purpose purpose;
    private final Isolation isolation;
    private final Map<String, String> variables;
    private final WorkerBudgets budgets;

    /// What processes are started for.
    ///
    /// @param processes what messages call them
    /// @param settings what the names of their settings begin with
    /// @param hidden a folder that they must not see, if there is one
    public record Purpose(String processes, String settings, Optional<Path> hidden) {
        /// @param data the server's data folder
        public static Purpose isolated(Optional<Path> data) {
            return new Purpose("isolated micro apps", "functions.isolated", data);
        }

        /// Their code is hardened, which holds it where there are no namespaces.
        ///
        /// @param data the server's data folder
        public static Purpose hosted(Optional<Path> data) {
            return new Purpose("hosted micro apps", "functions.hosted", data);
        }
    }

    /// A process that is connected, and what was made for it.
    record Launched(Worker worker, Isolation.Prepared prepared, IsolationLimits limits) {
        /// What its exit codes mean.
        Exits exits(Image image) {
            return new Exits() {
                @Override
                public Optional<String> meaning(int exitCode) {
                    return kill().map(each -> each.text(limits)).or(() -> image.meaning(exitCode));
                }

                @Override
                public boolean isOutOfMemory(int exitCode) {
                    return kill().map(each -> each == ControlGroup.Kill.OWN_LIMIT)
                            .orElseGet(() -> image.isOutOfMemory(exitCode));
                }
            };
        }

        private Optional<ControlGroup.Kill> kill() {
            return prepared.group().flatMap(each -> each.kill(limits));
        }
    }

    public Launcher(IsolatedSettings settings, Purpose purpose, Surroundings surroundings) {
        this.settings = settings;
        this.purpose = purpose;
        this.budgets = surroundings.budgets();
        String path = surroundings.searchPath();
        this.variables =
                Map.of("PATH", path, "TZ", surroundings.environment().getOrDefault("TZ", "UTC"));
        this.isolation = new Isolation(settings, purpose, budgets.memory(), path);
    }

    /// Finds out in the background what this system can keep apart, and logs it.
    public void announce() {
        Thread.ofPlatform()
                .daemon()
                .name("isolation")
                .start(() -> LOG.log(isolation.level(), isolation.description()));
    }

    /// What this system can and can't keep apart, in one line.
    public String description() {
        return isolation.description();
    }

    /// Why processes are not in namespaces; empty when they are.
    public Optional<String> unconfined() {
        return isolation.unconfined();
    }

    IsolatedSettings settings() {
        return settings;
    }

    /// The name of the setting of how many processes there may be.
    String instancesSetting() {
        return purpose.settings() + ".instances";
    }

    /// Of all workers.
    DeclaredMemory memory() {
        return budgets.memory();
    }

    /// Starts a process that waits for a micro app.
    ///
    /// @param more variables of its environment
    Launched launch(Image image, IsolationLimits limits, Map<String, String> more) {
        return launch(image, limits, more, (_, _, line) -> LOG.warning(line));
    }

    /// Starts a process that waits for a micro app.
    ///
    /// @param more variables of its environment
    /// @param lines takes what it prints
    Launched launch(
            Image image, IsolationLimits limits, Map<String, String> more, Worker.Lines lines) {
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(more);
        Isolation.Prepared prepared;
        try {
            prepared = isolation.prepare(image, limits, all);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure.getMessage(), failure);
        }
        try {
            Worker worker =
                    Worker.start(
                            WorkerProcess.onSocket(
                                    prepared.builder(),
                                    prepared.folder().socket(),
                                    settings.start()),
                            new Worker.Handlers(new HostRequests(), lines, _ -> Optional.empty()),
                            OutgoingFrames.maxOfWorker(),
                            budgets);
            // What is left of it takes a while to end.
            worker.onEnd(_ -> Thread.ofVirtual().start(prepared::delete));
            return new Launched(worker, prepared, limits);
        } catch (IOException failure) {
            prepared.delete();
            throw new UncheckedIOException(failure.getMessage(), failure);
        }
    }
}
