package dev.rialto.objects;

import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.model.Predicate;
import dev.rialto.model.Where;

/// Tells whether the table of a class suffices to find what a condition asks for, or others are
/// read too: those of sub-queries and of relations.
final class OwnTable {
    private OwnTable() {}

    static boolean suffices(ClassSchema schema, Where where) {
        return switch (where) {
            case Where.And(var parts) -> parts.stream().allMatch(each -> suffices(schema, each));
            case Where.Or(var parts) -> parts.stream().allMatch(each -> suffices(schema, each));
            case Where.Nor(var parts) -> parts.stream().allMatch(each -> suffices(schema, each));
            case Where.On(var path, var predicate) ->
                    !(schema.type(path.field()).orElse(null) instanceof FieldType.Relation)
                            && suffices(predicate);
            case Where.RelatedTo _ -> false;
        };
    }

    private static boolean suffices(Predicate predicate) {
        return switch (predicate) {
            case Predicate.InQuery _,
                    Predicate.NotInQuery _,
                    Predicate.Select _,
                    Predicate.DontSelect _ ->
                    false;
            case Predicate.Not(var negated) -> suffices(negated);
            case Predicate.Equal _,
                    Predicate.NotEqual _,
                    Predicate.Compare _,
                    Predicate.In _,
                    Predicate.NotIn _,
                    Predicate.Exists _,
                    Predicate.All _,
                    Predicate.AllMatching _,
                    Predicate.ContainedBy _,
                    Predicate.Regex _,
                    Predicate.TextSearch _,
                    Predicate.Near _,
                    Predicate.WithinBox _,
                    Predicate.WithinPolygon _,
                    Predicate.WithinSphere _,
                    Predicate.Intersects _ ->
                    true;
        };
    }
}
