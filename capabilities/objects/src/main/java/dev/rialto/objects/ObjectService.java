package dev.rialto.objects;

import dev.rialto.http.Call;
import dev.rialto.http.Rendered;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.schema.Schemas;
import dev.rialto.spi.Objects;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Objects for the other capabilities, through the same finder and writer as requests.
final class ObjectService implements Objects {
    private final Database database;
    private final Schemas schemas;
    private final Queries queries;
    private final Finder finder;
    private final TriggeredFinder triggered;
    private final ObjectWriter writer;
    private final Ids ids;

    ObjectService(
            Database database,
            Schemas schemas,
            Queries queries,
            Finder finder,
            TriggeredFinder triggered,
            ObjectWriter writer,
            Ids ids) {
        this.database = database;
        this.schemas = schemas;
        this.queries = queries;
        this.finder = finder;
        this.triggered = triggered;
        this.writer = writer;
        this.ids = ids;
    }

    @Override
    public ObjectNode create(
            App app, Caller caller, Optional<Call> call, String className, ObjectNode fields) {
        return writer.create(
                new WriteRequest(
                        app, caller, call, className, ids.objectId(), fields, Optional.empty()));
    }

    @Override
    public ObjectNode update(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            String objectId,
            ObjectNode fields) {
        return writer.update(
                new WriteRequest(app, caller, call, className, objectId, fields, Optional.empty()));
    }

    @Override
    public boolean updateIf(
            App app, String className, String objectId, ObjectNode condition, ObjectNode fields) {
        try {
            writer.update(
                    new WriteRequest(
                            app,
                            new Caller.Master(),
                            Optional.empty(),
                            className,
                            objectId,
                            fields,
                            Optional.of(condition)));
            return true;
        } catch (RialtoException missed) {
            if (missed.code() == ErrorCode.CONDITION_NOT_MET
                    || missed.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return false;
            }
            throw missed;
        }
    }

    @Override
    public void delete(App app, Caller caller, String className, String objectId) {
        writer.delete(
                new WriteRequest(
                        app,
                        caller,
                        Optional.empty(),
                        className,
                        objectId,
                        Json.object(),
                        Optional.empty()));
    }

    @Override
    public Optional<ObjectNode> get(App app, Caller caller, String className, String objectId) {
        Where byId =
                new Where.On(
                        FieldPath.of("objectId"), new Predicate.Equal(new Value.Text(objectId)));
        try {
            return finder.find(app, caller, className, byId, 1).stream().findFirst();
        } catch (RialtoException denied) {
            if (denied.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            throw denied;
        }
    }

    @Override
    public List<ObjectNode> find(App app, Caller caller, String className, Where where, int limit) {
        return finder.find(app, caller, className, where, limit);
    }

    @Override
    public ObjectNode search(App app, Caller caller, String className, ObjectNode query) {
        Rendered rendered =
                triggered.find(Requester.of(app, caller), className, FindRequest.read(query));
        return (ObjectNode) Json.read(rendered.asUnquotedUTF8());
    }

    @Override
    public Optional<ObjectNode> told(Call call, String className, ObjectNode found) {
        return triggered.told(Requester.of(call), className, found);
    }

    @Override
    public Optional<ObjectNode> told(App app, Caller caller, String className, ObjectNode found) {
        return triggered.told(Requester.of(app, caller), className, found);
    }

    @Override
    public List<ObjectNode> findHidden(App app, String className, Where where, int limit) {
        return finder.findHidden(app, className, where, limit);
    }

    @Override
    public ObjectNode shown(App app, Caller caller, String className, ObjectNode stored) {
        return finder.shown(app, caller, className, stored);
    }

    @Override
    public int deleteWhere(App app, String className, Where where) {
        Access access = new Access(new Caller.Master());
        String table = Table.of(app, className);
        return schemas.find(app, className)
                .map(schema ->
                        Sql.of("DELETE FROM " + table + " AS t WHERE ")
                                .add(queries.condition(app, access, schema, where)))
                .map(delete ->
                        database.stamps().changingTable(table, () -> database.update(delete)))
                .orElse(0);
    }
}
