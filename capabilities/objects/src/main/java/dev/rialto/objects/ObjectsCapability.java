package dev.rialto.objects;

import dev.rialto.http.ApiDescriber;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Ids;
import dev.rialto.model.FileAddresses;
import dev.rialto.schema.SchemaCapability;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Objects;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Querying;
import dev.rialto.spi.Scanning;
import dev.rialto.spi.SystemClasses;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Watching;
import dev.rialto.store.ChangeTail;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/// The objects capability: classes, queries, writes, permissions, and what others build on them.
public final class ObjectsCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data",
                    "storage",
                    "objects",
                    "Stores objects of classes that apps define, and finds them.");

    private final Idempotency idempotency;
    private final SeenPosition position;
    private final SchemaCapability schema;
    private final ObjectService service;
    private final ObjectRoutes routes;
    private final WatchService watching;
    private final Scanner scanner;
    private final Querying querying;
    private final TriggerCalls triggers;
    private final ReadCache cache;

    /// The operations that API descriptions tell for each class.
    private final List<Operation> operations = new ArrayList<>();

    private final SystemClasses classes = new SystemClasses();

    /// Creates the capability for a node in a cluster.
    public static ObjectsCapability of(
            Platform.Store store,
            InstantSource clock,
            FileAddresses files,
            ObjectsSettings settings) {
        Invalidations invalidations = store.invalidations();
        var objects =
                new ObjectsCapability(
                        store.database(),
                        clock,
                        files,
                        settings,
                        (app, changed) ->
                                invalidations.publish(app, SchemaCapability.CHANGE, changed),
                        Optional.of(store.changes()));
        objects.schema.follow(invalidations);
        return objects;
    }

    /// Makes the capability of the only node, which keeps no answers in memory.
    ///
    /// @param announce tells other nodes that a class of an app changed
    public ObjectsCapability(
            Database database,
            InstantSource clock,
            FileAddresses files,
            ObjectsSettings settings,
            BiConsumer<App, String> announce) {
        this(database, clock, files, settings, announce, Optional.empty());
    }

    private ObjectsCapability(
            Database database,
            InstantSource clock,
            FileAddresses files,
            ObjectsSettings settings,
            BiConsumer<App, String> announce,
            Optional<ChangeTail> changes) {
        var ids = new Ids();
        this.idempotency = new Idempotency(database, clock, settings.idempotencyTtl());
        this.position = new SeenPosition(database);
        this.schema = new SchemaCapability(database, classes, announce);
        Schemas schemas = schema.schemas();
        var queries = new Queries(schemas, classes, clock);
        this.triggers = new TriggerCalls(database, classes);
        this.cache =
                new ReadCache(
                        database,
                        settings.cache(),
                        changes.<BooleanSupplier>map(
                                        tail -> new LogFollower(tail, database.stamps(), schemas))
                                .orElse(() -> false));
        var finder =
                new Finder(
                        new Finder.Services(database, schemas, queries, classes, triggers, cache),
                        files,
                        settings);
        var triggered = new TriggeredFinder(finder);
        var store = new ObjectStore(database, queries, files);
        var saves = new SaveTriggers(triggers, schemas, queries, store);
        var writer = new ObjectWriter(database, schemas, store, classes, clock, settings, saves);
        this.service =
                new ObjectService(database, schemas, queries, finder, triggered, writer, ids);
        this.scanner = new Scanner(triggered);
        this.watching = new WatchService(schemas, queries, finder, classes, files);
        this.querying =
                new QueryService(
                        schemas,
                        queries,
                        classes,
                        files,
                        new Querying.Bounds(settings.maxLimit(), settings.maxAnswer()));
        this.routes = new ObjectRoutes(triggered, writer, classes, ids);
        operations.addAll(routes.operations());
        operations.addAll(new ScanRoutes(scanner, settings).operations());
    }

    /// Adds a class that every app has. To be called before the first request.
    public void register(ClassRules classRules) {
        classes.add(classRules);
    }

    /// Sets the triggers of saves, deletes and finds. Must be called before the first request.
    public void triggers(Triggers called) {
        triggers.use(called);
    }

    /// Whether triggers are called for the objects of a class.
    public boolean takesTriggers(String className) {
        return triggers.mayHave(className);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Optional<OperationStep> step() {
        return Optional.of((operation, next) ->
                position.around(operation, idempotency.around(operation, next)));
    }

    @Override
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    @Override
    public void measure(Gauges to) {
        cache.measure(to);
    }

    @Override
    public Optional<ApiDescriber> describer() {
        return Optional.of(new ClassDescriptions(schema.schemas(), classes, operations));
    }

    /// The services for other capabilities.
    public Platform.ObjectServices services() {
        return new Platform.ObjectServices(
                service, routes, watching, scanner, querying, classes, this::takesTriggers);
    }

    public ClassRoutes routes() {
        return routes;
    }

    public Objects objects() {
        return service;
    }

    public Watching watching() {
        return watching;
    }

    public Scanning scanning() {
        return scanner;
    }

    /// The classes that every app has.
    public SystemClasses systemClasses() {
        return classes;
    }

    /// The classes of apps, a capability of its own that objects stand on.
    public SchemaCapability schema() {
        return schema;
    }

    public Schemas schemas() {
        return schema.schemas();
    }
}
