package dev.rialto.server;

import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.apps.AppStore;
import dev.rialto.files.FileAddress;
import dev.rialto.http.AppKeys;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Timing;
import dev.rialto.objects.ObjectsCapability;
import dev.rialto.schema.SchemaChanges;
import dev.rialto.spi.LateTriggers;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Services;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;

/// What every process has that works on objects, a server as well as an import: objects, accounts
/// and the capabilities that stand on the platform alone.
final class CoreCapabilities implements AutoCloseable {
    private final LateTriggers triggers = new LateTriggers();
    private final ObjectsCapability objects;
    private final Platform platform;
    private final Shelf shelf;

    /// @param apps finds an app and its keys by its id
    /// @param door known when requests are served
    CoreCapabilities(
            Platform.Store store,
            SecretBox secrets,
            Function<String, Optional<AppKeys>> apps,
            Platform.Door door,
            CapabilitySettings settings) {
        var clock = Clock.systemUTC();
        objects =
                ObjectsCapability.of(
                        store,
                        clock,
                        (app, name) -> FileAddress.url(door.publicUrl().get(), app.id(), name),
                        settings.objects());
        // An app that is created again may have classes that look like those it had.
        store.invalidations()
                .subscribe(AppStore.INVALIDATION, new SchemaChanges(objects.schemas()));
        objects.triggers(triggers);
        shelf = new Shelf(objects);
        platform =
                new Platform(
                        store,
                        objects.services(),
                        triggers,
                        new Services(),
                        apps,
                        door,
                        clock,
                        Timing.SYSTEM);
        platform.services().offer(SecretBox.class, secrets);
        settings.plans().forEach(plan -> shelf.add(plan.make(platform)));
    }

    Shelf shelf() {
        return shelf;
    }

    Platform platform() {
        return platform;
    }

    ObjectsCapability objects() {
        return objects;
    }

    UserSessions sessions() {
        return platform.services().get(UserSessions.class);
    }

    /// What is called when objects are written and found; to be set before the first request.
    LateTriggers triggers() {
        return triggers;
    }

    @Override
    public void close() {
        shelf.close();
    }
}
