package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.Where;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Querying;
import dev.rialto.spi.SystemClasses;
import dev.rialto.store.Sql;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Classes and conditions for capabilities that read objects by SQL of their own.
record QueryService(
        Schemas schemas, Queries queries, SystemClasses classes, FileAddresses files, Bounds bounds)
        implements Querying {
    @Override
    public Optional<ClassSchema> find(App app, String className) {
        return schemas.find(app, className);
    }

    @Override
    public Collection<ClassSchema> all(App app) {
        return schemas.all(app);
    }

    @Override
    public Optional<ClassRules> rules(String className) {
        return Optional.ofNullable(classes.rules(className));
    }

    @Override
    public Where parse(ClassSchema columns, ObjectNode where) {
        return queries.parse(columns, where);
    }

    @Override
    public Sql condition(App app, Caller caller, ClassSchema schema, Where where) {
        return queries.condition(app, new Access(caller), schema, where);
    }

    @Override
    public void forget(App app) {
        schemas.forget(app.schema());
    }
}
