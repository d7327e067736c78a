package dev.rialto.workers;

import java.util.function.Consumer;

/// An instance that only exists in a simulation.
final class SimulatedInstance implements Fleet.Instance {
    private final Consumer<Runnable> closing;
    private Consumer<String> ended = _ -> {};
    private Runnable left = () -> {};
    private boolean closed;
    private boolean over;

    SimulatedInstance() {
        this(Runnable::run);
    }

    /// @param closing ends it, at once or later
    SimulatedInstance(Consumer<Runnable> closing) {
        this.closing = closing;
    }

    @Override
    public void onLeave(Runnable action) {
        left = action;
    }

    /// Takes no more calls.
    void leave() {
        left.run();
    }

    @Override
    public void onEnd(Consumer<String> action) {
        ended = action;
    }

    /// Ends it, unexpectedly for its fleet.
    void kill() {
        end("killed");
    }

    @Override
    public void close() {
        closed = true;
        closing.accept(() -> end("closed"));
    }

    private void end(String why) {
        if (!over) {
            over = true;
            ended.accept(why);
        }
    }

    boolean isClosed() {
        return closed;
    }
}
