package dev.rialto.wasm;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The threads that run WebAssembly: platform threads, since the operating system shares the
/// processors fairly between them. Their stacks bound how deeply code calls itself.
final class GuestThreads implements AutoCloseable {
    private static final long STACK_SIZE = 1L << 20;
    private static final int IDLE_SECONDS = 20;

    private final int max;
    private final int maxOfApp;
    private final ThreadPoolExecutor threads;
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

    GuestThreads(int max, int maxOfApp) {
        this.max = max;
        this.maxOfApp = maxOfApp;
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        max,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        Thread.ofPlatform()
                                .daemon()
                                .name("wasm-", 1)
                                .stackSize(STACK_SIZE)
                                .factory());
    }

    int running() {
        return threads.getActiveCount();
    }

    /// Runs a call.
    ///
    /// @throws RialtoException OVERLOADED if all threads are busy, or all of the app's
    void start(String app, Runnable call) {
        AtomicInteger ofApp = running.computeIfAbsent(app, _ -> new AtomicInteger());
        boolean started = false;
        try {
            if (ofApp.incrementAndGet() > maxOfApp) {
                throw tooMany("WebAssembly calls of the app \"" + app + "\"", maxOfApp);
            }
            threads.execute(() -> {
                try {
                    call.run();
                } finally {
                    ofApp.decrementAndGet();
                }
            });
            started = true;
        } catch (RejectedExecutionException _) {
            throw tooMany("WebAssembly calls", max);
        } finally {
            if (!started) {
                ofApp.decrementAndGet();
            }
        }
    }

    private static RialtoException tooMany(String what, int max) {
        return new RialtoException(
                ErrorCode.OVERLOADED,
                "more than " + max + " " + what + " run at once: try again shortly");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
