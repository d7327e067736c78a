package dev.rialto.server;

import dev.rialto.kernel.Timing;
import java.time.Duration;

/// Whether this node is about to stop. It then serves for a while longer, so that load balancers
/// learn from its health that they must send requests elsewhere.
final class Draining {
    /// Load balancers ask for a node's health more often than this.
    private static final Duration RECENTLY = Duration.ofMinutes(2);

    private final Timing timing;
    private volatile boolean begun;
    private volatile boolean asked;
    private volatile long askedAt;

    Draining(Timing timing) {
        this.timing = timing;
    }

    /// Whether the node is about to stop, for somebody who asks for its health.
    boolean tell() {
        askedAt = timing.nanos();
        asked = true;
        return begun;
    }

    /// Begins, and returns once those who ask for the node's health have had the time to notice. If
    /// nobody has asked recently, nobody has to notice.
    void begin(Duration time) throws InterruptedException {
        begun = true;
        if (asked && timing.nanos() - askedAt < RECENTLY.toNanos()) {
            timing.sleep(time);
        }
    }
}
