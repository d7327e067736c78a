package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.Host;
import dev.rialto.hardening.Brake;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.Watchdog;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Functions;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Calls that somebody waits for.
class StuckCallsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Host NO_HOST =
            (Host)
                    Proxy.newProxyInstance(
                            Host.class.getClassLoader(),
                            new Class<?>[] {Host.class},
                            (_, _, _) -> null);

    @Test
    void forgetsCallsThatEnded() {
        var stuck = new StuckCalls();
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(1, 1, watchdog)) {
            assertThat(await(stuck, threads, Budget.of(LONG, 1 << 20), () -> 7)).isEqualTo(7);

            assertThat(stuck.waiting()).isZero();
        }
    }

    @Test
    void forgetsCallsThatFoundNoThread() {
        var stuck = new StuckCalls();
        var release = new CountDownLatch(1);
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(1, 1, watchdog)) {
            threads.start(
                    threads.job(
                            threads.share("app"),
                            () -> {
                                try {
                                    release.await();
                                } catch (InterruptedException stop) {
                                    Thread.currentThread().interrupt();
                                }
                            }));

            assertThatThrownBy(() -> await(stuck, threads, Budget.of(LONG, 1 << 20), () -> 8))
                    .isInstanceOfSatisfying(
                            RialtoException.class,
                            told -> assertThat(told.code()).isEqualTo(ErrorCode.OVERLOADED));

            assertThat(stuck.waiting()).isZero();
            release.countDown();
        }
    }

    @Test
    void tellsAResultWhenTheCallNoLongerCounts() {
        var stuck = new StuckCalls();
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(2, 1, watchdog)) {
            var begin = new CountDownLatch(1);
            var next =
                    start(
                                    stuck,
                                    threads,
                                    () -> {
                                        begin.await();
                                        return 1;
                                    })
                            // Runs where the result is told.
                            .thenCompose(_ -> start(stuck, threads, () -> 2));
            begin.countDown();
            assertThat(next.join()).isEqualTo(2);
        }
    }

    private static CompletableFuture<Integer> start(
            StuckCalls stuck, FunctionThreads threads, Callable<Integer> work) {
        return stuck.start(
                threads, threads.share("app"), Budget.of(LONG, 1 << 20), new Remembering(), work);
    }

    @Test
    void replacesTheThreadOfACallThatDoesNotEnd() throws Exception {
        var stuck = new StuckCalls();
        var owner = new Remembering();
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(2, 1, watchdog)) {
            synchronized (owner.lock) {
                Budget budget = Budget.of(Duration.ofMillis(50), 1 << 20);
                assertThatThrownBy(() ->
                                stuck.await(
                                        threads,
                                        threads.share("app"),
                                        budget,
                                        owner,
                                        () -> budget.run(owner::waitForTheLock)))
                        .hasCauseInstanceOf(RialtoException.class)
                        .hasMessageContaining("was stopped, but has not ended yet");
                assertThat(owner.givenUp.getCount()).isZero();
                assertThat(threads.share("app").givenUp()).isOne();

                assertThat(await(stuck, threads, Budget.of(LONG, 1 << 20), () -> 9)).isEqualTo(9);
            }
            owner.ended.await();
            while (threads.share("app").givenUp() > 0) {
                Thread.onSpinWait();
            }
            assertThat(await(stuck, threads, Budget.of(LONG, 1 << 20), () -> 10)).isEqualTo(10);
        }
    }

    @Test
    void replacesTheThreadsOfTasksThatDoNotEnd() throws Exception {
        var stuck = new StuckCalls();
        var owner = new Remembering();
        try (var watchdog = Watchdog.start(stuck);
                var threads = new FunctionThreads(2, 1, watchdog)) {
            FunctionThreads.Share share = threads.share("app");
            var functions =
                    new HostedFunctions(
                            NO_HOST,
                            new Values(1 << 20, String::valueOf),
                            new HostedFunctions.Threads(threads, share, stuck, owner),
                            new Brake(),
                            1 << 20);
            synchronized (owner.lock) {
                List<Functions.Attempt<Integer>> ended =
                        functions.together(Duration.ofMillis(50), List.of(owner::waitForTheLock));
                assertThat(ended).containsExactly(new Functions.Attempt.Late<>());

                assertThat(owner.givenUp.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(share.givenUp()).isOne();
                assertThat(await(stuck, threads, Budget.of(LONG, 1 << 20), () -> 9)).isEqualTo(9);
            }
            assertThat(owner.ended.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(stuck.waiting()).isZero();
        }
    }

    /// Waits for a lock of the JVM, from which neither interrupts nor checks bring it back.
    private static final class Remembering implements StuckCalls.Owner {
        private final Object lock = new Object();
        private final CountDownLatch givenUp = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        private int waitForTheLock() {
            synchronized (lock) {
                return 0;
            }
        }

        @Override
        public void givenUp(List<StackTraceElement> stack) {
            givenUp.countDown();
        }

        @Override
        public void ended() {
            ended.countDown();
        }
    }

    private static int await(
            StuckCalls stuck, FunctionThreads threads, Budget budget, Callable<Integer> work) {
        return stuck.await(threads, threads.share("app"), budget, new Remembering(), work);
    }
}
