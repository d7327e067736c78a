package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;

/// Calls that nobody waits for: as master, in the live revision. What fails is told in the log of
/// the function's micro app.
final class BackgroundCalls {
    private static final Logger LOG = Logger.getLogger(BackgroundCalls.class.getName());

    private final FunctionCalls calls;
    private final FunctionLog log;
    private final Ids ids = new Ids();

    BackgroundCalls(FunctionCalls calls, FunctionLog log) {
        this.calls = calls;
        this.log = log;
    }

    /// An interface that the platform calls, with no client waiting.
    record Target(App app, String microApp, String address, Binding binding) {}

    /// Whether this node knows the interface. One that was just deployed elsewhere it will know in
    /// a moment.
    boolean isKnown(Target target) {
        return find(target).isPresent();
    }

    private Optional<ServedInterface> find(Target target) {
        return calls.directory()
                .of(target.app())
                .function(
                        target.address(),
                        exposed ->
                                exposed.isLive()
                                        && exposed.descriptor()
                                                .bindings()
                                                .contains(target.binding()));
    }

    /// Calls an interface.
    ///
    /// @throws RuntimeException whatever goes wrong
    void call(Target target, JsonNode input) {
        var origin = Origin.ofServer(target.app(), new Caller.Master(), ids.hex(8));
        calls.call(
                origin,
                () ->
                        find(target)
                                .orElseThrow(() ->
                                        new IllegalStateException(target.address() + " is gone")),
                input,
                calls.background(_ -> {}));
    }

    void log(Target target, String level, String message) {
        log.add(target.app(), target.microApp(), level, "", message);
    }

    /// What the developers of a function are told of a failure; what is no concern of theirs goes
    /// to the server's log.
    static String told(RuntimeException failure) {
        if (failure instanceof RialtoException && failure.getCause() != null) {
            Throwable thrown = failure.getCause();
            return thrown.getMessage() == null
                    ? thrown.getClass().getSimpleName()
                    : thrown.getMessage();
        }
        if (failure instanceof RialtoException || failure instanceof RefusedException) {
            return String.valueOf(failure.getMessage());
        }
        LOG.log(Level.WARNING, "a background call failed", failure);
        return "the server failed: " + failure.getClass().getSimpleName();
    }
}
