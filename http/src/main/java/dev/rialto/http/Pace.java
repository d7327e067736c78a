package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// How much longer a connection's thread may wait for its client. While the server works for the
/// client there is no bound; whenever it waits for the client there is one, and [PaceKeeper] closes
/// the connection that overruns it, whatever it is blocked in.
final class Pace implements PaceKeeper.Kept {
    /// The pace of the connection that the current thread serves.
    static final ScopedValue<Pace> CURRENT = ScopedValue.newInstance();

    /// The slowest a client may send or receive, once its patience is used up.
    static final long BYTES_PER_SECOND = 8 << 10;

    private static final long UNBOUNDED = 0;
    private static final long OVERRUN = -1;

    private final Thread thread;
    private final long patience;
    private final Timing timing;
    private final Shutdown shutdown;
    private final AtomicLong deadline = new AtomicLong(UNBOUNDED);
    private volatile boolean idle;

    Pace(Thread thread, Duration patience, Timing timing, Shutdown shutdown) {
        this.thread = thread;
        this.patience = patience.toNanos();
        this.timing = timing;
        this.shutdown = shutdown;
    }

    /// The time by which bounds are set, of [Timing#nanos].
    long now() {
        return timing.nanos();
    }

    /// The server works; the client may wait as long as it likes.
    void unbounded() {
        set(UNBOUNDED);
    }

    /// The client has this long for its next step.
    void within(Duration time) {
        set(timing.nanos() + time.toNanos());
    }

    /// The client has this long for its next request, unless the listener closes earlier.
    void awaitRequest(Duration time) {
        within(time);
        idle = true;
    }

    /// The client has to move this many bytes, counted from now.
    void moving(long bytes) {
        set(timing.nanos() + allowance(bytes));
    }

    /// Sets the bound of a client that sends a body.
    ///
    /// @param start [#now] when the body began
    /// @param bytes what has come since
    /// @throws RialtoException REQUEST_TIMEOUT when the client lags behind
    void receiving(long start, long bytes) {
        long bound = start + allowance(bytes);
        if (timing.nanos() - bound > 0) {
            unbounded();
            throw new RialtoException(
                    ErrorCode.REQUEST_TIMEOUT, "the request body arrives too slowly");
        }
        // The keeper comes later than this check, so that a client which still sends gets an
        // answer.
        set(bound + patience);
    }

    /// Ends the connection if its bound is overrun.
    @Override
    public void enforce(long now) {
        long bound = deadline.get();
        if (bound != UNBOUNDED
                && bound != OVERRUN
                && (now - bound > 0 || (idle && shutdown.endsIdle(now)))
                && deadline.compareAndSet(bound, OVERRUN)) {
            thread.interrupt();
        }
    }

    private long allowance(long bytes) {
        return patience + bytes * (1_000_000_000L / BYTES_PER_SECOND);
    }

    private void set(long value) {
        idle = false;
        if (deadline.getAndSet(value) == OVERRUN) {
            deadline.set(OVERRUN);
            throw new CloseConnectionException("the client is too slow");
        }
    }
}
