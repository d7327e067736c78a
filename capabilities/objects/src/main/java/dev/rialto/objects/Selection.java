package dev.rialto.objects;

import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldType;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What a query reads of each row: the columns in the order [RowWriter] expects, and the relations,
/// which have no column but are always shown.
///
/// @param className the class that is read
/// @param columns the fields with a column, beside objectId, createdAt, updatedAt
/// @param relations fields of type Relation
/// @param list the columns as SQL, of the alias `t`
/// @param score how well a text search matches a row, read as one more column
record Selection(
        String className,
        List<Column> columns,
        List<Column> relations,
        String list,
        Optional<Sql> score) {
    private static final String ALIAS = "t";

    /// The column with the names of those who may read the object.
    static final int READERS = 4;

    /// A field that is read.
    record Column(String field, FieldType type) {}

    /// Nothing but what every object has.
    static Selection none() {
        return of("", List.of(), List.of(), Optional.empty());
    }

    /// All fields but hidden columns and those the predicate refuses.
    static Selection of(ClassSchema schema, Predicate<String> wanted) {
        return of(schema, wanted, false);
    }

    /// All columns, those that are never shown too.
    static Selection withHidden(ClassSchema schema) {
        return of(schema, _ -> true, true);
    }

    private static Selection of(ClassSchema schema, Predicate<String> wanted, boolean hidden) {
        List<Column> columns = new ArrayList<>();
        List<Column> relations = new ArrayList<>();
        for (Map.Entry<String, Field> each : schema.fields().entrySet()) {
            String name = each.getKey();
            FieldType type = each.getValue().type();
            if (ClassNames.IMPLICIT.contains(name) || (name.startsWith("_") && !hidden)) {
                continue;
            }
            if (type instanceof FieldType.Relation) {
                relations.add(new Column(name, type));
            } else if (Table.hasColumn(type) && wanted.test(name)) {
                columns.add(new Column(name, type));
            }
        }
        return of(schema.name(), columns, relations, Optional.empty());
    }

    private static Selection of(
            String className, List<Column> columns, List<Column> relations, Optional<Sql> score) {
        return new Selection(className, columns, relations, list(columns, ALIAS + "."), score);
    }

    /// The same without some fields.
    Selection without(Set<String> fields) {
        if (fields.isEmpty()) {
            return this;
        }
        return of(
                className,
                columns.stream().filter(each -> !fields.contains(each.field())).toList(),
                relations.stream().filter(each -> !fields.contains(each.field())).toList(),
                score);
    }

    Selection withScore(Optional<Sql> rank) {
        return rank.isEmpty() && score.isEmpty()
                ? this
                : new Selection(className, columns, relations, list, rank);
    }

    /// What follows `SELECT`, the score included.
    Sql select(String alias) {
        Sql select = Sql.of("SELECT " + sql(alias));
        score.ifPresent(rank -> select.add(", ").add(rank));
        return select;
    }

    /// The list of columns for `SELECT` or `RETURNING`.
    String sql(String alias) {
        return alias.equals(ALIAS) ? list : list(columns, alias.isEmpty() ? "" : alias + ".");
    }

    private static String list(List<Column> columns, String prefix) {
        var list = new StringBuilder();
        for (String fixed :
                List.of("objectId", "createdAt", "updatedAt", "_rperm", "_wperm", "_nulls")) {
            list.append(list.isEmpty() ? "" : ", ").append(prefix).append(Sql.name(fixed));
        }
        for (Column column : columns) {
            list.append(", ").append(prefix).append(Table.column(column.field()));
        }
        return list.toString();
    }
}
