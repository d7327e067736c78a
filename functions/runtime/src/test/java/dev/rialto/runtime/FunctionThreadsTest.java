package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.hardening.Watchdog;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FunctionThreadsTest {
    private final Set<Thread> used = Collections.synchronizedSet(new HashSet<>());

    @Test
    void aThreadKeepsNoTaskThatHasEnded() throws Exception {
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {});
                var threads = new FunctionThreads(1, 1, watchdog)) {
            WeakReference<Runnable> first = runOne(threads);
            assertGone(first);
            WeakReference<Runnable> second = runOne(threads);
            assertGone(second);
            assertThat(used).singleElement().matches(Thread::isAlive);
        }
    }

    @Test
    void leavesThreadsForOtherApps() throws Exception {
        var release = new CountDownLatch(1);
        var done = new CountDownLatch(4);
        Runnable wait =
                () -> {
                    try {
                        release.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                    done.countDown();
                };
        try (Watchdog watchdog = Watchdog.start((_, _, _) -> {});
                var threads = new FunctionThreads(4, 3, watchdog)) {
            for (int i = 0; i < 3; i++) {
                threads.start(threads.job(threads.share("greedy"), wait));
            }
            assertThatThrownBy(() -> threads.start(threads.job(threads.share("greedy"), wait)))
                    .hasMessageContaining("\"greedy\"");
            threads.start(threads.job(threads.share("other"), wait));
            assertThatThrownBy(() -> threads.start(threads.job(threads.share("other"), wait)))
                    .hasMessageContaining("more than 4 functions");
            release.countDown();
            done.await();
        }
    }

    private WeakReference<Runnable> runOne(FunctionThreads threads) throws InterruptedException {
        var done = new CountDownLatch(1);
        Runnable task =
                () -> {
                    used.add(Thread.currentThread());
                    done.countDown();
                };
        threads.start(threads.job(threads.share("app"), task));
        done.await();
        return new WeakReference<>(task);
    }

    private static void assertGone(WeakReference<Runnable> task) throws InterruptedException {
        for (int i = 0; i < 100 && !task.refersTo(null); i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(task.refersTo(null)).isTrue();
    }
}
