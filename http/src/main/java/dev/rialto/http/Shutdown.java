package dev.rialto.http;

import dev.rialto.kernel.Timing;
import java.time.Duration;

/// The end of a listener, as its connections see it. Once nothing more is accepted, a connection
/// ends with its next answer, which says so. One that waits for a request is closed when no
/// connection has had a request for a while: until then one may be on its way, and a proxy does not
/// repeat a POST whose connection was closed under it.
final class Shutdown {
    private final Timing timing;
    private final Runnable farewell;
    private volatile Duration linger = Duration.ZERO;
    private volatile boolean announced;
    private volatile boolean begun;
    private volatile long lastRequest;

    /// @param farewell called once, when nothing more is accepted
    Shutdown(Timing timing, Runnable farewell) {
        this.timing = timing;
        this.farewell = farewell;
    }

    /// Keeps connections that wait for a request until none has had one for this long.
    void linger(Duration time) {
        linger = time;
    }

    /// The listener is about to stop accepting.
    void announce() {
        announced = true;
    }

    boolean isAnnounced() {
        return announced;
    }

    /// Nothing more is accepted.
    void begin() {
        synchronized (this) {
            if (begun) {
                return;
            }
            lastRequest = timing.nanos();
            begun = true;
        }
        farewell.run();
    }

    boolean hasBegun() {
        return begun;
    }

    /// A request begins on some connection.
    void requested() {
        if (begun) {
            lastRequest = timing.nanos();
        }
    }

    /// Whether a connection that waits for a request is to be closed.
    boolean endsIdle(long now) {
        return begun && now - lastRequest >= linger.toNanos();
    }
}
