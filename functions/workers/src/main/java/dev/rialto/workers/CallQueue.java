package dev.rialto.workers;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Calls that wait for an instance, in the order in which they came. Used with the lock of their
/// fleet held, except for [Waiting#await].
///
/// @param <M> what a call waits for
final class CallQueue<M> {
    private final int most;
    private final Timing timing;
    private final Deque<Waiting<M>> waiting = new ArrayDeque<>();

    /// @param most calls at once
    CallQueue(int most, Timing timing) {
        this.most = most;
        this.timing = timing;
    }

    /// A call that waits.
    static final class Waiting<M> {
        private final Timing timing;
        private @Nullable M given;
        private @Nullable RialtoException refused;

        private Waiting(Timing timing) {
            this.timing = timing;
        }

        private synchronized void give(M what) {
            given = what;
            timing.wake(this);
        }

        private synchronized void refuse(RialtoException told) {
            refused = told;
            timing.wake(this);
        }

        /// Waits for one of both, or until the time is over.
        synchronized void await(long end) throws InterruptedException {
            for (long left = end - timing.nanos();
                    given == null && refused == null && left > 0;
                    left = end - timing.nanos()) {
                timing.await(this, left);
            }
        }
    }

    /// Lets a call wait at the end.
    ///
    /// @throws RialtoException OVERLOADED when too many wait
    Waiting<M> join() {
        if (waiting.size() >= most) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED, "more than " + most + " calls wait for this micro app");
        }
        var last = new Waiting<M>(timing);
        waiting.addLast(last);
        return last;
    }

    /// Gives the first call what it waits for.
    void give(M what) {
        waiting.removeFirst().give(what);
    }

    /// What a call got that does not wait any more.
    ///
    /// @throws RialtoException why it got nothing
    M outcome(Waiting<M> call) {
        M given = call.given;
        if (given != null) {
            return given;
        }
        waiting.remove(call);
        throw call.refused != null
                ? call.refused
                : new RialtoException(
                        ErrorCode.OVERLOADED,
                        "no instance of this micro app had room in time: try again shortly");
    }

    void refuseAll(RialtoException told) {
        waiting.forEach(each -> each.refuse(told));
        waiting.clear();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }
}
