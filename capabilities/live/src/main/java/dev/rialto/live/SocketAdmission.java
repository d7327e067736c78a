package dev.rialto.live;

import dev.rialto.http.Admission;
import dev.rialto.http.Admission.KeyHolder;
import dev.rialto.http.InProcessCalls.Source;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;

/// Admits clients of the LiveQuery protocol as requests are admitted, and calls the trigger of
/// connections.
final class SocketAdmission {
    private final Admission admission;
    private final SocketOperations operations;
    private final LiveTriggers triggers;

    SocketAdmission(Admission admission, SocketOperations operations, LiveTriggers triggers) {
        this.admission = admission;
        this.operations = operations;
        this.triggers = triggers;
    }

    /// @throws RialtoException WRONG_KEY or INVALID_SESSION_TOKEN, and what a trigger refuses with
    Guest admit(Frame.Connect connect, Source socket) {
        KeyHolder holder = checkKeys(connect);
        App app = holder.app();
        var guest = new Guest(app, holder.caller(), Optional.empty());
        if (connect.session().isEmpty()) {
            connect(holder, socket);
            return guest;
        }
        Caller user = admission.authenticate(app, connect.session().get());
        // As in a request, the master key goes before the session that is sent along with it.
        boolean master = holder.caller().seesEverything();
        connect(master ? holder : new KeyHolder(app, user), socket);
        return master ? guest : guest.withSession(connect.session().get());
    }

    private void connect(KeyHolder who, Source socket) {
        operations.connect(
                new SocketOperations.Client(who.app(), who.caller(), socket),
                () -> triggers.connecting(who.app(), who.caller()));
    }

    /// The protocol has one code for whatever is wrong with app or keys.
    private KeyHolder checkKeys(Frame.Connect connect) {
        try {
            return admission.checkKeys(connect.appId(), connect.keys());
        } catch (RialtoException refused) {
            if (refused.code() != ErrorCode.UNAUTHORIZED) {
                throw refused;
            }
            throw new RialtoException(ErrorCode.WRONG_KEY, "Key in request is not valid", refused);
        }
    }
}
