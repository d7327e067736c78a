package dev.rialto.messages;

import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Timing;
import dev.rialto.messages.Outbox.Leased;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageProvider;
import dev.rialto.messages.spi.MessageProvider.UnavailableException;
import dev.rialto.messages.spi.MessageProvider.UndeliverableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Hands the messages of the outbox over to their providers. Every node does; each message is
/// leased by one of them. What a provider can't take now is tried again, later and later; what it
/// refuses, or what is too old, is given up and stays in the list.
final class Delivery implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Delivery.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration MAX_PAUSE = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 12;
    private static final int AT_ONCE = 8;

    private final Outbox outbox;
    private final Map<Channel, MessageProvider> providers;
    private final MessagesSettings settings;
    private final String node;
    private final InstantSource clock;
    private final Timing timing;
    private final Closing closing;
    private final Thread ticker;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private boolean wanted;

    /// @param node tells it from others
    Delivery(
            Outbox outbox,
            Map<Channel, MessageProvider> providers,
            MessagesSettings settings,
            String node,
            InstantSource clock,
            Timing timing) {
        this.outbox = outbox;
        this.providers = Map.copyOf(providers);
        this.settings = settings;
        this.node = node;
        this.clock = clock;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.ticker = timing.thread("messages", this::run);
    }

    void start() {
        ticker.start();
    }

    /// There may be something to send.
    synchronized void wake() {
        wanted = true;
        timing.wake(this);
    }

    long sent() {
        return sent.get();
    }

    long failed() {
        return failed.get();
    }

    private void run() {
        try {
            while (!closing.hasBegun()) {
                int handled = 0;
                try {
                    handled = handOver();
                } catch (RuntimeException failure) {
                    LOG.log(Level.WARNING, "can't send messages; trying again", failure);
                }
                if (handled == 0) {
                    awaitMore();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
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

    /// Hands over some messages, beside each other but not faster than they may be.
    ///
    /// @return how many it tried
    private int handOver() throws InterruptedException {
        int most = Math.min(AT_ONCE, settings.perSecond());
        List<Leased> batch = outbox.take(List.copyOf(providers.keySet()), node, most);
        long begun = timing.nanos();
        List<Thread> running =
                batch.stream()
                        .map(each ->
                                timing.thread(
                                        "message-" + each.message().id(), () -> handOver(each)))
                        .toList();
        running.forEach(Thread::start);
        for (Thread each : running) {
            timing.join(each, Outbox.LEASE);
        }
        long pace = batch.size() * 1_000_000_000L / settings.perSecond();
        long left = begun + pace - timing.nanos();
        if (left > 0) {
            closing.await(Duration.ofNanos(left));
        }
        return batch.size();
    }

    private void handOver(Leased leased) {
        MessageProvider.Outgoing message = leased.message();
        MessageProvider provider = providers.get(message.channel());
        if (provider == null) {
            return;
        }
        try {
            String id = provider.deliver(message);
            outbox.accepted(message, provider.name(), id, provider instanceof KeptProvider);
            sent.incrementAndGet();
        } catch (UndeliverableException refused) {
            if (refused.isBounced()) {
                outbox.suppress(
                        message.app(), message.recipient(), String.valueOf(refused.getMessage()));
            }
            giveUp(message, provider, String.valueOf(refused.getMessage()));
        } catch (UnavailableException later) {
            postpone(leased, provider, String.valueOf(later.getMessage()));
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, failure, () -> "can't send " + message);
            postpone(leased, provider, "the provider failed");
        }
    }

    private void postpone(Leased leased, MessageProvider provider, String why) {
        Instant next = clock.instant().plus(pause(leased.attempts()));
        if (next.isAfter(leased.createdAt().plus(settings.patience()))) {
            giveUp(leased.message(), provider, why);
        } else {
            outbox.postpone(leased.message(), node, next, provider.name(), why);
        }
    }

    private void giveUp(MessageProvider.Outgoing message, MessageProvider provider, String why) {
        outbox.failed(message, provider.name(), why);
        failed.incrementAndGet();
    }

    /// Doubles with each attempt.
    private static Duration pause(int attempts) {
        Duration next =
                FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(0, attempts - 1), MAX_DOUBLINGS));
        return next.compareTo(MAX_PAUSE) < 0 ? next : MAX_PAUSE;
    }

    @Override
    public void close() {
        closing.begin();
        wake();
        try {
            if (ticker.isAlive()) {
                timing.join(ticker, PATIENCE);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        providers.values().stream().distinct().forEach(MessageProvider::close);
    }
}
