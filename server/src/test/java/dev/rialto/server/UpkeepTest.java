package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UpkeepTest {
    private static final List<App> APPS = List.of(new App("a", "app_a"), new App("b", "app_b"));
    private static final Upkeep.Times OFTEN =
            new Upkeep.Times(Duration.ofMillis(1), Duration.ofMillis(1));

    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    private String next() throws InterruptedException {
        return done.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void isDoneForEachAppAgainAndAgain() throws InterruptedException {
        try (var _ = Upkeep.start(() -> APPS, app -> done.add(app.id()), OFTEN)) {
            for (int i = 0; i < 3; i++) {
                assertThat(next()).isEqualTo("a");
                assertThat(next()).isEqualTo("b");
            }
        }
    }

    @Test
    void goesOnWhenAnAppFails() throws InterruptedException {
        try (var _ =
                Upkeep.start(
                        () -> APPS,
                        app -> {
                            if (app.id().equals("a")) {
                                throw new IllegalStateException("on purpose");
                            }
                            done.add(app.id());
                        },
                        OFTEN)) {
            assertThat(next()).isEqualTo("b");
            assertThat(next()).isEqualTo("b");
        }
    }

    @Test
    void goesOnWhenTheAppsCannotBeListed() throws InterruptedException {
        var asked = new AtomicInteger();
        try (var _ =
                Upkeep.start(
                        () -> {
                            if (asked.getAndIncrement() == 0) {
                                throw new IllegalStateException("on purpose");
                            }
                            return APPS;
                        },
                        app -> done.add(app.id()),
                        OFTEN)) {
            assertThat(next()).isEqualTo("a");
        }
    }

    @Test
    void closingWaitsForTheAppInHandAndStartsNoOther() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        var upkeep =
                Upkeep.start(
                        () -> APPS,
                        app -> {
                            done.add(app.id());
                            begun.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException closed) {
                                ended.set(true);
                                Thread.currentThread().interrupt();
                            }
                        },
                        OFTEN);
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

        upkeep.close();

        assertThat(ended).isTrue();
        assertThat(done).containsExactly("a");
    }
}
