package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineNames.shown;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldPath;
import dev.rialto.where.SortKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the stages of one pipeline, in their order. Mistakes in their form are told with Parse's
/// words.
final class PipelineReader {
    private static final int MAX_STAGES = 50;
    private static final int MAX_FIELDS = 200;
    private static final int MAX_FACETS = 20;

    private final ExpressionReader expressions;
    private final boolean inFacet;
    private final List<Stage> stages = new ArrayList<>();

    PipelineReader() {
        this(new ExpressionReader(), false);
    }

    /// @param inFacet whether the pipeline is one of a `$facet`
    private PipelineReader(ExpressionReader expressions, boolean inFacet) {
        this.expressions = expressions;
        this.inFacet = inFacet;
    }

    List<Stage> stages() {
        return List.copyOf(stages);
    }

    /// Reads a whole pipeline: an array of stages, or an object of them.
    void pipeline(JsonNode pipeline) {
        if (pipeline.isObject()) {
            pipeline.properties().forEach(each -> stage(each.getKey(), each.getValue()));
            return;
        }
        if (!pipeline.isArray()) {
            throw bad("pipeline must be an array of stages");
        }
        for (JsonNode stage : pipeline) {
            if (!stage.isObject()) {
                throw bad("a pipeline stage must be an object, not " + shown(stage.toString()));
            }
            if (stage.size() != 1) {
                throw bad(
                        "Pipeline stages should only have one key but found "
                                + shown(String.join(", ", stage.propertyNames()))
                                + ".");
            }
            Map.Entry<String, JsonNode> only = stage.properties().iterator().next();
            stage(only.getKey(), only.getValue());
        }
    }

    /// Reads one more stage.
    ///
    /// @throws RialtoException INVALID_QUERY, INVALID_KEY_NAME
    void stage(String name, JsonNode options) {
        if (!name.startsWith("$")) {
            throw bad("Invalid aggregate stage '" + shown(name) + "'.");
        }
        switch (name) {
            case "$match" -> stages.add(new Stage.Match(object(name, options)));
            case "$group" -> stages.add(group(options));
            case "$project" -> stages.addAll(new ProjectReader(expressions).read(options));
            case "$addFields", "$set" -> stages.add(addFields(name, options));
            case "$unset" -> stages.add(unset(options));
            case "$sort" -> stages.add(new Stage.Sort(sort(options)));
            case "$limit" -> stages.add(new Stage.Limit(positive("limit", options)));
            case "$skip" -> stages.add(new Stage.Skip(whole("skip", options)));
            case "$unwind" -> stages.add(unwind(options));
            case "$count" -> stages.add(new Stage.Count(count(options)));
            case "$sample" ->
                    stages.add(
                            new Stage.Sample(positive("size", object(name, options).path("size"))));
            case "$sortByCount" -> sortByCount(options);
            case "$geoNear" -> stages.add(near(options));
            case "$bucket" ->
                    stages.addAll(
                            new BucketReader(expressions)
                                    .read(object(name, options), this::fields));
            case "$facet" -> stages.add(facet(object(name, options)));
            case "$lookup" -> stages.add(lookup(object(name, options)));
            case "$replaceRoot" -> stages.add(replace(name, object(name, options).get("newRoot")));
            case "$replaceWith" -> stages.add(replace(name, options));
            default -> throw bad("The aggregate stage '" + shown(name) + "' is not supported.");
        }
        if (stages.size() > MAX_STAGES) {
            throw bad("a pipeline is limited to " + MAX_STAGES + " stages");
        }
    }

    private Stage group(JsonNode options) {
        if (options.has(PipelineNames.ID)) {
            throw bad("Cannot use 'objectId' in aggregation stage $group.");
        }
        if (!options.isObject() || !options.has("_id")) {
            throw bad("Invalid parameter for query: group. Missing key _id");
        }
        return new Stage.Group(expressions.read(options.get("_id")), fields(options));
    }

    private SequencedMap<String, Stage.Accumulator> fields(JsonNode options) {
        SequencedMap<String, Stage.Accumulator> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : options.properties()) {
            if (!each.getKey().equals("_id")) {
                fields.put(newField(each.getKey()), accumulator(each.getKey(), each.getValue()));
            }
        }
        requireFew(fields.size());
        return fields;
    }

    private Stage.Accumulator accumulator(String field, JsonNode wire) {
        if (!wire.isObject() || wire.size() != 1) {
            throw bad("The field '" + shown(field) + "' must be an accumulator like {\"$sum\": 1}");
        }
        Map.Entry<String, JsonNode> only = wire.properties().iterator().next();
        Stage.Accumulator.Kind kind =
                switch (only.getKey()) {
                    case "$sum" -> Stage.Accumulator.Kind.SUM;
                    case "$avg" -> Stage.Accumulator.Kind.AVG;
                    case "$min" -> Stage.Accumulator.Kind.MIN;
                    case "$max" -> Stage.Accumulator.Kind.MAX;
                    case "$push" -> Stage.Accumulator.Kind.PUSH;
                    case "$addToSet" -> Stage.Accumulator.Kind.ADD_TO_SET;
                    case "$first" -> Stage.Accumulator.Kind.FIRST;
                    case "$last" -> Stage.Accumulator.Kind.LAST;
                    case "$count" -> Stage.Accumulator.Kind.COUNT;
                    default -> throw bad("Unknown group operator '" + shown(only.getKey()) + "'");
                };
        return new Stage.Accumulator(kind, expressions.read(only.getValue()));
    }

    private Stage addFields(String name, JsonNode options) {
        SequencedMap<String, Expression> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : object(name, options).properties()) {
            FieldPath path = PipelineNames.path(each.getKey());
            Expression value = expressions.read(each.getValue());
            Expression holder =
                    fields.getOrDefault(
                            path.field(), new Expression.Reference(FieldPath.of(path.field())));
            path.below().forEach(PipelineNames::key);
            fields.put(
                    path.field(),
                    path.isNested() ? new Expression.Put(holder, path.below(), value) : value);
        }
        requireFew(fields.size());
        return new Stage.AddFields(fields);
    }

    private static Stage unset(JsonNode options) {
        List<String> fields = new ArrayList<>();
        for (JsonNode each : options.isArray() ? options : List.of(options)) {
            if (!each.isString()) {
                throw bad("$unset takes a field or an array of fields");
            }
            fields.add(PipelineNames.field(each.stringValue()));
        }
        return new Stage.Exclude(fields);
    }

    private static List<SortKey> sort(JsonNode options) {
        List<SortKey> keys = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : object("$sort", options).properties()) {
            double direction = each.getValue().isNumber() ? each.getValue().asDouble() : 0;
            if (direction != 1 && direction != -1) {
                throw bad("$sort takes 1 (ascending) or -1 (descending) for each field");
            }
            keys.add(new SortKey(PipelineNames.path(each.getKey()), direction < 0));
        }
        if (keys.isEmpty() || keys.size() > 32) {
            throw bad("$sort must have from 1 to 32 keys");
        }
        return keys;
    }

    private static Stage unwind(JsonNode options) {
        JsonNode path = options.isObject() ? options.path("path") : options;
        if (!path.isString()) {
            throw bad("$unwind needs a path like \"$field\"");
        }
        FieldPath array = PipelineNames.reference(path.stringValue());
        JsonNode index = options.path("includeArrayIndex");
        if (!index.isMissingNode() && !index.isNull() && !index.isString()) {
            throw bad("includeArrayIndex of $unwind must be a field's name");
        }
        return new Stage.Unwind(
                array,
                index.isString() ? Optional.of(newField(index.stringValue())) : Optional.empty(),
                options.path("preserveNullAndEmptyArrays").asBoolean(false));
    }

    private static String count(JsonNode options) {
        if (!options.isString()) {
            throw bad("$count takes the name of a field");
        }
        return newField(options.stringValue());
    }

    private void sortByCount(JsonNode options) {
        Expression one = expressions.read(Json.nodes().numberNode(1));
        SequencedMap<String, Stage.Accumulator> fields = new LinkedHashMap<>();
        fields.put("count", new Stage.Accumulator(Stage.Accumulator.Kind.SUM, one));
        stages.add(new Stage.Group(expressions.read(options), fields));
        stages.add(new Stage.Sort(List.of(new SortKey(FieldPath.of("count"), true))));
    }

    private Stage facet(ObjectNode options) {
        if (inFacet) {
            throw bad("$facet can't be inside a $facet");
        }
        if (options.isEmpty() || options.size() > MAX_FACETS) {
            throw bad("$facet takes 1 to " + MAX_FACETS + " pipelines");
        }
        SequencedMap<String, List<Stage>> pipelines = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : options.properties()) {
            var reader = new PipelineReader(expressions, true);
            if (!each.getValue().isArray()) {
                throw bad("$facet takes an array of stages for each field");
            }
            reader.pipeline(each.getValue());
            pipelines.put(newField(each.getKey()), reader.stages());
        }
        return new Stage.Facet(pipelines);
    }

    private static Stage lookup(ObjectNode options) {
        requireOnly("$lookup", options, Set.of("from", "localField", "foreignField", "as"));
        return new Stage.Lookup(
                text("$lookup", options, "from"),
                PipelineNames.path(text("$lookup", options, "localField")),
                PipelineNames.path(text("$lookup", options, "foreignField")),
                newField(text("$lookup", options, "as")));
    }

    private Stage replace(String name, @Nullable JsonNode root) {
        if (root == null || root.isMissingNode()) {
            throw bad(name + " needs a newRoot");
        }
        Expression expression = expressions.read(root);
        return switch (expression) {
            case Expression.Obj(var fields) when !fields.isEmpty() -> {
                fields.keySet().forEach(PipelineReader::newField);
                requireFew(fields.size());
                yield new Stage.Project(fields, false);
            }
            case Expression.Reference _ -> new Stage.ReplaceRoot(expression);
            default -> throw bad(name + " takes a field like \"$field\" or an object of fields");
        };
    }

    static void requireOnly(String stage, ObjectNode options, Set<String> known) {
        for (String option : options.propertyNames()) {
            if (!known.contains(option)) {
                throw bad("The option '" + shown(option) + "' of " + stage + " is not supported");
            }
        }
    }

    static JsonNode required(String stage, ObjectNode options, String option) {
        JsonNode value = options.get(option);
        if (value == null) {
            throw bad(stage + " needs " + option);
        }
        return value;
    }

    private static String text(String stage, ObjectNode options, String option) {
        JsonNode value = required(stage, options, option);
        if (!value.isString()) {
            throw bad(option + " of " + stage + " must be a string");
        }
        return value.stringValue();
    }

    private Stage near(JsonNode options) {
        if (inFacet || !stages.isEmpty()) {
            throw bad("$geoNear must be the first stage of a pipeline");
        }
        return GeoNearReader.read(object("$geoNear", options));
    }

    /// A column that a stage makes.
    static String newField(String name) {
        return PipelineNames.field(name);
    }

    static void requireFew(int fields) {
        if (fields > MAX_FIELDS) {
            throw bad("a pipeline stage is limited to " + MAX_FIELDS + " fields");
        }
    }

    static ObjectNode object(String stage, JsonNode options) {
        if (options instanceof ObjectNode object) {
            return object;
        }
        throw bad(stage + " takes an object, not " + shown(options.toString()));
    }

    private static int positive(String option, JsonNode value) {
        int number = whole(option, value);
        if (number == 0) {
            throw bad("the " + option + " must be positive");
        }
        return number;
    }

    private static int whole(String option, JsonNode value) {
        double number = value.isNumber() ? value.asDouble() : Double.NaN;
        if (value.isString()) {
            try {
                number = Double.parseDouble(value.stringValue());
            } catch (NumberFormatException notANumber) {
                number = Double.NaN;
            }
        }
        if (number != Math.rint(number) || number < 0 || Double.isInfinite(number)) {
            throw bad("the " + option + " must be a whole number of 0 or more");
        }
        return (int) Math.min(number, Integer.MAX_VALUE);
    }

    static RialtoException bad(String message) {
        return new RialtoException(ErrorCode.INVALID_QUERY, message);
    }
}
