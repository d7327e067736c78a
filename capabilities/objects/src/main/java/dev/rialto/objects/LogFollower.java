package dev.rialto.objects;

import dev.rialto.schema.SchemaStore;
import dev.rialto.schema.Schemas;
import dev.rialto.store.Change;
import dev.rialto.store.ChangeSource;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.LogPosition;
import dev.rialto.store.Sql;
import dev.rialto.store.Stamps;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Notes in the stamps what others change: other nodes, other programs, SQL by hand. It follows the
/// change log from when it is first asked, so a process that reads nothing doesn't follow it.
final class LogFollower implements ChangeSource.Listener, BooleanSupplier {
    /// How old the knowledge of the log may be for stamps to be trusted. The log is looked at once
    /// a second when nothing is heard of it.
    static final Duration BOUND = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(LogFollower.class.getName());

    /// Changes are noted so many at once: each reading of the log costs the database the same.
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final ChangeTail tail;
    private final Stamps stamps;
    private final Schemas schemas;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean following;

    LogFollower(ChangeTail tail, Stamps stamps, Schemas schemas) {
        this.tail = tail;
        this.stamps = stamps;
        this.schemas = schemas;
    }

    /// Whether the stamps tell all that was committed longer ago than [#BOUND].
    @Override
    public boolean getAsBoolean() {
        if (following) {
            return tail.isWithin(BOUND);
        }
        if (begun.compareAndSet(false, true)) {
            Thread.ofVirtual().name("cache-follower").start(this::follow);
        }
        return false;
    }

    private void follow() {
        try {
            tail.followFirst(this);
            // What was read before may have been changed before.
            stamps.everythingChanged();
            following = true;
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "can't follow the change log; trying again", failure);
            begun.set(false);
        }
    }

    @Override
    public void changed(List<Change> changes, LogPosition next) {
        for (Change each : changes) {
            if (each.table().equals(SchemaStore.TABLE)) {
                schemas.changed(each.schema(), each.key());
            } else {
                stamps.rowChanged(
                        Sql.name(each.schema()) + "." + Sql.name(each.table()), each.key());
            }
        }
    }

    @Override
    public void lost(LogPosition next) {
        schemas.forgetAll();
        stamps.everythingChanged();
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public boolean wantsRows() {
        return false;
    }
}
