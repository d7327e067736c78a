package dev.rialto.store;

import java.time.Duration;
import java.util.List;

/// What tells listeners of changes as they commit.
public interface ChangeSource {
    /// Hears of changes. It is called on one thread, must be quick and must not fail.
    interface Listener {
        /// Some changes, in order; all changes that this listener was not told of are behind
        /// `next`.
        void changed(List<Change> changes, LogPosition next);

        /// Changes were missed, because the log doesn't reach back to where this node stood.
        void lost(LogPosition next);

        /// How long a change may wait to be told when others come with it.
        default Duration patience() {
            return Duration.ZERO;
        }

        /// Whether it wants the rows as they were and are. Otherwise they may be missing.
        default boolean wantsRows() {
            return true;
        }
    }

    /// Tells of all changes from now on. The first ones may be of a moment before.
    void follow(Listener listener);

    void unfollow(Listener listener);
}
