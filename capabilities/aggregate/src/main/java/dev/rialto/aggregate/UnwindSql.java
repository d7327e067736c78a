package dev.rialto.aggregate;

import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Compiles a `$unwind` over the rows of the stage before it.
final class UnwindSql {
    private static final String POSITION = Sql.name("#position");

    private final Rows rows;

    UnwindSql(Rows rows) {
        this.rows = rows;
    }

    Rows compile(Stage.Unwind unwind) {
        Optional<Rows.Column> column = rows.column(unwind.path().field());
        return column.isPresent() && column.get().type().isJson()
                ? elements(unwind, column.get())
                : single(unwind, column);
    }

    /// A column that holds no arrays: its value is the one element.
    private Rows single(Stage.Unwind unwind, Optional<Rows.Column> column) {
        Rows kept = rows;
        if (!unwind.keepsEmpty()) {
            kept =
                    rows.filtered(
                            column.filter(each ->
                                            each.type().isStored() && !unwind.path().isNested())
                                    .map(each ->
                                            Sql.of(" WHERE ")
                                                    .add(Rows.value(each).sql())
                                                    .add(" IS NOT NULL"))
                                    .orElseGet(() -> Sql.of(" WHERE false")));
        }
        if (unwind.index().isEmpty()) {
            return kept;
        }
        List<Rows.Column> columns = new ArrayList<>(rows.columns());
        columns.removeIf(each -> each.name().equals(unwind.index().get()));
        List<Sql> items = Rows.items(columns);
        columns.add(new Rows.Column(unwind.index().get(), ValueType.NUMBER, true));
        items.add(Rows.item(Sql.of("NULL::double precision"), unwind.index().get()));
        return kept.with(columns, items, Sql.empty(), false);
    }

    private Rows elements(Stage.Unwind unwind, Rows.Column column) {
        boolean nested = unwind.path().isNested();
        Sql whole = Rows.value(column).sql();
        Sql array = new ExpressionSql(rows).compile(new Expression.Reference(unwind.path())).wire();
        String[] below = unwind.path().below().toArray(String[]::new);
        Sql element =
                nested
                        ? Sql.of("coalesce(rialto.json_put(")
                                .add(whole)
                                .add(", ?, e.v), ", (Object) below)
                                .add(whole)
                                .add(")")
                        : Sql.of("nullif(e.v, 'null')");
        List<Rows.Column> columns = new ArrayList<>(rows.columns());
        columns.removeIf(each ->
                each.name().equals(column.name())
                        || unwind.index().filter(each.name()::equals).isPresent());
        List<Sql> items = Rows.items(columns);
        columns.add(Rows.Column.of(column.name(), nested ? column.type() : ValueType.ANY));
        items.add(Rows.item(element, column.name()));
        if (unwind.index().isPresent()) {
            columns.add(new Rows.Column(unwind.index().get(), ValueType.NUMBER, true));
            items.add(Rows.item(Sql.of("(e.n - 1)::double precision"), unwind.index().get()));
        }
        if (!rows.order().isEmpty()) {
            items.add(Sql.of("e.n AS " + POSITION));
        }
        Sql join =
                Sql.of(unwind.keepsEmpty() ? " LEFT JOIN LATERAL " : " CROSS JOIN LATERAL ")
                        .add("jsonb_array_elements(rialto.any_elements(")
                        .add(array)
                        .add(")) WITH ORDINALITY AS e(v, n)")
                        .add(unwind.keepsEmpty() ? " ON true" : "");
        Rows unwound = rows.with(columns, items, join, nested);
        if (rows.order().isEmpty()) {
            return unwound;
        }
        List<Rows.Key> order = new ArrayList<>(unwound.order());
        order.add(new Rows.Key(POSITION, false));
        return unwound.ordered(order);
    }
}
