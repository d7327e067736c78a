package dev.rialto.live;

import dev.rialto.http.AppDirectory;
import dev.rialto.http.AppKeys;
import dev.rialto.http.Authenticator;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;

/// Admits clients of the LiveQuery protocol by app and keys, as the front door admits requests.
final class Doorkeeper {
    private final AppDirectory apps;
    private final Authenticator authenticator;
    private final LiveTriggers triggers;

    Doorkeeper(AppDirectory apps, Authenticator authenticator, LiveTriggers triggers) {
        this.apps = apps;
        this.authenticator = authenticator;
        this.triggers = triggers;
    }

    /// @throws RialtoException WRONG_KEY or INVALID_SESSION_TOKEN, and what a trigger refuses with
    Guest admit(Frame.Connect connect) {
        AppKeys keys = apps.find(connect.appId()).orElseThrow(Doorkeeper::wrongKey);
        var guest =
                new Guest(
                        keys.app(),
                        connect.keys().holder(keys).orElseThrow(Doorkeeper::wrongKey),
                        Optional.empty());
        if (connect.session().isEmpty()) {
            triggers.connecting(keys.app(), guest.holder());
            return guest;
        }
        Caller user = authenticator.authenticate(keys.app(), connect.session().get());
        // As in a request, the master key goes before the session that is sent along with it.
        boolean master = guest.holder().seesEverything();
        triggers.connecting(keys.app(), master ? guest.holder() : user);
        return master ? guest : guest.withSession(connect.session().get());
    }

    private static RialtoException wrongKey() {
        return new RialtoException(ErrorCode.WRONG_KEY, "Key in request is not valid");
    }
}
