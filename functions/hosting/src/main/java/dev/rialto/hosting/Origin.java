package dev.rialto.hosting;

import dev.rialto.functions.spi.Invocation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Where a call of a function comes from.
///
/// @param requestId names the request in logs
/// @param previews revisions that are to be called in place of the live ones, by micro app
/// @param context what the client sent along for functions and triggers; they share and may change
///   it
/// @param depth how many calls of functions this one is inside of
/// @param endNanos when the outermost of them ends, of [dev.rialto.kernel.Timing#nanos]; empty when
///   there is none
record Origin(
        App app,
        Caller caller,
        Optional<String> installationId,
        String requestId,
        Map<String, Integer> previews,
        ObjectNode context,
        Invocation.Client client,
        int depth,
        Optional<Long> endNanos) {
    /// The call that the current thread works for.
    static final ScopedValue<Origin> CURRENT = ScopedValue.newInstance();

    private static final int MAX_DEPTH = 16;

    /// The origin of a call that the server makes on its own account.
    static Origin ofServer(App app, Caller caller, String requestId) {
        return new Origin(
                app,
                caller,
                Optional.empty(),
                requestId,
                Map.of(),
                Json.object(),
                Invocation.Client.SERVER,
                0,
                Optional.empty());
    }

    /// Where a call comes from that a function makes, in itself or by a trigger. It has a context
    /// of its own, so that what the triggers of one write say to each other ends with that write.
    ///
    /// @param end when the outer call ends, of [dev.rialto.kernel.Timing#nanos]
    /// @throws RialtoException SCRIPT_FAILED when functions call each other too deeply
    Origin inner(Caller as, long end) {
        if (depth >= MAX_DEPTH) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "functions or triggers call each other more than " + MAX_DEPTH + " deep");
        }
        return new Origin(
                app,
                as,
                installationId,
                requestId,
                previews,
                context.deepCopy(),
                client,
                depth + 1,
                Optional.of(end));
    }

    /// The same under another name in logs.
    Origin named(String id) {
        return new Origin(
                app, caller, installationId, id, previews, context, client, depth, endNanos);
    }

    /// This, made by a function: as deep and with as much time as that function's own calls.
    Origin within(Origin function) {
        return new Origin(
                app,
                caller,
                installationId,
                requestId,
                function.previews,
                context,
                client,
                function.depth,
                function.endNanos);
    }

    /// What calls of the same client have in common.
    String sameClient() {
        if (installationId.isPresent()) {
            return installationId.get();
        }
        return caller instanceof Caller.User user ? user.id() : requestId;
    }
}
