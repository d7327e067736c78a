package dev.rialto.workers;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Occupancy;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Result;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// A process that hosts micro apps of one app: each is loaded when it is first called there. Calls
/// wait for that within their own time; what then goes on loading is there for the next one.
final class HostProcess implements Fleet.Instance {
    private final Worker worker;
    private final Duration patience;
    private final Map<Integer, CompletableFuture<ObjectNode>> loaded = new ConcurrentHashMap<>();

    /// @param patience how long loading may take
    HostProcess(Worker worker, Duration patience) {
        this.worker = worker;
        this.patience = patience;
    }

    /// Loads a revision, unless it is loaded.
    ///
    /// @param within how long to wait for that
    /// @return what the process has told of it
    /// @throws RefusedException when it can't be run
    ObjectNode load(HostedRevision revision, Duration within) {
        var mine = new CompletableFuture<ObjectNode>();
        CompletableFuture<ObjectNode> before = loaded.putIfAbsent(revision.slot(), mine);
        if (before == null) {
            Thread.ofVirtual().name("host-load").start(() -> load(revision, mine));
        }
        return result(before == null ? mine : before, within);
    }

    private void load(HostedRevision revision, CompletableFuture<ObjectNode> result) {
        try {
            ObjectNode answer =
                    worker.load(revision.slot(), revision.workload().frames(), patience);
            if (!answer.path("type").asString("").equals("ready")) {
                throw revision.workload().refused(answer);
            }
            result.complete(answer);
        } catch (RuntimeException | Error failure) {
            // The next call tries again; what may come of this attempt is not wanted.
            loaded.remove(revision.slot());
            worker.unload(revision.slot());
            result.completeExceptionally(failure);
        }
    }

    private static ObjectNode result(CompletableFuture<ObjectNode> loading, Duration within) {
        try {
            return loading.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException known
                    ? known
                    : new RialtoException(ErrorCode.INTERNAL, "loading failed", failed);
        } catch (TimeoutException late) {
            throw new RialtoException(
                    ErrorCode.TIMEOUT, "the call waited too long for its micro app to load");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "the server is stopping");
        }
    }

    Result call(
            HostedRevision revision,
            InterfaceDescriptor exposed,
            Invocation invocation,
            CallEnds ends) {
        return worker.call(revision.slot(), exposed, invocation, ends);
    }

    void unload(HostedRevision revision) {
        if (loaded.remove(revision.slot()) != null) {
            worker.unload(revision.slot());
        }
    }

    /// What it occupies.
    ///
    /// @param calls that it runs
    Occupancy.Instance occupancy(int calls) {
        return worker.occupancy(calls);
    }

    @Override
    public int abandoned() {
        return worker.abandoned();
    }

    @Override
    public void onLeave(Runnable action) {
        worker.onLeave(action);
    }

    @Override
    public void onEnd(Consumer<String> action) {
        worker.onEnd(action);
    }

    @Override
    public void close() {
        worker.close();
    }
}
