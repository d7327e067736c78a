package dev.rialto.live;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// What live queries and feeds may cost.
///
/// @param maxSubscriptions queries that one connection may follow
/// @param maxFeeds event streams at once
/// @param heartbeat how often a feed on which nothing happens says that it is there
public record LiveSettings(int maxSubscriptions, int maxFeeds, Duration heartbeat) {
    private static final int RESULTS = 100;
    private static final int QUERY_CHARS = 512 << 10;
    private static final int CATCH_UP_BYTES = 256 << 10;

    public LiveSettings {
        if (maxSubscriptions < 1 || maxFeeds < 0) {
            throw new IllegalArgumentException(
                    "live.max-subscriptions must be at least 1, live.max-feeds not negative");
        }
        if (!heartbeat.isPositive()) {
            throw new IllegalArgumentException("live.heartbeat must be positive");
        }
    }

    public static LiveSettings defaults() {
        return new LiveSettings(1_000, 10_000, Duration.ofSeconds(15));
    }

    /// Reads what the operator has set.
    public static LiveSettings read(Settings in) {
        LiveSettings standard = defaults();
        int subscriptions = in.integer("live.max-subscriptions", standard.maxSubscriptions());
        int feeds = in.integer("live.max-feeds", standard.maxFeeds());
        var heartbeat = in.duration("live.heartbeat", standard.heartbeat());
        return in.build(standard, () -> new LiveSettings(subscriptions, feeds, heartbeat));
    }

    /// Objects in the answer to a `query`.
    int maxResults() {
        return RESULTS;
    }

    /// What the messages that subscribe may have together on one connection.
    int maxQueryChars() {
        return QUERY_CHARS;
    }

    /// Who catches up waits while more than this is on its way to the client.
    int catchUpBytes() {
        return CATCH_UP_BYTES;
    }
}
