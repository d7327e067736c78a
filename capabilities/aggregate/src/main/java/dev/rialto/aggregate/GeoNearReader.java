package dev.rialto.aggregate;

import static dev.rialto.aggregate.PipelineNames.shown;
import static dev.rialto.aggregate.PipelineReader.bad;

import dev.rialto.kernel.Json;
import dev.rialto.model.Value;
import dev.rialto.model.ValueReader;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a `$geoNear`.
final class GeoNearReader {
    /// The Earth's radius in metres, as MongoDB has it.
    private static final double EARTH = 6_378_100;

    private static final Set<String> KNOWN =
            Set.of(
                    "near",
                    "distanceField",
                    "key",
                    "spherical",
                    "distanceMultiplier",
                    "minDistance",
                    "maxDistance",
                    "query");

    private GeoNearReader() {}

    static Stage read(ObjectNode options) {
        for (String name : options.propertyNames()) {
            if (!KNOWN.contains(name)) {
                throw bad("$geoNear has no option '" + shown(name) + "'");
            }
        }
        JsonNode near = options.path("near");
        JsonNode distanceField = options.path("distanceField");
        if (!distanceField.isString()) {
            throw bad("$geoNear needs a distanceField");
        }
        JsonNode key = options.path("key");
        OptionalDouble unit =
                near.has("coordinates")
                        ? OptionalDouble.of(EARTH)
                        : near.has("__type") || options.path("spherical").asBoolean(false)
                                ? OptionalDouble.of(1)
                                : OptionalDouble.empty();
        return new Stage.Near(
                center(near),
                PipelineReader.newField(distanceField.stringValue()),
                key.isString()
                        ? Optional.of(PipelineNames.field(key.stringValue()))
                        : Optional.empty(),
                new Stage.Measure(unit, number(options, "distanceMultiplier").orElse(1)),
                new Stage.Range(number(options, "minDistance"), number(options, "maxDistance")),
                options.has("query")
                        ? PipelineReader.object("query of $geoNear", options.get("query"))
                        : Json.object());
    }

    /// A Parse.GeoPoint, a GeoJSON point, or an array of longitude and latitude.
    private static Value.GeoPoint center(JsonNode near) {
        JsonNode pair = near.isObject() ? near.path("coordinates") : near;
        ObjectNode point = Json.object().put("__type", "GeoPoint");
        if (near.has("__type")) {
            point.set("latitude", near.path("latitude"));
            point.set("longitude", near.path("longitude"));
        } else if (pair.isArray() && pair.size() == 2) {
            point.set("latitude", pair.get(1));
            point.set("longitude", pair.get(0));
        }
        if (point.path("latitude").isNumber()
                && point.path("longitude").isNumber()
                && ValueReader.read(point) instanceof Value.GeoPoint center) {
            return center;
        }
        throw bad("near of $geoNear must be a GeoPoint or [longitude, latitude]");
    }

    private static OptionalDouble number(ObjectNode options, String name) {
        JsonNode value = options.get(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber()) {
            throw bad(name + " of $geoNear must be a number");
        }
        return OptionalDouble.of(value.asDouble());
    }
}
