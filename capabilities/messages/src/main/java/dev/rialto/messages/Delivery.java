package dev.rialto.messages;

import dev.rialto.kernel.Ids;
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
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration MAX_PAUSE = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 12;
    private static final int MAX_REASON = 1_000;

    private final Outbox outbox;
    private final Suppressions suppressions;
    private final Map<Channel, MessageProvider> providers;
    private final MessagesSettings settings;
    private final InstantSource clock;
    private final Timing timing;
    private final List<Lane> lanes;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    Delivery(
            Outbox outbox,
            Suppressions suppressions,
            Map<Channel, MessageProvider> providers,
            MessagesSettings settings,
            InstantSource clock,
            Timing timing) {
        this.outbox = outbox;
        this.suppressions = suppressions;
        this.providers = Map.copyOf(providers);
        this.settings = settings;
        this.clock = clock;
        this.timing = timing;
        String node = new Ids().hex(8);
        var pace = new Pace(settings.perSecond(), timing);
        this.lanes =
                this.providers.entrySet().stream()
                        .map(each ->
                                new Lane(
                                        each.getKey(),
                                        outbox,
                                        node,
                                        pace,
                                        timing,
                                        message -> handOver(message, each.getValue())))
                        .toList();
    }

    void start() {
        lanes.forEach(Lane::start);
    }

    /// There may be something to send.
    void wake() {
        lanes.forEach(Lane::wake);
    }

    long sent() {
        return sent.get();
    }

    long failed() {
        return failed.get();
    }

    private void handOver(Leased leased, MessageProvider provider) {
        MessageProvider.Outgoing message = leased.message();
        if (suppressions.isSuppressed(
                message.app(), message.recipient(), message.source().template())) {
            outbox.suppressed(leased);
            return;
        }
        String id;
        try {
            id = provider.deliver(message);
        } catch (UndeliverableException refused) {
            giveUp(leased, provider, reason(refused));
            if (refused.isBounced()) {
                suppressions.suppress(message.app(), message.recipient(), reason(refused));
            }
            return;
        } catch (UnavailableException later) {
            postpone(leased, provider, reason(later));
            return;
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, failure, () -> "can't send " + message);
            postpone(leased, provider, "the provider failed");
            return;
        }
        outbox.accepted(leased, provider, id);
        if (provider.delivers()) {
            sent.incrementAndGet();
        }
    }

    private static String reason(Exception failure) {
        String text = String.valueOf(failure.getMessage());
        return text.length() > MAX_REASON ? text.substring(0, MAX_REASON) : text;
    }

    private void postpone(Leased leased, MessageProvider provider, String why) {
        Instant next = clock.instant().plus(pause(leased.attempts()));
        if (next.isAfter(leased.triedSince().plus(settings.patience()))) {
            giveUp(leased, provider, why);
        } else {
            outbox.postpone(leased, next, provider.name(), why);
        }
    }

    private void giveUp(Leased leased, MessageProvider provider, String why) {
        if (outbox.failed(leased, provider.name(), why)) {
            failed.incrementAndGet();
        }
    }

    /// Doubles with each attempt.
    private static Duration pause(int attempts) {
        Duration next =
                FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(0, attempts - 1), MAX_DOUBLINGS));
        return next.compareTo(MAX_PAUSE) < 0 ? next : MAX_PAUSE;
    }

    /// Waits for what is being handed over, then closes the providers, which ends the rest.
    @Override
    public void close() {
        lanes.forEach(Lane::beginClosing);
        awaitIdle(PATIENCE);
        providers.values().stream().distinct().forEach(MessageProvider::close);
        awaitIdle(LAST_PATIENCE);
    }

    private void awaitIdle(Duration atMost) {
        long end = timing.nanos() + atMost.toNanos();
        try {
            for (Lane each : lanes) {
                each.awaitIdle(end);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
