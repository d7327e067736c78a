package dev.rialto.node;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.workers.Namespaces;
import dev.rialto.workers.Namespaces.Attempt;
import dev.rialto.workers.Programs;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Decides whether workers are confined in their own namespaces: by the operator's setting, and by
/// what the system supports, which is detected once.
final class Confinement {
    private static final Logger LOG = Logger.getLogger(Confinement.class.getName());

    private final NodeSettings settings;
    private final String searchPath;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Attempt attempt;

    Confinement(NodeSettings settings, String searchPath) {
        this.settings = settings;
        this.searchPath = searchPath;
    }

    /// The namespaces for workers; empty if they are not confined.
    ///
    /// @throws RefusedException if they are required and not available on this system
    Optional<Namespaces> namespaces() {
        return switch (settings.isolation().namespaces()) {
            case OFF -> Optional.empty();
            case PREFERRED, REQUIRED ->
                    switch (attempt()) {
                        case Attempt.Available(Namespaces found) -> Optional.of(found);
                        case Attempt.Unavailable(String why) -> {
                            if (settings.isolation().namespaces()
                                    == NodeSettings.Namespaces.REQUIRED) {
                                throw new RefusedException(
                                        Problem.of(
                                                "JavaScript can't be confined on this system, and"
                                                        + " functions.node.namespaces requires it: "
                                                        + why));
                            }
                            yield Optional.empty();
                        }
                    };
        };
    }

    /// Logs what is not confined, if Node.js is installed.
    void announce() {
        if (Programs.locate(settings.command(), searchPath).isEmpty()) {
            return;
        }
        try {
            NodeProgram.find(settings.command(), searchPath);
            if (settings.isolation().namespaces() == NodeSettings.Namespaces.OFF) {
                warn("functions.node.namespaces is off");
            } else if (attempt() instanceof Attempt.Unavailable(String why)) {
                warn(why);
            }
        } catch (RefusedException unusable) {
            LOG.log(Level.FINE, unusable.getMessage());
        }
    }

    private void warn(String why) {
        String meaning =
                settings.isolation().namespaces() == NodeSettings.Namespaces.REQUIRED
                        ? "so it is not run"
                        : "so cloud code can signal this server's processes, use its network, fill"
                                + " its disk and, where Node.js fails to keep it, read its files:"
                                + " see docs/cloud-code.md";
        LOG.log(
                Level.WARNING,
                "JavaScript is not confined on this system (" + why + "), " + meaning);
    }

    private Attempt attempt() {
        lock.lock();
        try {
            if (attempt == null) {
                attempt =
                        Namespaces.isLibrary(settings.folder())
                                ? new Attempt.Unavailable(
                                        "the data folder is among the system's libraries")
                                : Namespaces.attempt(searchPath);
            }
            return attempt;
        } finally {
            lock.unlock();
        }
    }
}
