package dev.rialto.model;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A field of a class.
///
/// @param required whether an object can't be saved without it
/// @param defaultValue what a new object gets when the field is not given, in wire form
public record Field(FieldType type, boolean required, Optional<JsonNode> defaultValue) {
    public static Field of(FieldType type) {
        return new Field(type, false, Optional.empty());
    }
}
