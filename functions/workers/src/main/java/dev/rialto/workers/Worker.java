package dev.rialto.workers;

import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Occupancy;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One worker: a process that loads a revision, or several, then runs calls, many at a time. When
/// it ends for any reason, all running calls fail.
public final class Worker implements Fleet.Instance {
    private static final int BUFFER = 64 << 10;
    private static final Duration TIME_TO_BE_READ = Duration.ofSeconds(2);

    private final WorkerProcess process;
    private volatile Handlers handlers;
    private final OutgoingFrames outgoing;
    private final IncomingFrames incoming;
    private final WorkerWatch watch;
    private final FrameRate rate = new FrameRate(System.nanoTime());
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private final Set<Long> abandoned = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Integer, CompletableFuture<ObjectNode>> loads = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable WorkerEnd> end = new AtomicReference<>();
    private final CompletableFuture<Void> leaving = new CompletableFuture<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile Duration timeToEnd = Duration.ZERO;

    /// A running call.
    private record Running(
            WorkerRequests.Call call, CompletableFuture<CallOutput> output, CallEnds ends) {
        Host host() {
            return call.host();
        }
    }

    /// What takes what comes from a worker.
    ///
    /// @param requests answers what its code asks
    /// @param lines takes lines that belong to no call
    /// @param exits of its program
    public record Handlers(WorkerRequests requests, Lines lines, Exits exits) {}

    /// Takes lines for the log that belong to no call.
    public interface Lines {
        /// @param microApp empty where the worker does not name one
        void write(String microApp, String level, String message);
    }

    private Worker(
            WorkerProcess process, Handlers handlers, long maxWaiting, WorkerBudgets budgets) {
        this.process = process;
        this.handlers = handlers;
        this.outgoing = new OutgoingFrames(maxWaiting, budgets.outgoing(), this::endUnread);
        this.incoming = new IncomingFrames(budgets.incoming());
        this.watch = new WorkerWatch(this, incoming);
    }

    /// Starts a process, and waits until it can be sent frames.
    ///
    /// @param start starts it
    /// @param maxWaiting how many bytes may wait until it reads them
    /// @param budgets of all workers
    /// @throws IOException if the program can't be run
    public static Worker start(
            WorkerProcess.Start start, Handlers handlers, long maxWaiting, WorkerBudgets budgets)
            throws IOException {
        var started = new CompletableFuture<Worker>();
        // To the system, a child's parent is the thread that started it: where children die with
        // their parent, this thread has to live as long.
        Thread.ofPlatform()
                .daemon()
                .name("worker-parent")
                .start(() -> {
                    try {
                        var worker = new Worker(start.start(), handlers, maxWaiting, budgets);
                        started.complete(worker);
                        worker.process
                                .printed()
                                .to(line -> worker.handlers.lines().write("", "info", line));
                        worker.process.process().waitFor();
                        worker.endAfterProcess();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    } catch (IOException | RuntimeException | Error failure) {
                        started.completeExceptionally(failure);
                    }
                });
        try {
            Worker worker = started.join();
            // Pipes of processes block the thread's carrier, so these are not virtual threads.
            Thread.ofPlatform().daemon().name("worker-in").start(worker::read);
            Thread.ofPlatform().daemon().name("worker-out").start(worker::write);
            return worker;
        } catch (CompletionException failed) {
            Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
            throw new IOException(cause.getMessage(), cause);
        }
    }

    /// Loads a revision.
    ///
    /// @param slot tells it from the others of this worker
    /// @param frames make it do so
    /// @return the frame that the worker answers with, `ready` or `refused`
    /// @throws RialtoException if it ends, or takes too long
    public ObjectNode load(int slot, Iterable<ObjectNode> frames, Duration within) {
        var answer = new CompletableFuture<ObjectNode>();
        loads.put(slot, answer);
        try {
            WorkerEnd over = end.get();
            if (over != null) {
                throw failure(over.why());
            }
            frames.forEach(each -> send(each.put("slot", slot)));
            return await(answer, within, () -> "loading took longer than " + seconds(within));
        } finally {
            loads.remove(slot);
        }
    }

    /// Lets the worker forget a revision.
    void unload(int slot) {
        send(Json.object().put("type", "unload").put("slot", slot));
    }

    /// Ends the process if it answers no ping although it was busy for so long, or uses more
    /// memory.
    ///
    /// @param memory of the whole process, in bytes
    public void watch(Duration patience, long memory) {
        watch.start(patience, memory);
    }

    /// Runs a call.
    ///
    /// @param slot of the revision
    /// @param ends what its caller is told when it does not answer
    /// @throws RialtoException what the code threw, or that it took too long
    Result call(int slot, InterfaceDescriptor descriptor, Invocation invocation, CallEnds ends) {
        long id = lastId.incrementAndGet();
        var output = new CompletableFuture<CallOutput>();
        var call = new WorkerRequests.Call(invocation.host(), Span.current());
        running.put(id, new Running(call, output, ends));
        try {
            WorkerEnd over = end.get();
            if (over != null) {
                throw ends.ended(over);
            }
            send(CallFrames.call(id, descriptor, invocation).put("slot", slot));
            CallOutput done = await(output, invocation.within(), ends::late);
            return done.result(invocation.context());
        } catch (IllegalArgumentException tooLarge) {
            throw failure(String.valueOf(tooLarge.getMessage()));
        } finally {
            if (!output.isDone()) {
                giveUp(id, output);
            }
            running.remove(id);
            call.close();
        }
    }

    /// Nobody waits for a call any more, though it may still run.
    private void giveUp(long id, CompletableFuture<CallOutput> output) {
        abandoned.add(id);
        if (output.isDone()) {
            abandoned.remove(id);
        }
        send(Json.object().put("type", "cancel").put("id", id));
    }

    @Override
    public int abandoned() {
        return abandoned.size();
    }

    /// The process and all that it has started.
    public ProcessTree processes() {
        return process.tree();
    }

    /// What it occupies.
    ///
    /// @param calls that it runs
    Occupancy.Instance occupancy(int calls) {
        ProcessHandle root = process.process().toHandle();
        ProcessTree all = processes();
        return new Occupancy.Instance(
                String.valueOf(root.pid()),
                root.info().startInstant().orElse(Instant.EPOCH),
                calls,
                all.proportionalMemory(),
                all.processorTime().map(Duration::toNanos).orElse(0L));
    }

    public boolean isAlive() {
        return end.get() == null;
    }

    /// Waits until the process has ended.
    ///
    /// @return the reason
    public String awaitEnd() {
        return ended.join();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it never completes exceptionally
    public void onLeave(Runnable action) {
        leaving.thenRun(action);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it never completes exceptionally
    public void onEnd(Consumer<String> action) {
        ended.thenAccept(action);
    }

    /// Lets the process end in some time when it is closed.
    void giveTimeToEnd(Duration time) {
        timeToEnd = time;
    }

    /// Kills the process and its descendants, after the time that it has to end. It has ended when
    /// [#onEnd] says so.
    @Override
    public void close() {
        Duration time = timeToEnd;
        if (time.isZero() || !isAlive()) {
            process.kill();
            return;
        }
        send(Json.object().put("type", "drain"));
        Thread.ofVirtual().name("worker-drain").start(() -> process.killAfter(time));
    }

    /// What the process has sent is read, but not for as long as a descendant keeps its connection.
    private void endAfterProcess() {
        ended.copy()
                .completeOnTimeout("", TIME_TO_BE_READ.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        if (isAlive()) {
            end(process.exit("the worker ended", () -> handlers.exits()));
        }
    }

    private void end(String why) {
        end(new WorkerEnd(why, false));
    }

    void end(WorkerEnd how) {
        if (end.compareAndSet(null, how)) {
            process.kill();
            // First, so that a caller who is told of it and tries again is not sent here.
            ended.complete(how.why());
            loads.values().forEach(each -> each.completeExceptionally(failure(how.why())));
            running.values().forEach(each -> fail(each, how));
            outgoing.close();
        }
    }

    private static void fail(Running call, WorkerEnd how) {
        RialtoException told = call.ends().ended(how);
        if (call.output().completeExceptionally(told)) {
            call.host().log("error", told.getMessage());
        }
    }

    /// Hands what comes from it to others from now on.
    void adopt(Handlers others) {
        handlers = others;
    }

    /// Sends a frame, unless it has ended.
    void send(ObjectNode frame) {
        if (isAlive() && !outgoing.add(Frames.bytes(frame))) {
            endUnread();
        }
    }

    private void endUnread() {
        end("the worker does not read its messages, and too many are waiting");
    }

    private void write() {
        // Frames that wait together are sent together: each system call costs.
        try (var out = new BufferedOutputStream(process.out(), BUFFER)) {
            Optional<byte[]> frame = outgoing.take();
            while (frame.isPresent()) {
                out.write(frame.get());
                if (outgoing.isLast()) {
                    out.flush();
                }
                frame = outgoing.take();
            }
        } catch (IOException gone) {
            // the reader sees it too, and says so
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        String why = "";
        try (var in = new DataInputStream(new BufferedInputStream(process.in(), BUFFER))) {
            Optional<Incoming> message = incoming.read(in);
            while (message.isPresent()) {
                receive(message.get());
                message = incoming.read(in);
            }
        } catch (UnacceptableFrameException refused) {
            end(String.valueOf(refused.getMessage()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (SocketException | ClosedChannelException reset) {
            // It ended before it had read all, or the server has closed the connection.
        } catch (IOException broken) {
            why = ": the pipe was broken by " + broken.getMessage();
        } finally {
            end(process.exit("the worker ended" + why, () -> handlers.exits()));
        }
    }

    private void receive(Incoming message) throws InterruptedException {
        ObjectNode frame = message.frame();
        Optional<Running> call = Optional.ofNullable(running.get(frame.path("id").asLong(0)));
        boolean isWanted;
        if (frame.has("ask")) {
            isWanted = call.isPresent();
            handlers.requests().answer(message, call.map(Running::call), this::send);
        } else {
            try (message) {
                isWanted = receive(frame, call);
            }
        }
        if (!isWanted) {
            Thread.sleep(rate.count(message.length(), System.nanoTime()));
        }
    }

    /// @return whether the server waited for the frame
    private boolean receive(ObjectNode frame, Optional<Running> call) {
        switch (frame.path("type").asString("")) {
            case "ready", "refused" -> {
                return Optional.ofNullable(loads.get(frame.path("slot").asInt(0)))
                        .map(each -> each.complete(frame))
                        .orElse(false);
            }
            case "result" -> {
                boolean isLate = abandoned.remove(frame.path("id").asLong(0));
                return call.map(each -> each.output.complete(CallOutput.of(frame))).orElse(isLate);
            }
            case "failed" -> {
                boolean isLate = abandoned.remove(frame.path("id").asLong(0));
                return call.map(each ->
                                each.output.completeExceptionally(CallFrames.failure(frame)))
                        .orElse(isLate);
            }
            case "log" -> write(call, frame);
            case "progress" ->
                    call.ifPresent(
                            each -> each.host().progress(frame.path("message").asString("")));
            case "hello" -> requireProtocol(frame);
            case "leaving" -> leaving.complete(null);
            // Other frames come from loops, too.
            case "pong" -> watch.answered();
            default -> {
                handlers.lines().write("", "warn", "unknown message from the worker");
                if (rate.isFlood()) {
                    end("the worker does not stop sending messages that mean nothing");
                }
            }
        }
        return false;
    }

    private void requireProtocol(ObjectNode hello) {
        int spoken = hello.path("protocol").asInt(0);
        if (spoken != Frames.PROTOCOL) {
            end("the worker speaks version " + spoken + " of the protocol, not " + Frames.PROTOCOL);
        }
    }

    private void write(Optional<Running> call, ObjectNode frame) {
        String level = frame.path("level").asString("info");
        String message = frame.path("message").asString("");
        call.ifPresentOrElse(
                each -> each.host().log(level, message),
                () -> handlers.lines().write(frame.path("microApp").asString(""), level, message));
    }

    private static <T> T await(
            CompletableFuture<T> future, Duration within, Supplier<String> late) {
        try {
            return future.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw new RialtoException(ErrorCode.TIMEOUT, late.get());
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RialtoException known
                    ? known
                    : new RialtoException(ErrorCode.INTERNAL, "the worker failed", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failure("the server is stopping");
        }
    }

    private static RialtoException failure(String why) {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, why);
    }

    static String seconds(Duration time) {
        return time.toMillis() / 1000.0 + " seconds";
    }
}
