package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Predicate;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Optional;

/// Conditions on a field of type Relation: which objects it must contain.
///
/// @param owner the class with the field
/// @param target the class of the related objects
record RelationSql(
        App app, ClassSchema owner, String field, String target, SubQuerySql subQueries) {
    /// @param predicate a positive one
    Sql condition(String alias, Predicate predicate) {
        return switch (predicate) {
            case Predicate.Equal(var value) -> contains(alias, value);
            case Predicate.In(var values) ->
                    BooleanSql.any(values.stream().map(value -> contains(alias, value)).toList());
            case Predicate.All(var values) ->
                    values.isEmpty()
                            ? BooleanSql.never()
                            : BooleanSql.all(
                                    values.stream().map(value -> contains(alias, value)).toList());
            case Predicate.Exists _ -> BooleanSql.always();
            case Predicate.InQuery(var query) -> containsOneOf(alias, query);
            case Predicate.Select(var query, var key) -> {
                subQueries.check(query, Optional.of(key));
                yield BooleanSql.never();
            }
            default -> BooleanSql.never();
        };
    }

    private Sql contains(String alias, Value value) {
        return value instanceof Value.Pointer(var className, var objectId)
                        && className.equals(target)
                ? owners(alias, Sql.of("= ?", objectId))
                : BooleanSql.never();
    }

    private Sql containsOneOf(String alias, SubQuery query) {
        Optional<Sql> ids = subQueries.ids(query);
        return ids.isPresent() && query.className().equals(target)
                ? owners(alias, Sql.of("IN (").add(ids.get()).add(")"))
                : BooleanSql.never();
    }

    private Sql owners(String alias, Sql relatedId) {
        return Sql.join(
                "",
                List.of(
                        Sql.of(
                                alias
                                        + ".\"objectId\" IN (SELECT j.\"owningId\" FROM "
                                        + Table.ofRelation(app, owner.name(), field)
                                        + " j WHERE j.\"relatedId\" "),
                        relatedId,
                        Sql.of(")")),
                "");
    }
}
