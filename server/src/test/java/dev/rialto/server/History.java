package dev.rialto.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The states of one thing, in the order in which one writer brought them about, and when.
///
/// @param <T> a state
final class History<T> {
    private final List<State<T>> states = new ArrayList<>();

    /// @param acknowledged when the writer was told that it is done; [Long#MAX_VALUE] before, and
    ///   for ever when it was never told
    private record State<T>(T value, int node, long begun, long acknowledged) {}

    /// A writer is about to ask a node for a state.
    synchronized void begin(T value, int node) {
        states.add(new State<>(value, node, System.nanoTime(), Long.MAX_VALUE));
    }

    /// The writer has been told that it is done.
    synchronized void acknowledge() {
        State<T> last = states.removeLast();
        states.add(new State<>(last.value(), last.node(), last.begun(), System.nanoTime()));
    }

    synchronized T last() {
        return states.getLast().value();
    }

    /// What a node may have answered. A state is over once another one was acknowledged: at once on
    /// the node that did it, after the bound on others.
    ///
    /// @param bound in nanoseconds
    /// @param asked when the answer was asked for
    /// @param answered when it was there
    synchronized Set<T> possible(int node, long bound, long asked, long answered) {
        Set<T> possible = new HashSet<>();
        for (State<T> each : states.reversed()) {
            if (each.begun() < answered) {
                possible.add(each.value());
            }
            long late = each.node() == node ? 0 : bound;
            if (each.acknowledged() != Long.MAX_VALUE && each.acknowledged() + late < asked) {
                break;
            }
        }
        return possible;
    }
}
