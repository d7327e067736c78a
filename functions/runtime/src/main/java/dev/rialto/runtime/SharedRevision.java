package dev.rialto.runtime;

import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.functions.spi.Result;
import dev.rialto.hardening.Brake;
import dev.rialto.hardening.Budget;
import dev.rialto.hardening.FunctionThread;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A revision in the server's JVM: its hardened classes, an instance of each function, and the
/// methods that are its interfaces.
final class SharedRevision implements LoadedRevision, MemoryWatch.Revision {
    private static final Logger LOG = Logger.getLogger(SharedRevision.class.getName());

    /// This many calls that don't end suspend a revision until they do.
    private static final int MAX_STUCK = 3;

    private final Release release;
    private final Descriptor descriptor;
    private final Brake brake;
    private final Services services;
    private final List<String> notes;
    private final OwnCode code;
    private final FunctionThreads.Share share;

    /// The number of abandoned calls that still run.
    private final AtomicInteger stuck = new AtomicInteger();

    private final MemoryWatch.WatchedRevision memory;

    /// Null when it is unloaded; then nothing holds its classes.
    private volatile @Nullable RevisionCode loaded;

    /// Why it was unloaded although it is not closed.
    private volatile @Nullable String evicted;

    private final Map<InterfaceDescriptor, SharedInterface> interfaces = new ConcurrentHashMap<>();

    /// What all revisions share.
    record Services(
            FunctionThreads threads,
            StuckCalls stuck,
            RetiredLoaders retired,
            MemoryWatch memory,
            RawFields fields,
            RevisionLog log,
            SharedSettings settings) {}

    /// @throws RefusedException if classes or methods are missing
    SharedRevision(
            Release release,
            Descriptor descriptor,
            RevisionLoader loader,
            List<String> notes,
            Services services) {
        this.notes = List.copyOf(notes);
        this.release = release;
        this.descriptor = descriptor;
        this.services = services;
        this.brake = Brake.of(loader);
        brake.belongTo(release.app().id());
        this.code = new OwnCode(loader);
        this.share = services.threads().share(release.app().id());
        this.loaded = RevisionCode.of(descriptor, loader, services.settings().resultSize());
        this.memory = services.memory().watch(this);
    }

    /// Waits for the constructors to end.
    ///
    /// @throws CompletionException of what they threw
    void construct() {
        Budget budget = Budget.of(services.settings().loading(), services.settings().allocation());
        RevisionCode made =
                Objects.requireNonNull(loaded, "it is constructed before it can be unloaded");
        services.stuck()
                .await(
                        services.threads(),
                        share,
                        budget,
                        NOBODY,
                        () -> made.construct(budget, brake));
        memory.allocated(budget.allocatedBytes());
    }

    /// A revision that is not loaded is not called.
    private static final StuckCalls.Owner NOBODY =
            new StuckCalls.Owner() {
                @Override
                public void givenUp(List<StackTraceElement> stack) {}

                @Override
                public void ended() {}
            };

    Services services() {
        return services;
    }

    FunctionThreads.Share share() {
        return share;
    }

    Brake brake() {
        return brake;
    }

    Release release() {
        return release;
    }

    OwnCode code() {
        return code;
    }

    /// Counts what a call has allocated.
    void allocated(long bytes) {
        memory.allocated(bytes);
    }

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
    public LoadedInterface find(InterfaceDescriptor declared) {
        RevisionCode code = loaded;
        EntryPoint entry = code == null ? null : code.entryPoints().get(declared.target());
        if (entry == null && evicted == null) {
            throw new IllegalArgumentException(release + " has no " + declared.target());
        }
        return interfaces.computeIfAbsent(declared, _ -> new SharedInterface(declared, entry));
    }

    @Override
    public RetainedMemory.Measured measure(long enough) {
        RevisionCode code = loaded;
        return code == null
                ? new RetainedMemory.Measured(0, "")
                : RetainedMemory.of(
                        services.fields(), code.loader().defined(), code.functions(), enough);
    }

    @Override
    public void evict(RetainedMemory.Measured kept) {
        long max = services.settings().retained() >> 20;
        String why =
                "%s was unloaded: it kept %d MB in memory between its calls; the limit is %d MB."
                                .formatted(release.microApp(), kept.bytes() >> 20, max)
                        + " Keep such data in objects or the cache, and deploy it again";
        evicted = why;
        unload();
        String told = why + ". Most is kept by " + kept.largest();
        LOG.warning(() -> release + ": " + told);
        services.log().add(release, "error", told);
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
            services.retired().retired(code.loader(), release.toString());
        }
    }

    private RialtoException unloaded() {
        return new RialtoException(
                ErrorCode.FUNCTION_UNLOADED,
                Objects.requireNonNullElse(evicted, release.microApp() + " is closed"));
    }

    private void requireEnding() {
        if (stuck.get() >= MAX_STUCK || share.givenUp() >= FunctionThreads.REPLACED_OF_APP) {
            throw new RialtoException(
                    ErrorCode.FUNCTION_SUSPENDED,
                    release.microApp()
                            + " is suspended: calls of it were stopped but do not end. Calls"
                            + " resume when they have ended, or with another revision");
        }
    }

    /// An interface, with the parts of its descriptor that each call needs.
    final class SharedInterface implements LoadedInterface {
        private final InterfaceDescriptor declared;
        private final OptionalLong allocation;
        private volatile @Nullable EntryPoint entry;
        private final AtomicInteger stuckHere = new AtomicInteger();

        SharedInterface(InterfaceDescriptor declared, @Nullable EntryPoint entry) {
            this.declared = declared;
            this.entry = entry;
            this.allocation = declared.limits().allocation();
        }

        InterfaceDescriptor declared() {
            return declared;
        }

        OptionalLong allocation() {
            return allocation;
        }

        /// Counts calls that were abandoned, or with a negative number, that have ended after all.
        void countStuck(int more) {
            stuck.addAndGet(more);
            stuckHere.addAndGet(more);
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
            var call = new SharedCall(SharedRevision.this, this, known, invocation);
            if (Thread.currentThread() instanceof FunctionThread) {
                return call.run();
            }
            try {
                return services.stuck()
                        .await(services.threads(), share, call.budget(), call, call::run);
            } catch (CompletionException failure) {
                if (failure.getCause() instanceof RialtoException told) {
                    throw told;
                }
                throw failure;
            }
        }
    }
}
