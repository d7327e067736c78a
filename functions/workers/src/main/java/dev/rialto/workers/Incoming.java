package dev.rialto.workers;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// A frame from a worker. It takes memory that the server counts, until it is closed.
public final class Incoming implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Incoming.class.getName());

    private final ObjectNode frame;
    private final int length;
    private final IncomingFrames frames;
    private final IncomingBudget.Room room;

    Incoming(ObjectNode frame, int length, IncomingFrames frames, IncomingBudget.Room room) {
        this.frame = frame;
        this.length = length;
        this.frames = frames;
        this.room = room;
    }

    public ObjectNode frame() {
        return frame;
    }

    /// How many bytes were sent.
    int length() {
        return length;
    }

    /// Reserves its memory for as long as a request takes, waiting for other requests to end.
    ///
    /// @return false when there is none in time
    public boolean hold() {
        try {
            return frames.hold(room);
        } catch (IOException stopped) {
            LOG.log(Level.FINE, "a request was not taken", stopped);
            return false;
        }
    }

    @Override
    public void close() {
        room.close();
    }
}
