package dev.rialto.model;

/// How large a `where` may be. Beyond a limit the query is refused, it is never cut.
///
/// @param depth levels of `$or`, `$and`, `$nor` and `$not` inside each other
/// @param constraints predicates in the whole tree, sub-queries included
/// @param values elements of lists (`$in`, `$all`, polygons) in the whole tree
/// @param regexLength characters of a regular expression
/// @param subQueryDepth queries inside queries
public record QueryLimits(
        int depth, int constraints, int values, int regexLength, int subQueryDepth) {
    public static final QueryLimits DEFAULT = new QueryLimits(20, 2_000, 10_000, 1_000, 5);

    public QueryLimits {
        if (depth < 1 || constraints < 1 || values < 1 || regexLength < 1 || subQueryDepth < 0) {
            throw new IllegalArgumentException("query limits must be positive");
        }
    }
}
