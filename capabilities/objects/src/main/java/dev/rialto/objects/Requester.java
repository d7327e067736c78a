package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;

/// The caller who reads objects of an app, and the request.
///
/// @param triggered whether the find triggers of classes are called: for every read but the
///   server's own
record Requester(App app, Caller caller, Optional<Call> call, boolean triggered) {
    static Requester of(Call call) {
        return new Requester(call.app(), call.caller(), Optional.of(call), true);
    }

    /// A reader without a request: a function, a subscriber.
    static Requester of(App app, Caller caller) {
        return new Requester(app, caller, Optional.empty(), true);
    }

    /// The server itself, on behalf of a caller.
    static Requester server(App app, Caller caller) {
        return new Requester(app, caller, Optional.empty(), false);
    }
}
