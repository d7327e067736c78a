package dev.rialto.live;

import dev.rialto.store.ChangeLog;
import dev.rialto.store.ChangeSource;
import dev.rialto.store.LogPosition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the log when it is told to.
final class SteppedTail implements ChangeSource {
    private final ChangeLog log;
    private @Nullable Listener listener;
    private LogPosition position;

    SteppedTail(ChangeLog log) {
        this.log = log;
        this.position = log.end();
    }

    @Override
    public void follow(Listener follower) {
        position = log.end();
        listener = follower;
    }

    @Override
    public void unfollow(Listener follower) {
        listener = null;
    }

    /// @return whether there may be more
    boolean step(int limit) {
        if (listener == null) {
            return false;
        }
        Optional<ChangeLog.Page> page = log.read(position, new ChangeLog.Scope.Everything(), limit);
        position = page.map(ChangeLog.Page::next).orElseGet(log::end);
        if (page.isEmpty()) {
            listener.lost(position);
            return false;
        }
        listener.changed(page.get().changes(), position);
        return !page.get().isLast();
    }

    /// Reads up to the end.
    void settle() {
        while (step(100)) {}
    }
}
