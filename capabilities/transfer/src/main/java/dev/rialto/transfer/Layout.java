package dev.rialto.transfer;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.where.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where the fields of a class stand in the lines that are copied into its table, and out of it:
/// the columns that each table has, then the fields in the order of their names.
///
/// @param table the class's table, quoted
/// @param fields fields with a column of their own
/// @param positions where each field is in `fields`
/// @param relations fields of type Relation and the class they lead to
/// @param system fields that the system made
record Layout(
        App app,
        String className,
        String table,
        List<Column> fields,
        Map<String, Integer> positions,
        SequencedMap<String, String> relations,
        Set<String> system) {

    /// A field with a column.
    record Column(String field, FieldType type) {}

    private static final List<String> FIXED =
            List.of("objectId", "createdAt", "updatedAt", "_rperm", "_wperm", "_nulls");

    /// @param isSystem whether every app's class of this name has a field
    static Layout of(App app, ClassSchema schema, Predicate<String> isSystem) {
        List<Column> fields = new ArrayList<>();
        Map<String, Integer> positions = new HashMap<>();
        SequencedMap<String, String> relations = new TreeMap<>();
        new TreeMap<>(schema.fields())
                .forEach((name, field) -> {
                    if (field.type() instanceof FieldType.Relation(var target)) {
                        relations.put(name, target);
                    } else if (!ClassNames.IMPLICIT.contains(name)) {
                        positions.put(name, fields.size());
                        fields.add(new Column(name, field.type()));
                    }
                });
        return new Layout(
                app,
                schema.name(),
                Table.of(app, schema.name()),
                List.copyOf(fields),
                Map.copyOf(positions),
                relations,
                schema.fields().keySet().stream()
                        .filter(field -> field.startsWith("_") || isSystem.test(field))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /// The fields with a column that an import may empty without naming them.
    List<String> clearable() {
        return fields.stream().map(Column::field).filter(each -> !system.contains(each)).toList();
    }

    /// The list of columns, as COPY, INSERT and SELECT take it.
    String columns() {
        return Stream.concat(FIXED.stream(), fields.stream().map(Column::field))
                .map(Table::column)
                .collect(Collectors.joining(", "));
    }

    /// What SELECT takes to read the columns, with times as milliseconds since 1970: the JDBC
    /// driver does not read every day of the years before 1.
    String selection() {
        Set<String> times = new HashSet<>(Set.of("createdAt", "updatedAt"));
        fields.forEach(column -> {
            if (column.type() instanceof FieldType.Date) {
                times.add(column.field());
            }
        });
        return Stream.concat(FIXED.stream(), fields.stream().map(Column::field))
                .map(name ->
                        times.contains(name)
                                ? "(extract(epoch FROM " + Table.column(name) + ") * 1000)::bigint"
                                : Table.column(name))
                .collect(Collectors.joining(", "));
    }

    /// The table of a relation's pairs, quoted.
    String pairs(String relation) {
        return Table.ofRelation(app, className, relation);
    }
}
