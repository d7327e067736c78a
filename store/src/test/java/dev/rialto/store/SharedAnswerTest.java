package dev.rialto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedAnswerTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicInteger asked = new AtomicInteger();
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore answers = new Semaphore(0);

    /// Answers the number of the question, when it is let.
    private final SharedAnswer<Integer> shared =
            new SharedAnswer<>(() -> {
                int number = asked.incrementAndGet();
                begun.release();
                answers.acquireUninterruptibly();
                return number;
            });

    private static <T> FutureTask<T> started(Callable<T> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void answersThoseWhoCameMeanwhileByOneLaterQuestion() throws Exception {
        var first = started(() -> shared.get(LONG));
        begun.acquire();
        int many = 20;
        List<FutureTask<Integer>> others = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            var other = new FutureTask<>(() -> shared.get(LONG));
            others.add(other);
            threads.add(Thread.ofVirtual().start(other));
        }
        awaitThatAllWait(threads);
        answers.release(2);

        assertThat(first.get()).isEqualTo(1);
        for (FutureTask<Integer> each : others) {
            assertThat(each.get()).isEqualTo(2);
        }
        assertThat(asked).hasValue(2);
    }

    /// Until each waits for its answer, which alone has a limit.
    private static void awaitThatAllWait(List<Thread> threads) throws InterruptedException {
        long limit = System.nanoTime() + LONG.toNanos();
        for (Thread each : threads) {
            while (each.getState() != Thread.State.TIMED_WAITING) {
                assertThat(System.nanoTime()).isLessThan(limit);
                Thread.sleep(1);
            }
        }
    }

    @Test
    void asksAnewEachTimeThatNobodyElseAsks() throws SQLException {
        answers.release(2);

        assertThat(shared.get(LONG)).isEqualTo(1);
        assertThat(shared.get(LONG)).isEqualTo(2);
    }

    @Test
    void waitsNoLongerThanTheLimitAndAsksAgainAfterFailures() throws SQLException {
        assertThatThrownBy(() -> shared.get(Duration.ofMillis(1)))
                .isInstanceOf(SQLException.class)
                .hasMessage("no answer within 1 ms");
        var failing =
                new SharedAnswer<Integer>(() -> {
                    if (asked.incrementAndGet() % 2 == 0) {
                        throw new SQLException("lost");
                    }
                    return asked.get();
                });
        asked.set(1);
        assertThatThrownBy(() -> failing.get(LONG)).hasRootCauseMessage("lost");
        assertThat(failing.get(LONG)).isEqualTo(3);
        answers.release(2);
    }
}
