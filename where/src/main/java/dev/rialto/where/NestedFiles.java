package dev.rialto.where;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.model.FileAddresses;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Gives the files inside Array and Object values their addresses, which are not stored.
public record NestedFiles(App app, FileAddresses files) {
    /// As PostgreSQL writes it; a string that holds this has its quotes escaped.
    private static final String MARK = "\"__type\": \"File\"";

    /// Writes the text of a jsonb value.
    public void write(String json, JsonGenerator out) {
        if (json.contains(MARK)) {
            Json.mapper().writeTree(out, addTo(Json.mapper().readTree(json)));
        } else {
            out.writeRawValue(json);
        }
    }

    /// Adds the addresses.
    ///
    /// @return the same value
    public JsonNode addTo(JsonNode value) {
        if (value instanceof ObjectNode object
                && object.path("__type").asString("").equals("File")) {
            object.put("url", files.url(app, object.path("name").asString("")));
        } else {
            value.forEach(this::addTo);
        }
        return value;
    }
}
