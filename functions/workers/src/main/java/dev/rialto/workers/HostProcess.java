package dev.rialto.workers;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Occupancy;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Result;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// A process that hosts micro apps of one app: each is loaded when it is first called there.
final class HostProcess implements Fleet.Instance {
    private final Worker worker;
    private final Duration within;
    private final Map<Integer, CompletableFuture<ObjectNode>> loaded = new ConcurrentHashMap<>();

    /// @param within how long loading may take
    HostProcess(Worker worker, Duration within) {
        this.worker = worker;
        this.within = within;
    }

    /// Loads a revision, unless it is loaded.
    ///
    /// @return what the process has told of it
    /// @throws RefusedException when it can't be run
    ObjectNode load(HostedRevision revision) {
        var mine = new CompletableFuture<ObjectNode>();
        CompletableFuture<ObjectNode> before = loaded.putIfAbsent(revision.slot(), mine);
        if (before != null) {
            return result(before);
        }
        try {
            ObjectNode answer = worker.load(revision.slot(), revision.workload().frames(), within);
            if (!answer.path("type").asString("").equals("ready")) {
                throw revision.workload().refused(answer);
            }
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error failure) {
            // The next call tries again.
            loaded.remove(revision.slot());
            mine.completeExceptionally(failure);
            throw failure;
        }
    }

    private static ObjectNode result(CompletableFuture<ObjectNode> loading) {
        try {
            return loading.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : failed;
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
