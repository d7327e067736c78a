package dev.rialto.schema;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// The schema capability: the classes that an app defines.
public final class SchemaCapability implements Capability {
    /// The kind of [Invalidations] for changes of an app's classes.
    public static final Invalidations.Kind CHANGE = new Invalidations.Kind("schema");

    private static final List<String> ABILITIES =
            List.of(
                    "addField",
                    "removeField",
                    "addClass",
                    "removeClass",
                    "clearAllDataFromClass",
                    "exportClass",
                    "editClassLevelPermissions",
                    "editPointerPermissions");

    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                            "data",
                            "storage",
                            "schema",
                            "Defines classes, their fields, permissions and indexes.")
                    .withFeatures(Map.of("schemas", ABILITIES));

    private final Schemas schemas;
    private final SchemaRoutes routes;
    private final ClassAdoption adoption;

    /// @param classes those that every app has; may grow until the first request
    /// @param announce tells other nodes that a class of an app changed
    public SchemaCapability(
            Database database, SystemClasses classes, BiConsumer<App, String> announce) {
        var store = new SchemaStore(database);
        this.schemas = new Schemas(database, store, classes, announce);
        this.routes = new SchemaRoutes(schemas, new SchemaEditor(store, schemas, classes));
        this.adoption = new ClassAdoption(store, schemas, classes);
    }

    /// Drops classes from the cache that other nodes change.
    public void follow(Invalidations invalidations) {
        invalidations.subscribe(CHANGE, new SchemaChanges(schemas));
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return routes.operations();
    }

    public Schemas schemas() {
        return schemas;
    }

    /// Takes over classes of another server.
    public ClassAdoption adoption() {
        return adoption;
    }
}
