package dev.rialto.limits;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Timing;
import dev.rialto.store.Invalidations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells the other nodes every second what this one has let pass, and counts what they say. Nodes
/// together let pass more than a limit by what they use within that second.
final class LimitSharing implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LimitSharing.class.getName());
    private static final Invalidations.Kind USED = new Invalidations.Kind("limits-used");

    /// Limits are counted over apps, too.
    private static final App ANY = new App("", "");

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// What fits into a message, and how many go out at once.
    private static final int USES_PER_MESSAGE = 20;

    private static final int MAX_MESSAGES = 20;

    private static final Pattern USE =
            Pattern.compile("([A-Za-z0-9_-]{16}):(\\d{1,7}):(\\d{1,8}):(\\d{1,9})");

    private final Counters counters;
    private final Invalidations invalidations;
    private final String node = new Ids().hex(4);
    private final Timing timing;
    private final Closing closing;
    private final Thread thread;

    LimitSharing(Counters counters, Invalidations invalidations, Timing timing) {
        this.counters = counters;
        this.invalidations = invalidations;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.thread = timing.thread("limit-sharing", this::run);
    }

    void start() {
        invalidations.subscribe(
                USED,
                new Invalidations.Listener() {
                    @Override
                    public void changed(App app, String key) {
                        hear(key);
                    }

                    @Override
                    public void everythingChanged() {
                        // What was missed is not known, and soon no longer counts.
                    }
                });
        thread.start();
    }

    private void run() {
        try {
            while (!closing.await(PAUSE)) {
                try {
                    tell();
                } catch (RuntimeException failure) {
                    LOG.log(Level.FINE, "can't tell other nodes what limits have counted", failure);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() {
        List<Counters.Use> uses = counters.untold(USES_PER_MESSAGE * MAX_MESSAGES);
        for (int i = 0; i < uses.size(); i += USES_PER_MESSAGE) {
            var message = new StringBuilder(node);
            for (Counters.Use each : uses.subList(i, Math.min(uses.size(), i + USES_PER_MESSAGE))) {
                message.append(' ').append(write(each));
            }
            invalidations.publish(ANY, USED, message.toString());
        }
    }

    private void hear(String message) {
        String[] parts = message.split(" ", -1);
        if (parts[0].equals(node)) {
            return;
        }
        for (int i = 1; i < parts.length; i++) {
            read(parts[i]).ifPresent(counters::countElsewhere);
        }
    }

    private static String write(Counters.Use use) {
        return use.key() + ":" + use.calls() + ":" + use.time().toMillis() + ":" + use.used();
    }

    /// Empty for what a node of another version may have written.
    private static Optional<Counters.Use> read(String text) {
        Matcher parts = USE.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int calls = Integer.parseInt(parts.group(2));
        long millis = Long.parseLong(parts.group(3));
        return calls == 0 || millis == 0
                ? Optional.empty()
                : Optional.of(
                        new Counters.Use(
                                parts.group(1),
                                calls,
                                Duration.ofMillis(millis),
                                Long.parseLong(parts.group(4))));
    }

    @Override
    public void close() {
        closing.begin();
        try {
            if (thread.isAlive()) {
                timing.join(thread, PATIENCE);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
