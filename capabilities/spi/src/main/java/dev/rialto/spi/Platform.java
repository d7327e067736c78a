package dev.rialto.spi;

import dev.rialto.http.AppKeys;
import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Timing;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What the server offers to capabilities. Each takes what it needs out of it when it is made.
///
/// @param services what capabilities do for each other
/// @param apps finds an app and its keys by its id
/// @param triggers what apps want done when objects are written and found
/// @param door the way that requests come by
/// @param clock the time of day
/// @param timing for what waits or measures how long something takes
public record Platform(
        Store store,
        ObjectServices objects,
        Triggers triggers,
        Services services,
        Function<String, Optional<AppKeys>> apps,
        Door door,
        Clock clock,
        Timing timing) {

    /// The database and what is told of it.
    ///
    /// @param invalidations tells all nodes what they should no longer have cached
    /// @param changes wakes those who read the change log
    public record Store(Database database, Invalidations invalidations, ChangeTail changes) {}

    /// What the objects capability does for others.
    ///
    /// @param routes the usual operations of a class under a path of its own
    /// @param classes those that every app has
    /// @param takesTriggers tells of a class whether triggers are called for its objects
    public record ObjectServices(
            Objects objects,
            ClassRoutes routes,
            Watching watching,
            Scanning scanning,
            Querying querying,
            SystemClasses classes,
            Predicate<String> takesTriggers) {}

    /// The way that requests come by, known when they are served.
    ///
    /// @param publicUrl the address of `/v1`
    /// @param calls the operations, for code of the server's own
    public record Door(Supplier<String> publicUrl, Supplier<InProcessCalls> calls) {}

    /// The address of `/v1`, known when requests are served.
    public Supplier<String> publicUrl() {
        return door.publicUrl();
    }

    /// The operations, for code of the server's own; known when requests are served.
    public Supplier<InProcessCalls> calls() {
        return door.calls();
    }

    public Database database() {
        return store.database();
    }

    /// Finds an app by its id.
    public Optional<App> app(String id) {
        return apps.apply(id).map(AppKeys::app);
    }
}
