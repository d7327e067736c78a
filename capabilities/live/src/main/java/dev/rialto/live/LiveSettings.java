package dev.rialto.live;

/// What live queries and feeds may cost.
///
/// @param maxSubscriptions queries that one connection may follow
/// @param maxFeeds event streams at once
public record LiveSettings(int maxSubscriptions, int maxFeeds) {
    private static final int RESULTS = 100;
    private static final int CATCH_UP_BYTES = 256 << 10;

    public LiveSettings {
        if (maxSubscriptions < 1 || maxFeeds < 0) {
            throw new IllegalArgumentException(
                    "live.max-subscriptions must be at least 1, live.max-feeds not negative");
        }
    }

    public static LiveSettings defaults() {
        return new LiveSettings(1_000, 10_000);
    }

    /// Objects in the answer to a `query`.
    int maxResults() {
        return RESULTS;
    }

    /// Who catches up waits while more than this is on its way to the client.
    int catchUpBytes() {
        return CATCH_UP_BYTES;
    }
}
