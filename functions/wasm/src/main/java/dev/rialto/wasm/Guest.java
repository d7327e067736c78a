package dev.rialto.wasm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.WasmException;
import dev.rialto.functions.spi.Usage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The code of one call, on a thread of its own. What it asks of the platform is done by the
/// caller's thread, which waits for it: code that has used up its stack must not run the server's.
final class Guest implements Runnable {
    private static final Logger LOG = Logger.getLogger(Guest.class.getName());
    private static final byte[] NOTHING = new byte[0];
    private static final String TOO_DEEP = "it calls itself too deeply";

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// What the thread of a call tells its caller.
    sealed interface Message {}

    /// A request, which the caller's thread performs.
    record Ask(Function<CallPlatform, byte[]> work, CompletableFuture<byte[]> answer)
            implements Message {
        void perform(CallPlatform platform) {
            try {
                answer.complete(work.apply(platform));
            } catch (RuntimeException | Error failure) {
                answer.completeExceptionally(failure);
            }
        }
    }

    /// The code has ended.
    record Ended(Outcome outcome, Usage usage) implements Message {}

    /// What is run: makes an instance, with what it imports bound to a call, and runs it.
    interface Code {
        void run(Guest guest, MemoryBudget.Lease memory);
    }

    private final Code code;
    private final MemoryBudget.Lease memory;
    private final List<String> arguments;
    private final List<String> environment;
    private final CallStreams streams;
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private byte[] answer = NOTHING;
    private boolean stopped;
    private boolean ended;
    private @Nullable Thread thread;
    private Runnable afterwards = () -> {};

    /// @param environment variables, as `NAME=value`
    Guest(
            Code code,
            MemoryBudget.Lease memory,
            List<String> arguments,
            List<String> environment,
            CallStreams streams) {
        this.code = code;
        this.memory = memory;
        this.arguments = arguments;
        this.environment = environment;
        this.streams = streams;
    }

    List<String> arguments() {
        return arguments;
    }

    List<String> environment() {
        return environment;
    }

    CallStreams streams() {
        return streams;
    }

    /// The answer to the last request.
    byte[] answer() {
        return answer;
    }

    @Override
    public void run() {
        Outcome outcome = new Outcome.Stopped();
        long cpu = 0;
        long allocated = 0;
        try (memory) {
            if (begin()) {
                cpu = THREADS.getCurrentThreadCpuTime();
                allocated = THREADS.getCurrentThreadAllocatedBytes();
                outcome = outcome();
                cpu = THREADS.getCurrentThreadCpuTime() - cpu;
                allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            }
        } finally {
            end();
            messages.add(new Ended(outcome, new Usage(cpu, allocated)));
        }
    }

    private Outcome outcome() {
        try {
            code.run(this, memory);
            return new Outcome.Exited(0);
        } catch (GuestExit exit) {
            return exit.outcome();
        } catch (ChicoryInterruptedException _) {
            return new Outcome.Stopped();
        } catch (StackOverflowError _) {
            return new Outcome.Trapped(TOO_DEEP);
        } catch (OutOfMemoryError _) {
            return new Outcome.NoMemory();
        } catch (WasmException _) {
            return new Outcome.Trapped("it threw an exception that nothing catches");
        } catch (RuntimeException trap) {
            // Chicory's own traps, and those of the JVM, such as a division by zero.
            return new Outcome.Trapped(
                    trap.getCause() instanceof StackOverflowError
                            ? TOO_DEEP
                            : String.valueOf(trap.getMessage()));
        } catch (Throwable unexpected) {
            LOG.log(Level.SEVERE, "WebAssembly failed in an unexpected way", unexpected);
            return new Outcome.Trapped(unexpected.toString());
        }
    }

    private synchronized boolean begin() {
        if (!stopped) {
            thread = Thread.currentThread();
        }
        return !stopped;
    }

    private void end() {
        Runnable last;
        synchronized (this) {
            thread = null;
            ended = true;
            last = afterwards;
        }
        // The next call on this thread was not stopped.
        Thread.interrupted();
        last.run();
    }

    /// Stops the code soon, if it still runs.
    synchronized void stop() {
        stopped = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /// Does something once the code has ended.
    ///
    /// @return false if it has ended
    synchronized boolean afterwards(Runnable work) {
        if (!ended) {
            afterwards = work;
        }
        return !ended;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /// Has the caller's thread do something, and waits for it.
    ///
    /// @throws GuestExit if the call is stopped, or its caller's thread could not do it
    void ask(Function<CallPlatform, byte[]> work) {
        var asked = new Ask(work, new CompletableFuture<>());
        try {
            if (isStopped()) {
                throw new GuestExit(new Outcome.Stopped());
            }
            messages.add(asked);
            answer = asked.answer().get();
        } catch (InterruptedException _) {
            throw new GuestExit(new Outcome.Stopped());
        } catch (ExecutionException failure) {
            LOG.log(Level.SEVERE, "a request of WebAssembly failed", failure.getCause());
            throw new GuestExit(new Outcome.Trapped("a request to the platform failed"));
        }
    }

    /// Waits for what the code says next.
    ///
    /// @return null if it said nothing
    @Nullable Message next(Duration within) throws InterruptedException {
        return messages.poll(Math.max(0, within.toNanos()), TimeUnit.NANOSECONDS);
    }
}
