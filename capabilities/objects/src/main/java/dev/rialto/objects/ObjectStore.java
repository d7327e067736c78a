package dev.rialto.objects;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions.Action;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.FileAddresses;
import dev.rialto.model.Where;
import dev.rialto.spi.ClassRules;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The SQL that writes objects.
final class ObjectStore {
    private final Database database;
    private final Queries queries;
    private final FileAddresses files;

    ObjectStore(Database database, Queries queries, FileAddresses files) {
        this.database = database;
        this.queries = queries;
        this.files = files;
    }

    /// One object that a caller wants to change, and what must hold for it.
    ///
    /// @param guard the permissions, as SQL over the alias `t`
    /// @param condition what the caller asked to hold besides
    record Target(
            App app, ClassSchema schema, String objectId, Sql guard, Optional<Sql> condition) {
        Target with(ClassSchema newer) {
            return new Target(app, newer, objectId, guard, condition);
        }
    }

    static boolean hasRelations(ClassSchema schema) {
        return schema.fields().values().stream()
                .anyMatch(field -> field.type() instanceof FieldType.Relation);
    }

    /// The object that a request is about.
    ///
    /// @param classRules the rules of the class, if it has any
    Target target(
            WriteRequest request,
            ClassSchema schema,
            Access access,
            Action action,
            @Nullable ClassRules classRules) {
        List<Sql> guard = new ArrayList<>();
        guard.add(Sql.of("t.\"objectId\" = ?", request.objectId()));
        guard.add(access.mayWrite("t"));
        guard.add(compiled(request.app(), access, schema, access.require(schema, action)));
        Optional<Sql> condition = Optional.empty();
        if (request.condition().isPresent()) {
            // Whether a condition holds may be told only of objects that the caller may read.
            ObjectNode where = request.condition().get();
            Where asked = queries.callersWhere(request.app(), access, schema, where);
            guard.add(access.mayRead("t"));
            guard.add(compiled(request.app(), access, schema, access.require(schema, Action.GET)));
            if (classRules != null) {
                classRules.beforeFind(request.app(), request.caller(), asked, true);
                Where findable =
                        classRules.beforeFind(request.app(), request.caller(), Where.all(), true);
                guard.add(compiled(request.app(), access, schema, findable));
            }
            condition = Optional.of(queries.condition(request.app(), access, schema, asked));
        }
        guard.removeIf(Sql::isEmpty);
        return new Target(
                request.app(),
                schema,
                request.objectId(),
                Sql.join(" AND ", guard, "true"),
                condition);
    }

    /// The target, if it fulfils one more condition of access.
    Target guarded(Target target, Access access, Where condition) {
        Sql more = compiled(target.app(), access, target.schema(), condition);
        return more.isEmpty()
                ? target
                : new Target(
                        target.app(),
                        target.schema(),
                        target.objectId(),
                        Sql.empty().add(target.guard()).add(" AND ").add(more),
                        target.condition());
    }

    private Sql compiled(App app, Access access, ClassSchema schema, Where where) {
        return where.equals(Where.all())
                ? Sql.empty()
                : queries.condition(app, access, schema, where);
    }

    void insert(
            App app, ClassSchema schema, String objectId, Times times, Assignments assignments) {
        Sql columns = Sql.of("\"objectId\", \"createdAt\", \"updatedAt\"");
        Sql values = Sql.of("?, ?, ?", objectId, times.createdAt(), times.updatedAt());
        assignments
                .columns()
                .forEach((column, value) -> {
                    columns.add(", " + column);
                    values.add(", ").add(value);
                });
        String table = Table.of(app, schema.name());
        Sql insert =
                Sql.of("INSERT INTO " + table + " (")
                        .add(columns)
                        .add(") VALUES (")
                        .add(values)
                        .add(")");
        database.stamps()
                .changingRow(
                        table,
                        objectId,
                        () -> {
                            database.insert(insert);
                            return true;
                        });
        changeRelations(app, schema, objectId, assignments);
    }

    /// Writes the assignments to the target's row.
    ///
    /// @return the computed fields, as they are now, as far as the caller may read them
    /// @throws RialtoException OBJECT_NOT_FOUND or CONDITION_NOT_MET
    ObjectNode update(Target target, Instant now, Assignments assignments, Access access) {
        Sql update = Sql.of("UPDATE " + table(target) + " AS t SET \"updatedAt\" = ?", now);
        assignments
                .columns()
                .forEach((column, value) -> update.add(", " + column + " = ").add(value));
        update.add(" WHERE ").add(whole(target));
        Set<String> roots = new HashSet<>();
        assignments.computed().forEach(path -> roots.add(path.field()));
        ObjectNode answer = Json.object();
        if (roots.isEmpty()) {
            if (changing(target, () -> database.updateRow(update, target.objectId())) == 0) {
                throw missed(target);
            }
        } else {
            Selection selection = Selection.of(target.schema(), roots::contains);
            var writer = new RowWriter(target.app(), selection, files);
            update.add(" RETURNING " + selection.sql("t"));
            ObjectNode row =
                    changing(
                                    target,
                                    () ->
                                            database.updateRow(
                                                    update, target.objectId(), writer::tree))
                            .orElseThrow(() -> missed(target));
            HiddenFields hidden = queries.hidden(target.schema(), access);
            if (access.mayGet(target.schema()) && access.isReadable(row)) {
                assignments.computed().stream()
                        .filter(path -> !hidden.mayHide(path.field()))
                        .forEach(path -> copy(row, path, answer));
            }
        }
        changeRelations(target.app(), target.schema(), target.objectId(), assignments);
        return answer;
    }

    /// Runs a write of the target's row.
    private <T> T changing(Target target, Supplier<T> write) {
        return database.stamps().changingRow(table(target), target.objectId(), write);
    }

    private static String table(Target target) {
        return Table.of(target.app(), target.schema().name());
    }

    private static void copy(ObjectNode row, FieldPath path, ObjectNode answer) {
        JsonNode value = row;
        for (String step : path.steps()) {
            value = value.isArray() ? element(value, step) : value.path(step);
        }
        if (value.isMissingNode()) {
            return;
        }
        ObjectNode holder = answer;
        for (String step : path.steps().subList(0, path.steps().size() - 1)) {
            JsonNode inner = holder.get(step);
            holder = inner instanceof ObjectNode object ? object : holder.putObject(step);
        }
        holder.set(path.steps().getLast(), value);
    }

    private static JsonNode element(JsonNode array, String step) {
        return step.chars().allMatch(Character::isDigit) && step.length() < 9
                ? array.path(Integer.parseInt(step))
                : array.path(step);
    }

    void delete(Target target) {
        Sql delete = Sql.of("DELETE FROM " + table(target) + " AS t WHERE ").add(whole(target));
        if (changing(target, () -> database.updateRow(delete, target.objectId())) == 0) {
            throw missed(target);
        }
        for (Map.Entry<String, Field> each : target.schema().fields().entrySet()) {
            if (each.getValue().type() instanceof FieldType.Relation) {
                database.update(
                        Sql.of(
                                "DELETE FROM "
                                        + Table.ofRelation(
                                                target.app(), target.schema().name(), each.getKey())
                                        + " WHERE \"owningId\" = ?",
                                target.objectId()));
            }
        }
    }

    /// The target's row with its hidden columns, locked until the transaction ends.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND or CONDITION_NOT_MET
    ObjectNode lock(Target target) {
        return row(target.app(), target.schema(), whole(target).add(" FOR UPDATE"))
                .orElseThrow(() -> missed(target));
    }

    /// The target's row with its hidden columns, as it is now.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND or CONDITION_NOT_MET
    ObjectNode read(Target target) {
        return row(target.app(), target.schema(), whole(target)).orElseThrow(() -> missed(target));
    }

    /// The row of an object with its hidden columns, whoever asks.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND
    ObjectNode read(App app, ClassSchema schema, String objectId) {
        return row(app, schema, Sql.of("t.\"objectId\" = ?", objectId))
                .orElseThrow(ObjectWriter::notFound);
    }

    private Optional<ObjectNode> row(App app, ClassSchema schema, Sql condition) {
        Selection selection = Selection.withHidden(schema);
        return database.queryFirst(
                Sql.of(
                                "SELECT "
                                        + selection.sql("t")
                                        + " FROM "
                                        + Table.of(app, schema.name())
                                        + " AS t WHERE ")
                        .add(condition),
                new RowWriter(app, selection, files)::tree);
    }

    private static Sql whole(Target target) {
        Sql all = Sql.empty().add(target.guard());
        target.condition().ifPresent(condition -> all.add(" AND (").add(condition).add(")"));
        return all;
    }

    /// Why no row was touched.
    private RialtoException missed(Target target) {
        if (target.condition().isPresent()) {
            boolean exists =
                    database.queryFirst(
                                    Sql.of("SELECT 1 FROM " + table(target) + " AS t WHERE ")
                                            .add(target.guard()),
                                    _ -> true)
                            .isPresent();
            if (exists) {
                return new RialtoException(
                        ErrorCode.CONDITION_NOT_MET,
                        "The object does not match the condition of the write.");
            }
        }
        return ObjectWriter.notFound();
    }

    private void changeRelations(
            App app, ClassSchema schema, String objectId, Assignments assignments) {
        for (Assignments.RelationChange change : assignments.relations()) {
            String pairs = Table.ofRelation(app, schema.name(), change.field());
            Object ids = change.ids().toArray(String[]::new);
            database.update(
                    switch (change.change()) {
                        case ADD ->
                                Sql.of(
                                        "INSERT INTO "
                                                + pairs
                                                + " (\"owningId\", \"relatedId\")"
                                                + " SELECT ?, unnest(?::text[])"
                                                + " ON CONFLICT DO NOTHING",
                                        objectId,
                                        ids);
                        case REMOVE ->
                                Sql.of(
                                        "DELETE FROM "
                                                + pairs
                                                + " WHERE \"owningId\" = ? AND \"relatedId\" = ANY(?)",
                                        objectId,
                                        ids);
                        case CLEAR ->
                                Sql.of(
                                        "DELETE FROM " + pairs + " WHERE \"owningId\" = ?",
                                        objectId);
                    });
        }
    }
}
