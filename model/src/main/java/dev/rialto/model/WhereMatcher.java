package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The reader of [Where] in memory: tells whether an object in wire form fulfils it. It agrees with
/// the reader that compiles to SQL, except that it refuses what needs PostgreSQL: full text search,
/// and regular expressions with look-around.
public final class WhereMatcher {
    /// What lies outside the object that is matched.
    public interface MatchContext {
        /// The objects that a sub-query finds, in wire form.
        List<ObjectNode> find(SubQuery query);

        /// Whether an object is in a relation of another.
        boolean isRelated(Value.Pointer owner, String key, String relatedId);
    }

    /// A [Where] made ready to be matched many times.
    public interface Condition {
        boolean holds(ObjectNode object);
    }

    private final MatchContext context;

    public WhereMatcher(MatchContext context) {
        this.context = context;
    }

    /// Makes a condition on objects of a class ready.
    ///
    /// @throws RialtoException 102 when it can't be answered in memory
    public Condition ready(String className, Where where) {
        return switch (where) {
            case Where.And(var parts) -> {
                List<Condition> all = ready(className, parts);
                yield object -> all.stream().allMatch(part -> part.holds(object));
            }
            case Where.Or(var parts) -> {
                List<Condition> any = ready(className, parts);
                yield object -> any.stream().anyMatch(part -> part.holds(object));
            }
            case Where.Nor(var parts) -> {
                List<Condition> none = ready(className, parts);
                yield object -> none.stream().noneMatch(part -> part.holds(object));
            }
            case Where.RelatedTo(var owner, var key) ->
                    object -> context.isRelated(owner, key, WireValues.text(object, "objectId"));
            case Where.On(var path, var predicate) -> on(className, path, predicate);
        };
    }

    private List<Condition> ready(String className, List<Where> parts) {
        return parts.stream().map(part -> ready(className, part)).toList();
    }

    private Condition on(String className, FieldPath path, Predicate predicate) {
        return switch (predicate) {
            case Predicate.Not(var negated) -> not(on(className, path, negated));
            case Predicate.NotEqual(var value) ->
                    not(on(className, path, new Predicate.Equal(value)));
            case Predicate.NotIn(var values) -> not(on(className, path, new Predicate.In(values)));
            case Predicate.NotInQuery(var query) ->
                    not(on(className, path, new Predicate.InQuery(query)));
            case Predicate.DontSelect(var query, var key) ->
                    not(on(className, path, new Predicate.Select(query, key)));
            case Predicate.Exists(boolean expected) ->
                    object -> !WireValues.at(path, object).isEmpty() == expected;
            case Predicate.TextSearch _ ->
                    throw new RialtoException(
                            ErrorCode.INVALID_QUERY, "bad constraint: $text can't be used here");
            case Predicate.Equal _,
                    Predicate.Compare _,
                    Predicate.In _,
                    Predicate.All _,
                    Predicate.AllMatching _,
                    Predicate.ContainedBy _,
                    Predicate.Regex _,
                    Predicate.InQuery _,
                    Predicate.Select _,
                    Predicate.Near _,
                    Predicate.WithinBox _,
                    Predicate.WithinPolygon _,
                    Predicate.WithinSphere _,
                    Predicate.Intersects _ -> {
                ValueCondition test = ValueCondition.of(predicate, !path.isNested(), context);
                yield object -> holds(className, path, predicate, test, object);
            }
        };
    }

    private static Condition not(Condition condition) {
        return object -> !condition.holds(object);
    }

    private boolean holds(
            String className,
            FieldPath path,
            Predicate predicate,
            ValueCondition test,
            ObjectNode object) {
        List<JsonNode> found = WireValues.at(path, object);
        if (found.isEmpty()) {
            return predicate.holdsWhenAbsent();
        }
        if (!path.isNested() && WireValues.type(found.getFirst()).equals("Relation")) {
            var owner = new Value.Pointer(className, WireValues.text(object, "objectId"));
            return relates(
                    owner, path.field(), WireValues.text(found.getFirst(), "className"), predicate);
        }
        for (JsonNode value : found) {
            if (test.holds(value)) {
                return true;
            }
        }
        return false;
    }

    private boolean relates(
            Value.Pointer owner, String key, String targetClass, Predicate predicate) {
        return switch (predicate) {
            case Predicate.Equal(var value) -> relates(owner, key, targetClass, value);
            case Predicate.In(var values) ->
                    values.stream().anyMatch(value -> relates(owner, key, targetClass, value));
            case Predicate.All(var values) ->
                    !values.isEmpty()
                            && values.stream()
                                    .allMatch(value -> relates(owner, key, targetClass, value));
            case Predicate.InQuery(var query) ->
                    query.className().equals(targetClass)
                            && context.find(query).stream()
                                    .anyMatch(found ->
                                            context.isRelated(
                                                    owner,
                                                    key,
                                                    WireValues.text(found, "objectId")));
            default -> false;
        };
    }

    private boolean relates(Value.Pointer owner, String key, String targetClass, Value value) {
        return value instanceof Value.Pointer(var className, var objectId)
                && className.equals(targetClass)
                && context.isRelated(owner, key, objectId);
    }
}
