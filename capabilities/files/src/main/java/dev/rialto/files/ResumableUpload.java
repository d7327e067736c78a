package dev.rialto.files;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ClientNetwork;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// An upload that its client may continue after an interruption.
///
/// @param key by which the server knows it: the hash of its id
/// @param owner who made it, as [#owner] tells it
/// @param length in bytes; empty as long as the client has not told it
/// @param offset how many bytes have arrived
/// @param told what the client has told of it
/// @param file what it became
record ResumableUpload(
        String key,
        Kind kind,
        State state,
        String owner,
        OptionalLong length,
        long offset,
        Told told,
        Life life,
        Optional<SavedFile> file) {
    private static final String USER = "user:";
    private static final String MASTER = "master";
    private static final String PUBLIC = "public:";

    /// What an upload is to others.
    enum Kind {
        /// It becomes a file.
        WHOLE,
        /// It becomes a part of a [#FINAL] one.
        PARTIAL,
        /// It consists of partial ones, and becomes a file.
        FINAL
    }

    /// What has become of it.
    enum State {
        OPEN,
        /// It is a part of another one now.
        JOINED,
        SAVED,
        /// It was refused or terminated, or has expired.
        GONE
    }

    /// Headers of the request that made it, as they were sent.
    record Told(String metadata, String concat) {}

    /// How long it has.
    ///
    /// @param expired whether it has no time left
    /// @param leased whether a request writes to it
    record Life(Instant expiresAt, boolean expired, boolean leased) {}

    /// The file that an upload became.
    ///
    /// @param url if it is stored elsewhere
    record SavedFile(String name, Optional<String> url) {}

    /// Whom an upload belongs to.
    ///
    /// @param address of the client
    static String owner(Caller caller, String address) {
        return switch (caller) {
            case Caller.User user -> USER + user.id();
            case Caller.Anonymous _ -> PUBLIC + ClientNetwork.of(address);
            case Caller.Master _, Caller.ReadOnlyMaster _, Caller.Maintenance _ -> MASTER;
        };
    }

    /// Whether the master key made it.
    static boolean isMasters(String owner) {
        return owner.equals(MASTER);
    }

    /// Whether a caller may continue it. One that was made without a session belongs to whoever
    /// knows its id.
    boolean belongsTo(Caller caller) {
        return switch (caller) {
            case Caller.User user -> isPublic() || owner.equals(USER + user.id());
            case Caller.Anonymous _ -> isPublic();
            case Caller.Master _, Caller.Maintenance _ -> isMasters(owner);
            case Caller.ReadOnlyMaster _ -> false;
        };
    }

    private boolean isPublic() {
        return owner.startsWith(PUBLIC);
    }

    /// Whether a caller may see and terminate it.
    boolean isVisibleTo(Caller caller) {
        return belongsTo(caller) || caller.seesEverything();
    }

    /// Whether all of it has arrived.
    boolean isComplete() {
        return length.isPresent() && length.getAsLong() == offset;
    }

    /// Whether it can be saved as a file.
    boolean isReady() {
        return state == State.OPEN && kind != Kind.PARTIAL && isComplete();
    }
}
