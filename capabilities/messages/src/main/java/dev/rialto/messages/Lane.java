package dev.rialto.messages;

import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.Outbox.Leased;
import dev.rialto.messages.spi.Channel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The thread that takes the messages of one channel from the outbox, and those that hand them
/// over: a message that takes long holds up neither the next ones nor other channels.
final class Lane {
    private static final Logger LOG = Logger.getLogger(Lane.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final int MAX_AT_ONCE = 8;

    private final Channel channel;
    private final Outbox outbox;
    private final String node;
    private final Pace pace;
    private final Timing timing;
    private final Closing closing;
    private final Consumer<Leased> handOver;
    private final Thread ticker;
    private boolean wanted;
    private int running;

    /// @param pace of all lanes
    /// @param handOver must note what became of the message
    Lane(
            Channel channel,
            Outbox outbox,
            String node,
            Pace pace,
            Timing timing,
            Consumer<Leased> handOver) {
        this.channel = channel;
        this.outbox = outbox;
        this.node = node;
        this.pace = pace;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.handOver = handOver;
        this.ticker = timing.thread("messages-" + channel.text(), this::run);
    }

    void start() {
        ticker.start();
    }

    /// There may be something to send.
    synchronized void wake() {
        wanted = true;
        timing.wake(this);
    }

    private void run() {
        try {
            while (!closing.hasBegun()) {
                int taken = 0;
                try {
                    taken = takeSome(awaitRoom());
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "can't send messages; trying again", failure);
                }
                if (taken == 0) {
                    awaitMore();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return how many more can be handed over beside those that are; 0 when it is closing
    private synchronized int awaitRoom() throws InterruptedException {
        while (running == MAX_AT_ONCE && !closing.hasBegun()) {
            timing.await(this, BETWEEN_LOOKS.toNanos());
        }
        return MAX_AT_ONCE - running;
    }

    private synchronized void awaitMore() throws InterruptedException {
        long end = timing.nanos() + BETWEEN_LOOKS.toNanos();
        for (long left = end - timing.nanos();
                !wanted && !closing.hasBegun() && left > 0;
                left = end - timing.nanos()) {
            timing.await(this, left);
        }
        wanted = false;
    }

    /// @return how many it took
    private int takeSome(int most) throws InterruptedException {
        if (closing.hasBegun()) {
            return 0;
        }
        List<Leased> batch = outbox.take(List.of(channel), node, Math.min(most, pace.perSecond()));
        for (Leased each : batch) {
            if (closing.await(pace.reserve())) {
                outbox.release(each);
            } else {
                begin(each);
            }
        }
        return batch.size();
    }

    private void begin(Leased message) {
        synchronized (this) {
            running++;
        }
        timing.thread(
                        "message-" + message.message().id(),
                        () -> {
                            try {
                                handOver.accept(message);
                            } catch (RuntimeException failure) {
                                LOG.log(
                                        Level.WARNING,
                                        failure,
                                        () -> "can't note what became of " + message.message());
                            } finally {
                                end();
                            }
                        })
                .start();
    }

    private synchronized void end() {
        running--;
        timing.wake(this);
    }

    /// Takes nothing more.
    void beginClosing() {
        closing.begin();
        wake();
    }

    /// Waits for what is being handed over.
    ///
    /// @param end as of [Timing#nanos]
    void awaitIdle(long end) throws InterruptedException {
        if (ticker.isAlive()) {
            timing.join(ticker, Duration.ofNanos(Math.max(1, end - timing.nanos())));
        }
        synchronized (this) {
            for (long left = end - timing.nanos();
                    running > 0 && left > 0;
                    left = end - timing.nanos()) {
                timing.await(this, left);
            }
        }
    }
}
