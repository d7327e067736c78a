package dev.rialto.aggregate;

import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// What a stage of a pipeline yields: a `SELECT` and what is known of its columns.
///
/// @param columns what the next stage sees
/// @param order how the rows follow each other, by columns of the `SELECT`; empty for any order
/// @param computes whether the `SELECT` computes columns
/// @param whole whether each row still is an object of its class
record Rows(Sql select, List<Column> columns, List<Key> order, boolean computes, boolean whole) {

    /// The name of [#root], which no field has.
    static final String ROOT = "#root";

    /// A column that the next stage sees.
    ///
    /// @param shownWhenNull whether results tell a value that is null; it is left out otherwise
    record Column(String name, ValueType type, boolean shownWhenNull) {
        static Column of(String name, ValueType type) {
            return new Column(name, type, false);
        }
    }

    /// A key of the order.
    ///
    /// @param column quoted
    record Key(String column, boolean descending) {}

    Rows {
        columns = List.copyOf(columns);
        order = List.copyOf(order);
    }

    /// The objects of a class.
    static Rows of(String table, ClassSchema schema) {
        List<Column> columns = new ArrayList<>();
        schema.fields()
                .forEach((name, field) -> {
                    if (!name.startsWith("_") && !(field.type() instanceof FieldType.Acl)) {
                        columns.add(Column.of(name, ValueType.of(field.type())));
                    }
                });
        return new Rows(
                select(items(columns)).add(" FROM " + table + " AS t"),
                columns,
                List.of(),
                false,
                true);
    }

    /// The column whose value stands for the whole row, once `$replaceRoot` has made one.
    Optional<Column> root() {
        return column(ROOT);
    }

    static boolean isRoot(Column column) {
        return column.name().equals(ROOT);
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /// The value of a column of `t`.
    static TypedSql value(Column column) {
        return new TypedSql(Sql.of("t." + Table.column(column.name())), column.type());
    }

    /// These rows for the `FROM` of the next stage, as `t`. What is computed is computed once,
    /// however often the next stage names it: PostgreSQL would otherwise put the expression in each
    /// place, and double it with every stage.
    Sql from() {
        return Sql.of(" FROM (").add(select).add(computes ? " OFFSET 0) AS t" : ") AS t");
    }

    /// Other columns made from these rows.
    ///
    /// @param items the columns as SQL
    /// @param rest what follows the `FROM`
    Rows with(List<Column> newColumns, List<Sql> items, Sql rest, boolean nowComputes) {
        List<Sql> all = new ArrayList<>(items);
        List<Key> carried = carry(all);
        return new Rows(select(all).add(from()).add(rest), newColumns, carried, nowComputes, false);
    }

    /// Some of these rows, unchanged.
    Rows filtered(Sql rest) {
        return new Rows(selectAll().add(from()).add(rest), columns, order, false, whole);
    }

    Rows ordered(List<Key> keys) {
        return new Rows(select, columns, keys, computes, whole);
    }

    /// `SELECT` of the columns as they are, with what the order needs.
    Sql selectAll() {
        List<Sql> items = items(columns);
        List<String> names = new ArrayList<>();
        columns.forEach(column -> names.add(Table.column(column.name())));
        for (Key key : order) {
            if (!names.contains(key.column())) {
                names.add(key.column());
                items.add(Sql.of("t." + key.column()));
            }
        }
        return select(items);
    }

    /// The columns of `t`, but for relations, which have none.
    static List<Sql> items(List<Column> columns) {
        List<Sql> items = new ArrayList<>();
        for (Column column : columns) {
            if (column.type().isStored()) {
                items.add(Sql.of("t." + Table.column(column.name())));
            }
        }
        return items;
    }

    static Sql item(Sql value, String name) {
        return Sql.of("").add(value).add(" AS " + Table.column(name));
    }

    static Sql select(List<Sql> items) {
        return Sql.of("SELECT ").add(Sql.join(", ", items, ""));
    }

    /// The order after the columns are gone or replaced: it is carried on in columns of its own.
    private List<Key> carry(List<Sql> items) {
        List<Key> carried = new ArrayList<>();
        for (Key key : order) {
            String name = Sql.name("#" + carried.size());
            items.add(Sql.of("t." + key.column() + " AS " + name));
            carried.add(new Key(name, key.descending()));
        }
        return carried;
    }

    /// ` ORDER BY ...`, or nothing when any order will do.
    Sql orderBy() {
        List<Sql> keys = new ArrayList<>();
        for (Key key : order) {
            keys.add(Sql.of("t." + key.column() + (key.descending() ? " DESC" : "")));
        }
        return keys.isEmpty() ? Sql.empty() : Sql.of(" ORDER BY ").add(Sql.join(", ", keys, ""));
    }

    /// Whether rows still have an id, by which relations know them.
    boolean hasIds() {
        return column(PipelineNames.ID).filter(id -> id.type().equals(ValueType.TEXT)).isPresent();
    }

    /// The columns as a class, for conditions on them. Relations are among them as long as rows
    /// have an id.
    ClassSchema schema(ClassSchema origin) {
        if (whole) {
            return origin;
        }
        SequencedMap<String, Field> fields = new LinkedHashMap<>();
        for (Column column : columns) {
            if (column.type().isStored() || hasIds()) {
                fields.put(column.name(), Field.of(column.type().fieldType()));
            }
        }
        return new ClassSchema(
                origin.name(),
                fields,
                origin.permissions(),
                new LinkedHashMap<>(),
                origin.version());
    }
}
