package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineNames.shown;
import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.kernel.Json;
import dev.rialto.model.FieldPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a `$project`: the columns to keep, or those to leave out.
final class ProjectReader {
    private final ExpressionReader expressions;
    private final SequencedMap<String, Expression> kept = new LinkedHashMap<>();
    private final List<String> dropped = new ArrayList<>();
    private final SequencedMap<String, ObjectNode> picked = new LinkedHashMap<>();
    private final SequencedMap<String, ObjectNode> cut = new LinkedHashMap<>();
    private boolean withId = true;

    ProjectReader(ExpressionReader expressions) {
        this.expressions = expressions;
    }

    List<Stage> read(JsonNode options) {
        ObjectNode fields = PipelineReader.object("$project", options);
        if (fields.isEmpty()) {
            throw bad("$project must have at least one field");
        }
        PipelineReader.requireFew(fields.size());
        for (Map.Entry<String, JsonNode> each : fields.properties()) {
            field(each.getKey(), each.getValue());
        }
        picked.forEach((field, shape) -> kept.put(field, new Expression.Pick(field, shape)));
        if (!kept.isEmpty() && !(dropped.isEmpty() && cut.isEmpty())) {
            throw bad("$project can't both include and exclude fields");
        }
        return kept.isEmpty() ? exclusion() : List.of(new Stage.Project(kept, withId));
    }

    private List<Stage> exclusion() {
        List<Stage> stages = new ArrayList<>(2);
        if (!withId) {
            dropped.add(PipelineNames.ID);
        }
        stages.add(new Stage.Exclude(dropped));
        if (!cut.isEmpty()) {
            SequencedMap<String, Expression> fields = new LinkedHashMap<>();
            cut.forEach((field, shape) -> fields.put(field, new Expression.Drop(field, shape)));
            stages.add(new Stage.AddFields(fields));
        }
        return stages;
    }

    private void field(String name, JsonNode value) {
        FieldPath path = PipelineNames.path(name);
        if (isFlag(value)) {
            if (path.field().equals(PipelineNames.ID) && !path.isNested()) {
                withId = isKept(value);
                if (withId) {
                    kept.put(PipelineNames.ID, new Expression.Reference(path));
                }
            } else if (path.isNested()) {
                mark(isKept(value) ? picked : cut, path);
            } else if (isKept(value)) {
                kept.put(path.field(), new Expression.Reference(path));
            } else {
                dropped.add(path.field());
            }
            return;
        }
        if (isNestedSelection(value)) {
            value.properties().forEach(each -> field(name + "." + each.getKey(), each.getValue()));
        } else if (path.isNested()) {
            throw bad("$project can't compute a nested field: " + shown(name));
        } else {
            kept.put(path.field(), expressions.read(value));
        }
    }

    private static boolean isFlag(JsonNode value) {
        return value.isBoolean() || value.isNumber();
    }

    private static boolean isKept(JsonNode value) {
        return value.isBoolean() ? value.booleanValue() : value.asDouble() != 0;
    }

    /// Whether an object means the fields inside a field: `{"a": {"b": 1}}`.
    private static boolean isNestedSelection(JsonNode value) {
        if (!value.isObject() || value.isEmpty()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            if (each.getKey().startsWith("$")
                    || !(isFlag(each.getValue()) || isNestedSelection(each.getValue()))) {
                return false;
            }
        }
        return true;
    }

    private static void mark(Map<String, ObjectNode> shapes, FieldPath path) {
        ObjectNode at = shapes.computeIfAbsent(path.field(), _ -> Json.object());
        List<String> below = path.below();
        for (String step : below.subList(0, below.size() - 1)) {
            at = at.get(step) instanceof ObjectNode known ? known : at.putObject(step);
        }
        at.put(below.getLast(), true);
    }
}
