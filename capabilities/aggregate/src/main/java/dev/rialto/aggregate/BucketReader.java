package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import dev.rialto.where.SortKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a `$bucket`: groups by the bucket that a value is in, in the order of the buckets. What is
/// in no bucket is left out unless there is a default.
record BucketReader(ExpressionReader expressions) {
    private static final int MAX_BOUNDARIES = 100;
    private static final String COUNT = "{\"count\": {\"$sum\": 1}}";

    /// A column that no field can be: whether a group is the default.
    private static final String PLACE = "#place";

    /// @param accumulators reads the fields of a `$group`
    List<Stage> read(
            ObjectNode options,
            Function<JsonNode, SequencedMap<String, Stage.Accumulator>> accumulators) {
        PipelineReader.requireOnly(
                "$bucket", options, Set.of("groupBy", "boundaries", "default", "output"));
        Expression by = expressions.read(PipelineReader.required("$bucket", options, "groupBy"));
        JsonNode output =
                options.has("output")
                        ? PipelineReader.object("output of $bucket", options.get("output"))
                        : Json.read(COUNT);
        var otherwise = new Expression.Constant(options.path("default"));
        List<Stage> stages = new ArrayList<>();
        stages.add(
                new Stage.Group(
                        bucket(by, boundaries(options), otherwise), accumulators.apply(output)));
        if (!options.has("default")) {
            stages.add(
                    new Stage.Match(Json.read("{\"objectId\": {\"$exists\": true}}").asObject()));
        }
        stages.addAll(inOrder(otherwise));
        return stages;
    }

    private static List<JsonNode> boundaries(ObjectNode options) {
        JsonNode wire = PipelineReader.required("$bucket", options, "boundaries");
        if (!wire.isArray() || wire.size() < 2 || wire.size() > MAX_BOUNDARIES) {
            throw bad("boundaries of $bucket must be an array of 2 to " + MAX_BOUNDARIES);
        }
        List<JsonNode> boundaries = new ArrayList<>();
        for (JsonNode each : wire) {
            boundaries.add(
                    each instanceof ObjectNode object
                            ? MatchRewriter.extendedDate(object).orElse(each)
                            : each);
        }
        for (int i = 1; i < boundaries.size(); i++) {
            if (!isBefore(boundaries.get(i - 1), boundaries.get(i))) {
                throw bad(
                        "boundaries of $bucket must be numbers, strings or dates of one type in"
                                + " ascending order");
            }
        }
        return boundaries;
    }

    private static boolean isBefore(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.asDouble() < other.asDouble();
        }
        if (one.isString() && other.isString()) {
            return one.stringValue().compareTo(other.stringValue()) < 0;
        }
        return one.isObject()
                && other.isObject()
                && ValueReader.read(one) instanceof Value.Date(var from)
                && ValueReader.read(other) instanceof Value.Date(var to)
                && from.isBefore(to);
    }

    /// The lower boundary of the bucket that a value is in.
    private static Expression bucket(
            Expression by, List<JsonNode> boundaries, Expression otherwise) {
        Expression bucket = otherwise;
        for (int i = boundaries.size() - 2; i >= 0; i--) {
            var from = new Expression.Constant(boundaries.get(i));
            var to = new Expression.Constant(boundaries.get(i + 1));
            Expression within =
                    call(
                            Expression.Operator.AND,
                            call(Expression.Operator.GREATER_OR_EQUAL, by, from),
                            call(Expression.Operator.LESS, by, to));
            bucket = call(Expression.Operator.COND, within, from, bucket);
        }
        return bucket;
    }

    /// The stages that order the groups, the default last.
    private static List<Stage> inOrder(Expression otherwise) {
        FieldPath id = FieldPath.of(PipelineNames.ID);
        SequencedMap<String, Expression> place = new LinkedHashMap<>();
        place.put(PLACE, call(Expression.Operator.EQUAL, new Expression.Reference(id), otherwise));
        return List.of(
                new Stage.AddFields(place),
                new Stage.Sort(
                        List.of(new SortKey(FieldPath.of(PLACE), false), new SortKey(id, false))),
                new Stage.Exclude(List.of(PLACE)));
    }

    private static Expression call(Expression.Operator operator, Expression... arguments) {
        return new Expression.Call(operator, List.of(arguments));
    }
}
