package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;
import dev.rialto.store.StoreException;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Whether this server has more than one app, as of the last change of its apps.
final class ManyApps implements BooleanSupplier, Invalidations.Listener {
    private static final Logger LOG = Logger.getLogger(ManyApps.class.getName());

    private final FunctionsModule.Apps apps;
    private @Nullable Boolean told;
    private long changes;
    private volatile Runnable action = () -> {};

    ManyApps(FunctionsModule.Apps apps, Invalidations invalidations) {
        this.apps = apps;
        invalidations.subscribe(Invalidations.Kind.APP, this);
    }

    /// Calls an action whenever the answer changes.
    void onChange(Runnable wanted) {
        action = wanted;
    }

    @Override
    public boolean getAsBoolean() {
        while (true) {
            long seen;
            synchronized (this) {
                if (told != null) {
                    return told;
                }
                seen = changes;
            }
            boolean now = apps.count() > 1;
            synchronized (this) {
                // Otherwise the number may be that of before.
                if (seen == changes) {
                    told = now;
                    return now;
                }
            }
        }
    }

    @Override
    public void changed(App app, String key) {
        everythingChanged();
    }

    @Override
    public void everythingChanged() {
        Boolean before;
        synchronized (this) {
            changes++;
            before = told;
            told = null;
        }
        if (before != null) {
            Thread.ofVirtual().name("apps-changed").start(() -> compare(before));
        }
    }

    private void compare(boolean before) {
        try {
            if (getAsBoolean() != before) {
                action.run();
            }
        } catch (StoreException unreachable) {
            // Once the database is back, everything may have changed again.
            LOG.log(Level.FINE, "can't count the apps", unreachable);
        }
    }
}
