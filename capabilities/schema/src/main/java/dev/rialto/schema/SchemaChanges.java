package dev.rialto.schema;

import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;

/// Drops classes from this node's cache that another node has changed.
public record SchemaChanges(Schemas schemas) implements Invalidations.Listener {
    @Override
    public void changed(App app, String announced) {
        Announcement.read(announced)
                .ifPresentOrElse(
                        announcement -> schemas.changed(app.schema(), announcement),
                        () -> schemas.forget(app.schema()));
    }

    @Override
    public void everythingChanged() {
        schemas.forgetAll();
    }
}
