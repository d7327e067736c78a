package dev.rialto.http;

import dev.rialto.kernel.Timing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The WebSockets that are open.
final class OpenSockets {
    /// Large messages may take this part of the heap while they arrive.
    private static final int MESSAGES_SHARE = 16;

    private final Set<SocketConnection> open = ConcurrentHashMap.newKeySet();
    private final PaceKeeper keeper;
    private final BodyBudget budget;
    private volatile boolean stopping;

    /// @param maxMessage message that any endpoint takes, in bytes
    OpenSockets(PaceKeeper keeper, int maxMessage) {
        this.keeper = keeper;
        this.budget =
                new BodyBudget(
                        Math.max(
                                Runtime.getRuntime().maxMemory() / MESSAGES_SHARE,
                                4L * maxMessage));
    }

    Timing timing() {
        return keeper.timing();
    }

    BodyBudget budget() {
        return budget;
    }

    /// False when the server stops.
    boolean add(SocketConnection socket) {
        open.add(socket);
        keeper.add(socket);
        return !stopping;
    }

    void remove(SocketConnection socket) {
        keeper.remove(socket);
        open.remove(socket);
    }

    int count() {
        return open.size();
    }

    boolean isStopping() {
        return stopping;
    }

    /// Ends all sockets with code 1001, and those that are yet to open.
    void stop() {
        stopping = true;
        open.forEach(socket -> socket.close(false));
    }

    /// Cuts off the clients that did not take that in time.
    void cut() {
        open.forEach(socket -> socket.close(true));
    }
}
