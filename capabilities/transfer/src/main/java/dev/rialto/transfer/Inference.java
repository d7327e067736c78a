package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassNames;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What the rows of a file say about the types of their fields. In JSON the type that most rows
/// have wins, and rows of another type will be rejected; a CSV column whose cells look different is
/// text, and so is one whose numbers all stand in quotes while other cells of the file do not: who
/// writes so puts text in quotes.
final class Inference {
    private static final int MAX_FIELDS = 1500;

    private final Optional<Cells> cells;
    private final boolean trustsQuotes;
    private final Set<String> known;
    private final Set<String> blank = new LinkedHashSet<>();
    private final Set<String> bare = new HashSet<>();
    private boolean hasBareCells;
    private final SequencedMap<String, Map<FieldType, Long>> seen = new LinkedHashMap<>();

    /// @param csv the dialect of a CSV file; empty for JSON
    /// @param known fields whose type needs no guess
    Inference(Optional<CsvOptions> csv, Set<String> known) {
        this.cells = csv.map(options -> new Cells(options.decimalComma()));
        this.trustsQuotes = csv.filter(options -> !options.decimalComma()).isPresent();
        this.known = known;
    }

    void add(InputRow row) {
        if (row instanceof InputRow.Readable(_, var fields, var quoted)) {
            fields.properties()
                    .forEach(each -> {
                        boolean isBare = !quoted.contains(each.getKey());
                        hasBareCells |= isBare;
                        add(each.getKey(), each.getValue(), isBare);
                    });
        }
    }

    private void add(String field, JsonNode value, boolean isBare) {
        if (known.contains(field)
                || ClassNames.IMPLICIT.contains(field)
                || !ClassNames.isValidField(field)) {
            return;
        }
        if (cells.isPresent() && value.asString("").isEmpty()) {
            // Two quotes with nothing between fit a column of any type.
            if (!value.isNull()) {
                blank.add(field);
            }
            return;
        }
        if (isBare) {
            bare.add(field);
        }
        typeOf(value).ifPresent(type -> count(field, type));
    }

    private Optional<FieldType> typeOf(JsonNode value) {
        if (cells.isPresent()) {
            return Optional.of(cells.get().guess(value.stringValue()));
        }
        try {
            return FieldTypes.of(value);
        } catch (RialtoException rejectedLater) {
            return Optional.empty();
        }
    }

    private void count(String field, FieldType type) {
        seen.computeIfAbsent(field, _ -> new LinkedHashMap<>()).merge(type, 1L, Long::sum);
        if (seen.size() > MAX_FIELDS) {
            throw new RialtoException(
                    ErrorCode.INVALID_SCHEMA_OPERATION,
                    "the file has more than "
                            + MAX_FIELDS
                            + " fields; a class can't have as many columns");
        }
    }

    /// The types of the fields that were not known.
    SequencedMap<String, FieldType> types() {
        var types = new LinkedHashMap<String, FieldType>();
        seen.forEach((field, counts) -> types.put(field, decide(field, counts)));
        blank.forEach(field -> types.putIfAbsent(field, new FieldType.Text()));
        return types;
    }

    private FieldType decide(String field, Map<FieldType, Long> counts) {
        if (cells.isPresent() && (counts.size() > 1 || isQuotedText(field, counts))) {
            return new FieldType.Text();
        }
        return counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    private boolean isQuotedText(String field, Map<FieldType, Long> counts) {
        return trustsQuotes
                && hasBareCells
                && !bare.contains(field)
                && (counts.containsKey(new FieldType.Number())
                        || counts.containsKey(new FieldType.Bool()));
    }
}
