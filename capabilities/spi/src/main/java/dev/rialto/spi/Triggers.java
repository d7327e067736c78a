package dev.rialto.spi;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// What an app's developer wants done when objects are saved, deleted or found and when users log
/// in or out. Unlike [ClassRules], triggers are not trusted to be quick: they are called while no
/// connection is held, unless the write is part of a larger transaction.
///
/// Objects are in wire form with their `className`, and have no hidden and no confidential fields.
public interface Triggers {
    /// No triggers.
    Triggers NONE = new None();

    /// Stands for files: `file` with `name` and, once it is stored, `url`.
    String FILE = "@File";

    /// Stands for an app's parameters: `object` with `params`.
    String CONFIG = "@Config";

    /// Stands for clients of live queries.
    String CONNECT = "@Connect";

    /// When a trigger is called, with which payload, and what it may return. Any of them may return
    /// JSON null.
    enum Moment {
        /// Before a create or update is written: `object` as it is to be (without id and times when
        /// it is being created), `original` or null, and `changed`, the names of the fields that
        /// the write sets. May return the object to be written instead; the fields it leaves as
        /// they were given keep their atomic operations.
        BEFORE_SAVE,
        /// When a create or update is committed: `object` as it was stored, `original` or null,
        /// `changed`. May return fields that the writer is told in place of the stored ones.
        AFTER_SAVE,
        /// Before an object is deleted: `object`.
        BEFORE_DELETE,
        /// When a delete is committed: `object`.
        AFTER_DELETE,
        /// Before a request's query runs: `query` with `className`, `where`, `order`, `include`,
        /// `keys` (empty for all), `skip` and `limit`; and `single`, whether the route names one
        /// object. May return the query to be run instead, still with the rights of the caller;
        /// what is missing in it stays as it was. Or an array of objects, which are answered as if
        /// they had been found; those with an id as the caller may see them.
        BEFORE_FIND,
        /// When a request's query has found: `className` and `objects`, as the caller may see them.
        /// May return an array of objects, which are answered instead.
        AFTER_FIND,
        /// When a user proved who it is, before its session is opened: `user`. Of the class
        /// `_User`, as are the two that follow.
        BEFORE_LOGIN,
        /// When a session is open after a log-in: `user`.
        AFTER_LOGIN,
        /// When a user has logged out: `user` and `session`, which tells no token.
        AFTER_LOGOUT,
        /// Before a client of live queries is admitted: `event`. Of the class `@Connect`.
        BEFORE_CONNECT,
        /// Before somebody follows the changes of a class: `event` and `query` with `className`,
        /// `where` and `keys`. May return the query to be followed instead, still with the rights
        /// of the caller.
        BEFORE_SUBSCRIBE,
        /// Before an event is told to one who follows: `event`, `object` and `original` or null.
        /// May return an object with `sendEvent` false, which keeps it back, or with the `object`
        /// and `original` to be told instead.
        AFTER_EVENT
    }

    /// Whether there is one. Files and parameters have triggers of saving and deleting as the
    /// classes [#FILE] and [#CONFIG]. Asked for every request, so it must be fast.
    boolean has(App app, String className, Moment moment);

    /// Calls one. What it throws at a moment before something is done refuses that. Afterwards a
    /// failure is logged for objects ([Moment#AFTER_SAVE], [Moment#AFTER_DELETE]), and is the
    /// answer for finds, log-ins, log-outs, files and parameters, although the change stays.
    ///
    /// @param call the request it came by, if any
    /// @param payload to be kept or changed at will
    /// @return what it returned, or JSON null
    /// @throws dev.rialto.kernel.RialtoException as the caller is to be told
    JsonNode call(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            Moment moment,
            ObjectNode payload);

    /// See [#NONE].
    final class None implements Triggers {
        private None() {}

        @Override
        public boolean has(App app, String className, Moment moment) {
            return false;
        }

        @Override
        public JsonNode call(
                App app,
                Caller caller,
                Optional<Call> call,
                String className,
                Moment moment,
                ObjectNode payload) {
            return NullNode.getInstance();
        }
    }
}
