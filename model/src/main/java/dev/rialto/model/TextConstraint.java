package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads `$text`: `{"$search": {"$term": "...", "$language": "..."}}`.
final class TextConstraint {
    private TextConstraint() {}

    static Predicate read(JsonNode text) {
        JsonNode search = text.get("$search");
        if (search == null || !search.isObject()) {
            throw bad("$search, should be object");
        }
        JsonNode term = search.get("$term");
        if (term == null || !term.isString() || term.stringValue().isEmpty()) {
            throw bad("$term, should be string");
        }
        JsonNode language = search.get("$language");
        if (language != null && !language.isString()) {
            throw bad("$language, should be string");
        }
        // Full text search folds case, and keeps accents apart.
        if (flag(search, "$caseSensitive", false)) {
            throw bad(
                    "$caseSensitive not supported, please use $regex or create a separate lower case"
                            + " column.");
        }
        if (!flag(search, "$diacriticSensitive", true)) {
            throw bad(
                    "$diacriticSensitive - false not supported, install Postgres Unaccent"
                            + " Extension");
        }
        return new Predicate.TextSearch(
                term.stringValue(),
                language == null ? Optional.empty() : Optional.of(language.stringValue()),
                false,
                true);
    }

    private static boolean flag(JsonNode search, String name, boolean otherwise) {
        JsonNode flag = search.get(name);
        if (flag == null) {
            return otherwise;
        }
        if (!flag.isBoolean()) {
            throw bad(name + ", should be boolean");
        }
        return flag.booleanValue();
    }

    private static RialtoException bad(String why) {
        return new RialtoException(ErrorCode.INVALID_JSON, "bad $text: " + why);
    }
}
