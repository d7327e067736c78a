package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A class's fields in a file, in the form of Parse's schema API: `{"fields": {"name": {"type":
/// "String"}}}`.
final class SchemaFile {
    private SchemaFile() {}

    /// The fields in a file, without those that every class has and those that are hidden.
    static SequencedMap<String, FieldType> read(Path file) throws IOException {
        JsonNode schema;
        try {
            schema = Json.read(Files.readAllBytes(file));
        } catch (JacksonException notJson) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    file + " is not valid JSON: " + notJson.getOriginalMessage(),
                    notJson);
        }
        if (!schema.path("fields").isObject()) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    file
                            + " is not a valid schema; write {\"fields\": {\"name\": {\"type\":"
                            + " \"String\"}}}");
        }
        var fields = new LinkedHashMap<String, FieldType>();
        schema.path("fields")
                .properties()
                .forEach(each -> {
                    String name = each.getKey();
                    if (!ClassNames.IMPLICIT.contains(name) && !name.startsWith("_")) {
                        ClassNames.requireField(name);
                        fields.put(name, FieldTypes.read(each.getValue()));
                    }
                });
        return fields;
    }

    /// The class in the form that [#read] takes.
    static ObjectNode write(ClassSchema schema) {
        ObjectNode wire = Json.object().put("className", schema.name());
        ObjectNode fields = wire.putObject("fields");
        schema.fields()
                .forEach((name, field) -> {
                    if (!name.startsWith("_")) {
                        fields.set(name, FieldTypes.write(field.type()));
                    }
                });
        return wire;
    }
}
