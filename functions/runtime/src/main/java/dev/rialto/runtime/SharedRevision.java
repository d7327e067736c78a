package dev.rialto.runtime;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.functions.spi.Usage;
import dev.rialto.hardening.Brake;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.CallStopped;
import dev.rialto.hardening.FunctionThread;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A revision in the server's JVM: its hardened classes, an instance of each function, and the
/// methods that are its interfaces.
final class SharedRevision implements LoadedRevision, MemoryWatch.Revision {
    private static final Logger LOG = Logger.getLogger(SharedRevision.class.getName());

    /// So many calls that don't end suspend a revision until they do.
    private static final int MOST_STUCK = 3;

    private final Release release;
    private final Descriptor descriptor;
    private final Brake brake;
    private final Ground ground;
    private final List<String> notes;
    private final OwnCode code;
    private final FunctionThreads.Share share;

    /// How many calls were given up and still run.
    private final AtomicInteger stuck = new AtomicInteger();

    private final MemoryWatch.Kept memory;

    /// None when it is unloaded; then nothing of it holds its classes.
    private volatile @Nullable RevisionCode loaded;

    /// Why it was unloaded although it is not closed.
    private volatile @Nullable String evicted;

    private final Map<InterfaceDescriptor, SharedInterface> interfaces = new ConcurrentHashMap<>();

    /// What all revisions share.
    record Ground(
            FunctionThreads threads,
            StuckCalls stuck,
            RetiredLoaders retired,
            MemoryWatch memory,
            RawFields fields,
            RevisionLog log,
            SharedSettings settings) {}

    /// @throws RefusedException when classes or methods are missing
    SharedRevision(
            Release release,
            Descriptor descriptor,
            RevisionLoader loader,
            List<String> notes,
            Ground ground) {
        this.notes = List.copyOf(notes);
        this.release = release;
        this.descriptor = descriptor;
        this.ground = ground;
        this.brake = Brake.of(loader);
        brake.belongTo(release.app().id());
        this.code = new OwnCode(loader);
        this.share = ground.threads().share(release.app().id());
        this.loaded = RevisionCode.of(descriptor, loader, ground.settings().resultSize());
        this.memory = ground.memory().watch(this);
    }

    /// Waits for the constructors to end.
    ///
    /// @throws CompletionException of what they threw
    void construct() {
        Budget budget = Budget.of(ground.settings().loading(), ground.settings().allocation());
        RevisionCode made =
                Objects.requireNonNull(loaded, "it is constructed before it can be unloaded");
        ground.stuck()
                .await(
                        ground.threads(),
                        share,
                        budget,
                        NOBODY,
                        () -> made.construct(budget, brake));
        memory.allocated(budget.allocatedBytes());
    }

    /// A revision that is not loaded is not called either.
    private static final StuckCalls.Owner NOBODY =
            new StuckCalls.Owner() {
                @Override
                public void givenUp(List<StackTraceElement> stack) {}

                @Override
                public void ended() {}
            };

    ClassLoader loader() {
        return Objects.requireNonNull(loaded, "unloaded").loader();
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public LoadedInterface find(InterfaceDescriptor exposed) {
        RevisionCode code = loaded;
        EntryPoint entry = code == null ? null : code.entryPoints().get(exposed.target());
        if (entry == null && evicted == null) {
            throw new IllegalArgumentException(release + " has no " + exposed.target());
        }
        return interfaces.computeIfAbsent(exposed, _ -> new SharedInterface(exposed, entry));
    }

    @Override
    public RetainedMemory.Measured measure(long enough) {
        RevisionCode code = loaded;
        return code == null
                ? new RetainedMemory.Measured(0, "")
                : RetainedMemory.of(
                        ground.fields(), code.loader().defined(), code.functions(), enough);
    }

    @Override
    public void evict(RetainedMemory.Measured kept) {
        long most = ground.settings().retained() >> 20;
        String why =
                "%s was unloaded: it kept %d MB in memory between its calls; the limit is %d MB."
                                .formatted(release.microApp(), kept.bytes() >> 20, most)
                        + " Keep such data in objects or the cache, and deploy it again";
        evicted = why;
        unload();
        String told = why + ". Most is kept by " + kept.largest();
        LOG.warning(() -> release + ": " + told);
        ground.log().add(release, "error", told);
    }

    @Override
    public void close() {
        unload();
    }

    private void unload() {
        RevisionCode code;
        synchronized (this) {
            code = loaded;
            loaded = null;
        }
        if (code != null) {
            memory.forget();
            interfaces.values().forEach(SharedInterface::unload);
            ground.retired().retired(code.loader(), release.toString());
        }
    }

    private RialtoException unloaded() {
        return new RialtoException(
                ErrorCode.FUNCTION_UNLOADED,
                Objects.requireNonNullElse(evicted, release.microApp() + " is closed"));
    }

    private void requireEnding() {
        if (stuck.get() >= MOST_STUCK || share.givenUp() >= FunctionThreads.REPLACED_OF_APP) {
            throw new RialtoException(
                    ErrorCode.FUNCTION_SUSPENDED,
                    release.microApp()
                            + " is suspended: calls of it were stopped but do not end. Calls"
                            + " resume when they have ended, or with another revision");
        }
    }

    /// An interface, with what of its descriptor each call needs.
    private final class SharedInterface implements LoadedInterface {
        private final InterfaceDescriptor exposed;
        private final OptionalLong allocation;
        private volatile @Nullable EntryPoint entry;
        private final AtomicInteger stuckHere = new AtomicInteger();

        SharedInterface(InterfaceDescriptor exposed, @Nullable EntryPoint entry) {
            this.exposed = exposed;
            this.entry = entry;
            this.allocation = exposed.limits().allocation();
        }

        void unload() {
            entry = null;
        }

        @Override
        public int stuck() {
            return stuckHere.get();
        }

        @Override
        public boolean boundsItsOutput() {
            return true;
        }

        @Override
        public Result call(Invocation invocation) {
            requireEnding();
            EntryPoint known = entry;
            if (known == null) {
                throw unloaded();
            }
            var call = new SharedCall(this, known, invocation);
            if (Thread.currentThread() instanceof FunctionThread) {
                return call.run();
            }
            try {
                return ground.stuck().await(ground.threads(), share, call.budget, call, call::run);
            } catch (CompletionException failure) {
                if (failure.getCause() instanceof RialtoException told) {
                    throw told;
                }
                throw failure;
            }
        }
    }

    /// One call on its way.
    private final class SharedCall implements StuckCalls.Owner {
        private final SharedInterface called;
        private final InterfaceDescriptor exposed;
        private final EntryPoint entry;
        private final Invocation invocation;
        private final long allocation;
        private final HostedFunctions functions;
        private final Budget budget;

        SharedCall(SharedInterface called, EntryPoint entry, Invocation invocation) {
            this.called = called;
            this.exposed = called.exposed;
            this.entry = entry;
            this.invocation = invocation;
            this.allocation =
                    called.allocation.orElseGet(
                            () -> ground.settings().allocation(invocation.within()));
            this.functions =
                    new HostedFunctions(
                            invocation.host(),
                            entry.values(),
                            new HostedFunctions.Threads(
                                    ground.threads(), share, ground.stuck(), this),
                            brake,
                            allocation);
            this.budget = Budget.of(invocation.within(), allocation);
        }

        Result run() {
            try {
                JsonNode output = budget.run(brake, this::answer);
                return new Result(
                        output,
                        new Usage(
                                budget.cpuNanos() + functions.cpuNanos(),
                                budget.allocatedBytes() + functions.allocatedBytes()));
            } catch (CallStopped stopped) {
                RialtoException told = told(stopped);
                log(told.getMessage() + code.atPlace(stopped.getStackTrace()));
                throw told;
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Exception impossible) {
                throw new AssertionError("answers throw no checked exception", impossible);
            } finally {
                memory.allocated(budget.allocatedBytes() + functions.allocatedBytes());
            }
        }

        private JsonNode answer() {
            var context =
                    new CallContext(
                            release,
                            invocation,
                            entry.values(),
                            code,
                            functions,
                            Instant.now().plus(invocation.within()));
            try {
                Object returned = entry.call(invocation.input(), context);
                // What follows is the server's.
                FunctionThread.settleCurrent();
                JsonNode output = entry.output(returned, entry.values());
                stream(returned, output);
                return output;
            } catch (FunctionException refused) {
                throw new RialtoException(
                        ErrorCode.chosen(refused.code()),
                        refused.code(),
                        String.valueOf(refused.getMessage()));
            } catch (RialtoException | CallStopped known) {
                throw known;
            } catch (StackOverflowError tooDeep) {
                String place = code.atPlace(tooDeep.getStackTrace());
                context.log().error(exposed.target() + " calls itself too deeply" + place);
                throw new RialtoException(
                        ErrorCode.SCRIPT_FAILED, "the function calls itself too deeply");
            } catch (Throwable failure) {
                log(failure, context);
                // What it says is for its developer.
                throw new RialtoException(
                        ErrorCode.SCRIPT_FAILED,
                        "the function failed (request " + invocation.requestId() + ")",
                        CodeFailure.of(failure));
            }
        }

        /// Logs a failure, which is asked for its message and stack: code of the micro app, which
        /// may fail as well.
        private void log(Throwable failure, CallContext context) {
            try {
                context.log().error(exposed.target() + " failed", failure);
            } catch (RialtoException | CallStopped known) {
                throw known;
            } catch (Throwable _) {
                context.log().error(exposed.target() + " failed: " + failure.getClass().getName());
            }
        }

        private void stream(@Nullable Object returned, JsonNode head) throws IOException {
            if (returned instanceof HttpResponse(_, _, HttpResponse.Content.Stream(var writer))
                    && head instanceof ObjectNode object) {
                Optional<OutputStream> reader = invocation.host().stream(object);
                if (reader.isPresent()) {
                    try (OutputStream out = new SettledStream(reader.get())) {
                        writer.write(out);
                    }
                }
            }
        }

        private void log(String message) {
            invocation.host().log("error", message);
        }

        @Override
        public void givenUp(List<StackTraceElement> stack) {
            stuck.incrementAndGet();
            called.stuckHere.incrementAndGet();
            log(
                    descriptor.address(exposed)
                            + " was stopped but does not end"
                            + code.atPlace(stack.toArray(StackTraceElement[]::new)));
        }

        @Override
        public void ended() {
            stuck.decrementAndGet();
            called.stuckHere.decrementAndGet();
            log(descriptor.address(exposed) + " has finally ended");
        }

        private RialtoException told(CallStopped stopped) {
            String address = descriptor.address(exposed);
            return switch (stopped.kind()) {
                case DEADLINE, CANCELLED ->
                        new RialtoException(
                                ErrorCode.TIMEOUT,
                                address
                                        + " was stopped: it took longer than "
                                        + invocation.within().toMillis()
                                        + " ms");
                case SHORTAGE ->
                        new RialtoException(
                                ErrorCode.OVERLOADED,
                                address
                                        + " was stopped: the server ran short of memory, and the"
                                        + " call had allocated "
                                        + (budget.allocatedBytes() >> 20)
                                        + " MB");
                case ALLOCATION ->
                        new RialtoException(
                                ErrorCode.ALLOCATION_EXCEEDED,
                                address
                                        + " was stopped: it allocated more than "
                                        + (allocation >> 20)
                                        + " MB");
            };
        }
    }
}
