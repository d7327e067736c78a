package dev.rialto.objects;

import dev.rialto.http.AnswerBytes;
import dev.rialto.http.Rendered;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FileAddresses;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Runs plans. What it renders as it is read may come from memory, and what requests read may come
/// from a replica of the database.
final class PlanReader {
    /// Up to this many objects are read at once.
    private static final int MAX_UNPAGED = 1_000;

    private static final int PORTION = 500;

    /// Lists of up to this many objects share them with each other in memory.
    private static final int MAX_SHARED_LENGTH = 100;

    private final Database database;
    private final Planner planner;
    private final FileAddresses files;
    private final long maxAnswer;
    private final ReadCache cache;

    PlanReader(
            Database database,
            Planner planner,
            FileAddresses files,
            long maxAnswer,
            ReadCache cache) {
        this.database = database;
        this.planner = planner;
        this.files = files;
        this.maxAnswer = maxAnswer;
        this.cache = cache;
    }

    /// Answers a find whose rows are the answer.
    Rendered find(Plan plan) {
        Sql select = planner.select(plan);
        Optional<Sql> count =
                plan.request().count() ? Optional.of(planner.count(plan)) : Optional.empty();
        if (!plan.isAlone()) {
            return find(plan, select, count);
        }
        List<Sql> statements = new ArrayList<>(2);
        statements.add(select);
        count.ifPresent(statements::add);
        var key =
                new CacheKey.Query(
                        Table.of(plan.app(), plan.schema().name()),
                        plan.selection().relations(),
                        statements);
        int limit = plan.request().limit();
        if (!cache.isAskedAgain(key)) {
            return find(plan, select, count);
        }
        if (plan.showsWhole() && limit > 0 && limit <= MAX_SHARED_LENGTH) {
            return cache.list(key, plan.schema(), () -> list(plan, select, count))
                    .render(maxAnswer);
        }
        return cache.answer(
                        key,
                        plan.schema(),
                        () -> Optional.of(new ReadCache.Answer(find(plan, select, count))))
                .orElseThrow(ObjectWriter::notFound)
                .rendered();
    }

    /// Runs a read for a plan. Only a request's may go to a replica: what the server reads for
    /// itself it compares with the change log, and a replica may show a commit just before that.
    private <T> T reading(Plan plan, Supplier<T> read) {
        return plan.asker().call().isPresent() ? database.replicaReads().run(read) : read.get();
    }

    private RowList list(Plan plan, Sql select, Optional<Sql> count) {
        return reading(plan, () -> listNow(plan, select, count));
    }

    private RowList listNow(Plan plan, Sql select, Optional<Sql> count) {
        OptionalLong counted = counted(count);
        var list = new RowList.Builder(maxAnswer);
        var writer = new RowWriter(plan.app(), plan.selection(), files);
        database.query(
                select,
                row -> {
                    list.add(new RowList.Item(row.getString(1), answer(writer, row)));
                    return true;
                });
        return list.build(counted);
    }

    private OptionalLong counted(Optional<Sql> count) {
        return count.isPresent() ? OptionalLong.of(count(count.get())) : OptionalLong.empty();
    }

    private Rendered find(Plan plan, Sql select, Optional<Sql> count) {
        return reading(plan, () -> findNow(plan, select, count));
    }

    private Rendered findNow(Plan plan, Sql select, Optional<Sql> count) {
        OptionalLong counted = counted(count);
        return FindResult.render(
                maxAnswer,
                Optional.empty(),
                counted,
                out -> {
                    if (plan.request().limit() > 0) {
                        var writer = new RowWriter(plan.app(), plan.selection(), files);
                        read(
                                plan,
                                select,
                                row -> {
                                    writer.write(row, out);
                                    return true;
                                });
                    }
                });
    }

    /// Answers with one object, all of whose fields the caller sees if its ACL lets it see any.
    Optional<Rendered> getWhole(Requester asker, ClassSchema schema, Plan.Question question) {
        String id = question.objectId().orElseThrow();
        var key = new CacheKey.Row(Table.of(asker.app(), schema.name()), id);
        return cache.answer(key, schema, () -> read(planner.plan(asker, schema, question)))
                .filter(answer -> new Access(asker.caller()).isReader(answer.readers()))
                .map(ReadCache.Answer::rendered);
    }

    /// Answers with the one object that a plan finds.
    Optional<Rendered> get(Plan plan) {
        return read(plan).map(ReadCache.Answer::rendered);
    }

    private Optional<ReadCache.Answer> read(Plan plan) {
        var writer = new RowWriter(plan.app(), plan.selection(), files);
        Sql select = planner.select(plan);
        return reading(plan, () -> database.queryFirst(select, row -> answer(writer, row)));
    }

    private static ReadCache.Answer answer(RowWriter writer, ResultSet row) throws SQLException {
        return new ReadCache.Answer(Rendered.of(out -> writer.write(row, out)), readers(row));
    }

    private static Optional<List<String>> readers(ResultSet row) throws SQLException {
        Array names = row.getArray(Selection.READERS);
        return names == null ? Optional.empty() : Optional.of(List.of((String[]) names.getArray()));
    }

    /// Reads the objects of a plan as trees.
    List<ObjectNode> trees(Plan plan) {
        Sql select = planner.select(plan);
        return reading(
                plan,
                () -> {
                    var writer = new RowWriter(plan.app(), plan.selection(), files);
                    return read(
                            plan,
                            select,
                            row -> {
                                ObjectNode tree = writer.tree(row);
                                AnswerBytes.requireFits(writer.treeBytes(), maxAnswer);
                                return tree;
                            });
                });
    }

    /// Many rows are read in portions: the driver would otherwise hold all.
    private <T> List<T> read(Plan plan, Sql select, Database.RowReader<T> reader) {
        if (plan.request().limit() <= MAX_UNPAGED) {
            return database.query(select, reader);
        }
        return database.inTransaction(() -> database.queryInPortions(select, PORTION, reader));
    }

    /// How many match.
    long count(Plan plan) {
        Sql count = planner.count(plan);
        return reading(plan, () -> count(count));
    }

    private long count(Sql count) {
        return database.queryFirst(count, row -> row.getLong(1)).orElse(0L);
    }

    /// How the database goes about a plan.
    Rendered explain(Plan plan) {
        String text =
                database.queryFirst(
                                Sql.of("EXPLAIN (FORMAT JSON) ").add(planner.select(plan)),
                                row -> row.getString(1))
                        .orElse("[]");
        return Rendered.of(out -> {
            out.writeStartObject();
            out.writeName("results");
            out.writeRawValue(text);
            out.writeEndObject();
        });
    }
}
