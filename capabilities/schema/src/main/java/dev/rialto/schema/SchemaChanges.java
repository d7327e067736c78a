package dev.rialto.schema;

import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;

/// Lets this node forget classes that were changed on another.
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
