package dev.rialto.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Restarts an [EmbeddedPostgreSql] that ended unexpectedly, with the same data and on the same
/// port. Gives up on one that ends again and again.
final class PostgreSqlSupervisor implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PostgreSqlSupervisor.class.getName());
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    /// More starts than this within the period mean that it can't run.
    private static final int MAX_STARTS = 10;

    private static final long STARTS_WITHIN = Duration.ofMinutes(5).toNanos();

    private final EmbeddedPostgreSql postgres;
    private final Consumer<String> givenUp;
    private final Deque<Long> starts = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private PostgreSqlSupervisor(EmbeddedPostgreSql postgres, Consumer<String> givenUp) {
        this.postgres = postgres;
        this.givenUp = givenUp;
        this.thread = Thread.ofVirtual().name("postgres-keeper").unstarted(this::run);
    }

    /// @param givenUp is called with the reason when it is no longer restarted
    static PostgreSqlSupervisor start(EmbeddedPostgreSql postgres, Consumer<String> givenUp) {
        var keeper = new PostgreSqlSupervisor(postgres, givenUp);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        Duration pause = BETWEEN_LOOKS;
        try {
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = look(pause);
            }
        } catch (GivenUpException end) {
            LOG.severe(end.getMessage());
            givenUp.accept(end.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return how long to wait until the next check
    private Duration look(Duration pause) throws GivenUpException {
        try {
            if (postgres.isRunning()) {
                return BETWEEN_LOOKS;
            }
            countStart();
            LOG.warning("PostgreSQL has ended unexpectedly; restarting it");
            postgres.startAgain();
            return BETWEEN_LOOKS;
        } catch (IOException failure) {
            LOG.log(
                    Level.WARNING,
                    "can''t restart PostgreSQL, trying again: {0}",
                    failure.getMessage());
            Duration longer = pause.multipliedBy(2);
            return longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE;
        }
    }

    private void countStart() throws GivenUpException {
        long now = System.nanoTime();
        starts.add(now);
        while (now - starts.getFirst() > STARTS_WITHIN) {
            starts.removeFirst();
        }
        if (starts.size() > MAX_STARTS) {
            throw new GivenUpException(
                    "PostgreSQL keeps ending: it was started "
                            + MAX_STARTS
                            + " times within five minutes; see the end of "
                            + postgres.log());
        }
    }

    private static final class GivenUpException extends Exception {
        GivenUpException(String message) {
            super(message);
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
