package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;

/// Calls that no client waits for. What fails is told in the log of the function's micro app.
interface BackgroundCalls {
    /// An interface that the platform calls, with no client waiting.
    record Target(App app, String microApp, String address, Binding binding) {}

    /// Whether this node knows the interface. One that was just deployed elsewhere it will know in
    /// a moment.
    boolean isKnown(Target target);

    /// Calls an interface.
    ///
    /// @throws RuntimeException whatever goes wrong
    void call(Target target, JsonNode input);

    void log(Target target, String level, String message);

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
        Logger.getLogger(BackgroundCalls.class.getName())
                .log(Level.WARNING, "a background call failed", failure);
        return "the server failed: " + failure.getClass().getSimpleName();
    }
}
