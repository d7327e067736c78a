package dev.rialto.live;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import java.util.Optional;

/// Who subscribed, so that it can be asked again who they are.
///
/// @param holder who they are without a session
/// @param sessionToken of a user
record Guest(App app, Caller holder, Optional<String> sessionToken) {
    /// The user of a session, who has the rights of that user alone, whatever key came with it.
    Guest withSession(String token) {
        return new Guest(app, new Caller.Anonymous(), Optional.of(token));
    }
}
