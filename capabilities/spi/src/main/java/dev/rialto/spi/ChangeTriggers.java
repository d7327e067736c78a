package dev.rialto.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Triggers.Moment;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls the triggers around changes of something that is not an object, such as a file.
public final class ChangeTriggers {
    private final Triggers triggers;
    private final String className;

    /// @param className the pseudo-class for it, such as [Triggers#FILE]
    public ChangeTriggers(Triggers triggers, String className) {
        this.triggers = triggers;
        this.className = className;
    }

    /// The caller that makes a change, and its request.
    public record Author(App app, Caller caller, Optional<Call> call) {
        public static Author of(Call call) {
            return new Author(call.app(), call.caller(), Optional.of(call));
        }

        /// The server's own code.
        public static Author server(App app) {
            return new Author(app, new Caller.Master(), Optional.empty());
        }
    }

    /// Whether there is a trigger.
    public boolean has(Author author, Moment moment) {
        return has(author.app(), moment);
    }

    /// Whether an app has a trigger.
    public boolean has(App app, Moment moment) {
        return triggers.has(app, className, moment);
    }

    /// Calls a trigger.
    ///
    /// @param otherwise the code of an error without its own
    /// @return what it returned, or JSON null
    /// @throws RialtoException the trigger's error, even after the change
    public JsonNode call(Author author, Moment moment, ObjectNode payload, ErrorCode otherwise) {
        try {
            return triggers.call(
                    author.app(), author.caller(), author.call(), className, moment, payload);
        } catch (RialtoException refused) {
            throw refused.number() == ErrorCode.SCRIPT_FAILED.number()
                    ? new RialtoException(otherwise, String.valueOf(refused.getMessage()), refused)
                    : refused;
        }
    }
}
