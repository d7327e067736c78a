package dev.rialto.aggregate;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldPath;
import dev.rialto.model.QueryParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is asked of an aggregate: a pipeline, or the distinct values of a field.
///
/// @param distinct the field whose values are asked for; the pipeline is empty then
/// @param where which objects count, unread; only with `distinct`
/// @param explain answer with the database's plan
record AggregateRequest(
        Optional<FieldPath> distinct, ObjectNode where, List<Stage> stages, boolean explain) {
    /// How some clients of Parse write `where`.
    private static final String DOLLAR_WHERE = "$where";

    private static final Set<String> OPTIONS =
            Set.of(
                    "pipeline",
                    "distinct",
                    "where",
                    DOLLAR_WHERE,
                    "explain",
                    "hint",
                    "comment",
                    "readPreference",
                    "rawValues",
                    "rawFieldNames");

    AggregateRequest {
        stages = List.copyOf(stages);
    }

    /// Reads the parameters: `pipeline`, or stages as parameters, or `distinct` and `where`.
    ///
    /// @throws RialtoException INVALID_QUERY, INVALID_KEY_NAME, INVALID_JSON
    static AggregateRequest read(ObjectNode parameters) {
        boolean explain = QueryParameters.isAsked(parameters.path("explain"));
        var reader = new PipelineReader();
        JsonNode distinct = parameters.get("distinct");
        for (Map.Entry<String, JsonNode> each : parameters.properties()) {
            String name = each.getKey();
            if (!OPTIONS.contains(name)) {
                reader.stage(name, structured(each.getValue()));
            }
        }
        JsonNode where = parameters.get(parameters.has("where") ? "where" : DOLLAR_WHERE);
        if (distinct != null) {
            return new AggregateRequest(
                    Optional.of(PipelineNames.path(structured(distinct).asString(""))),
                    QueryParameters.where(where == null ? null : structured(where)),
                    List.of(),
                    explain);
        }
        if (where != null) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "where requires distinct; the condition of a pipeline is a $match stage");
        }
        JsonNode pipeline = parameters.get("pipeline");
        if (pipeline != null && !pipeline.isNull()) {
            reader.pipeline(whole(pipeline));
        }
        return new AggregateRequest(Optional.empty(), Json.object(), reader.stages(), explain);
    }

    private static JsonNode whole(JsonNode pipeline) {
        if (!pipeline.isString()) {
            return pipeline;
        }
        try {
            return Json.read(pipeline.stringValue());
        } catch (JacksonException notJson) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY, "pipeline parameter is not valid JSON");
        }
    }

    /// The options of a stage that came as a parameter: JSON, or plain text as in `$unwind=$names`.
    private static JsonNode structured(JsonNode options) {
        if (!options.isString()) {
            return options;
        }
        try {
            return Json.read(options.stringValue());
        } catch (JacksonException plainText) {
            return options;
        }
    }
}
