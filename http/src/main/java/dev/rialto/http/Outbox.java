package dev.rialto.http;

import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// A bounded queue between those who have something for one client and the one thread that takes it
/// there. Putting in never waits: what does not fit is refused, and whoever offered it decides what
/// becomes of the client.
///
/// @param <M> a message
public final class Outbox<M> {
    /// What a message takes of the bound beside its own bytes, so that many small ones are no way
    /// around it.
    static final int OVERHEAD = 64;

    /// A queue that has grown beyond this is not kept when it is empty.
    private static final int KEPT = 64;

    private final int maxMessages;
    private final long maxBytes;
    private final ToIntFunction<M> size;
    private final Timing timing;
    private ArrayDeque<M> queue = new ArrayDeque<>(1);
    private int peak;
    private long bytes;
    private boolean ended;

    /// @param maxMessages how many may wait
    /// @param maxBytes how many bytes they may have together, each with 64 more
    /// @param size the bytes of a message; what is shared with other queues counts in each
    public Outbox(int maxMessages, long maxBytes, ToIntFunction<M> size, Timing timing) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.size = size;
        this.timing = timing;
    }

    /// Puts a message at the end. False when it does not fit or the queue is ended: then nothing
    /// has changed.
    public synchronized boolean offer(M message) {
        long more = weight(message);
        if (ended || queue.size() >= maxMessages || bytes + more > maxBytes) {
            return false;
        }
        add(message, more);
        return true;
    }

    /// Takes the messages at the front, in order; waits for the first of them.
    ///
    /// @param atMost the bytes to take; a single message may have more
    /// @return empty when none came in time, or when none will come
    public synchronized List<M> take(Duration timeout, long atMost) throws InterruptedException {
        long end = timing.nanos() + timeout.toNanos();
        while (queue.isEmpty() && !ended) {
            long left = end - timing.nanos();
            if (left <= 0) {
                return List.of();
            }
            timing.await(this, left);
        }
        return poll(atMost);
    }

    /// Takes the messages at the front, in order, without waiting.
    ///
    /// @param atMost the bytes to take; a single message may have more
    public synchronized List<M> poll(long atMost) {
        if (queue.isEmpty()) {
            return List.of();
        }
        var taken = new ArrayList<M>(Math.min(queue.size(), 16));
        long room = atMost;
        while (!queue.isEmpty()) {
            long next = weight(queue.getFirst());
            if (!taken.isEmpty() && next > room) {
                return taken;
            }
            taken.add(queue.removeFirst());
            room -= next;
            bytes -= next;
        }
        if (peak > KEPT) {
            queue = new ArrayDeque<>(1);
        }
        peak = 0;
        return taken;
    }

    /// Drops what is queued and puts in the last messages, whatever their size; nothing comes after
    /// them. Only the first end counts.
    ///
    /// @return whether this was the first
    public synchronized boolean end(List<M> last) {
        if (ended) {
            return false;
        }
        ended = true;
        queue.clear();
        bytes = 0;
        last.forEach(message -> add(message, weight(message)));
        timing.wake(this);
        return true;
    }

    /// Takes in nothing more, and drops nothing. Only the first end counts.
    ///
    /// @return whether this was the first
    public synchronized boolean finish() {
        if (ended) {
            return false;
        }
        ended = true;
        timing.wake(this);
        return true;
    }

    /// Ends, and drops also the last messages if they are still here.
    public synchronized void clear() {
        end(List.of());
        queue.clear();
        bytes = 0;
    }

    /// Whether nothing more is taken in.
    public synchronized boolean isEnded() {
        return ended;
    }

    /// Whether nothing is left to take and nothing will come.
    public synchronized boolean isDrained() {
        return ended && queue.isEmpty();
    }

    public synchronized boolean isEmpty() {
        return queue.isEmpty();
    }

    /// What is queued, in bytes as the bound counts them.
    public synchronized long bytes() {
        return bytes;
    }

    private void add(M message, long weight) {
        queue.addLast(message);
        bytes += weight;
        peak = Math.max(peak, queue.size());
        timing.wake(this);
    }

    private long weight(M message) {
        return (long) size.applyAsInt(message) + OVERHEAD;
    }
}
