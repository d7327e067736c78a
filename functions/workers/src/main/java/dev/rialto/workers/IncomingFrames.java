package dev.rialto.workers;

import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The frames that come from a worker, as far as the server has room for them.
final class IncomingFrames {
    /// How long a worker may take to send a frame: others wait for its room.
    private static final Duration TIME_TO_SEND = Duration.ofSeconds(30);

    /// What counts as waiting.
    private static final Duration LONG = Duration.ofMillis(10);

    private final IncomingBudget budget;
    private final IncomingBudget.Account account = new IncomingBudget.Account();
    private volatile @Nullable Long bodyBegun;
    private volatile @Nullable Long waitBegun;
    private volatile long waited = System.nanoTime();

    IncomingFrames(IncomingBudget budget) {
        this.budget = budget;
    }

    /// Reads a frame once there is room for it; empty at the end of the stream. Whoever gets it
    /// closes it.
    ///
    /// @throws UnacceptableFrameException if there is no room for it
    /// @throws IOException if the input is not a frame
    Optional<Incoming> read(DataInputStream in) throws IOException {
        int length = Frames.length(in);
        if (length == Frames.END) {
            return Optional.empty();
        }
        IncomingBudget.Room room =
                waiting(() -> budget.take(account, FrameWeight.ofLength(length)));
        boolean isRead = false;
        try {
            byte[] body = body(in, length);
            long values = FrameWeight.ofValues(body);
            waiting(() -> {
                room.grow(values);
                return room;
            });
            ObjectNode frame = Frames.parsed(body);
            isRead = true;
            return Optional.of(new Incoming(frame, length, this, room));
        } finally {
            if (!isRead) {
                room.close();
            }
        }
    }

    private byte[] body(DataInputStream in, int length) throws IOException {
        byte[] body = new byte[length];
        bodyBegun = System.nanoTime();
        try {
            in.readFully(body);
        } finally {
            bodyBegun = null;
        }
        return body;
    }

    boolean hold(IncomingBudget.Room room) throws IOException {
        return waiting(room::hold);
    }

    /// Whether the worker was not read for a while, since a time of [System#nanoTime], for lack of
    /// room.
    boolean hasWaitedSince(long time) {
        return isOver(waitBegun, LONG) || waited - time > 0;
    }

    private static boolean isOver(@Nullable Long begun, Duration time) {
        return begun != null && System.nanoTime() - begun > time.toNanos();
    }

    /// Whether the worker takes too long to send a frame that it has begun.
    boolean isLate() {
        return isOver(bodyBegun, TIME_TO_SEND);
    }

    private interface Wait<T> {
        T await() throws IOException;
    }

    private <T> T waiting(Wait<T> wait) throws IOException {
        waitBegun = System.nanoTime();
        try {
            return wait.await();
        } finally {
            if (isOver(waitBegun, LONG)) {
                waited = System.nanoTime();
            }
            waitBegun = null;
        }
    }
}
