package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;

/// Who reads objects of an app, and on which request.
///
/// @param triggered whether the find triggers of classes are called: for every read but the
///   server's own
record Asker(App app, Caller caller, Optional<Call> call, boolean triggered) {
    static Asker of(Call call) {
        return new Asker(call.app(), call.caller(), Optional.of(call), true);
    }

    /// A reader without a request: a function, a subscriber.
    static Asker of(App app, Caller caller) {
        return new Asker(app, caller, Optional.empty(), true);
    }

    /// The server itself, on behalf of a caller.
    static Asker server(App app, Caller caller) {
        return new Asker(app, caller, Optional.empty(), false);
    }
}
