package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldType;
import dev.rialto.objects.ClassNames;
import dev.rialto.objects.FieldTypes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the rows of a file say about the types of their fields. In JSON the type that most rows
/// have wins, and rows of another type will be rejected; a CSV column whose cells look different is
/// text.
final class Inference {
    private static final int MOST_FIELDS = 1500;

    private final boolean cells;
    private final Set<String> known;
    private final SequencedMap<String, Map<FieldType, Long>> seen = new LinkedHashMap<>();

    /// @param cells whether fields are cells of a CSV file
    /// @param known fields whose type needs no guess
    Inference(boolean cells, Set<String> known) {
        this.cells = cells;
        this.known = known;
    }

    void add(InputRow row) {
        if (row instanceof InputRow.Readable(_, var fields)) {
            fields.properties().forEach(each -> add(each.getKey(), each.getValue()));
        }
    }

    private void add(String field, JsonNode value) {
        if (known.contains(field)
                || ClassNames.IMPLICIT.contains(field)
                || !ClassNames.isValidField(field)) {
            return;
        }
        typeOf(value).ifPresent(type -> count(field, type));
    }

    private Optional<FieldType> typeOf(JsonNode value) {
        if (cells) {
            return Optional.of(Cells.guess(value.stringValue()));
        }
        try {
            return FieldTypes.of(value);
        } catch (RialtoException rejectedLater) {
            return Optional.empty();
        }
    }

    private void count(String field, FieldType type) {
        seen.computeIfAbsent(field, _ -> new LinkedHashMap<>()).merge(type, 1L, Long::sum);
        if (seen.size() > MOST_FIELDS) {
            throw new RialtoException(
                    ErrorCode.INVALID_SCHEMA_OPERATION,
                    "the file has more than "
                            + MOST_FIELDS
                            + " fields; a class can't have as many columns");
        }
    }

    /// The types of the fields that were not known.
    SequencedMap<String, FieldType> types() {
        var types = new LinkedHashMap<String, FieldType>();
        seen.forEach((field, counts) -> types.put(field, decide(counts)));
        return types;
    }

    private FieldType decide(Map<FieldType, Long> counts) {
        if (cells && counts.size() > 1) {
            return new FieldType.Text();
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }
}
