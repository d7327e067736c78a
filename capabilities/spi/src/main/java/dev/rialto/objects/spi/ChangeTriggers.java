package dev.rialto.objects.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.spi.Triggers.Moment;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// Calls the triggers around changes of something that is not an object, such as a file. What a
/// trigger returns is ignored; one that runs before a change may refuse it.
public final class ChangeTriggers {
    private static final Logger LOG = Logger.getLogger(ChangeTriggers.class.getName());

    private final Triggers triggers;
    private final String className;

    /// @param className what stands for it, such as [Triggers#FILE]
    public ChangeTriggers(Triggers triggers, String className) {
        this.triggers = triggers;
        this.className = className;
    }

    /// Who changes something, and with which request.
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
        return triggers.has(author.app(), className, moment);
    }

    /// Calls the trigger before a change.
    ///
    /// @param otherwise the code of a refusal that has none of its own
    /// @throws RialtoException when the trigger refuses the change
    public void before(Author author, Moment moment, ObjectNode payload, ErrorCode otherwise) {
        try {
            call(author, moment, payload);
        } catch (RialtoException refused) {
            throw refused.number() == ErrorCode.SCRIPT_FAILED.number()
                    ? new RialtoException(otherwise, String.valueOf(refused.getMessage()), refused)
                    : refused;
        }
    }

    /// Calls the trigger after a change. A failure is logged: the change was made, and its client
    /// is not told of it.
    public void after(Author author, Moment moment, ObjectNode payload) {
        try {
            call(author, moment, payload);
        } catch (RuntimeException failure) {
            LOG.log(
                    Level.WARNING,
                    failure,
                    () ->
                            "trigger %s of %s failed in app %s"
                                    .formatted(moment, className, author.app().id()));
        }
    }

    private void call(Author author, Moment moment, ObjectNode payload) {
        triggers.call(author.app(), author.caller(), author.call(), className, moment, payload);
    }
}
