package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.objects.FieldTypes;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What the cells of a CSV file mean: numbers, booleans, ISO dates, JSON, else text.
final class Cells {
    // A number with leading zeros is more likely a code: 00501 is a post office.
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?");
    private static final Pattern DATE = Pattern.compile("[-+]?[0-9]{4,6}-[0-9]{2}-[0-9]{2}.*");

    private Cells() {}

    /// The type that a cell looks like.
    static FieldType guess(String cell) {
        char first = cell.charAt(0);
        if (first == '{' || first == '[') {
            return json(cell).flatMap(Cells::typeOf).orElseGet(FieldType.Text::new);
        }
        if (NUMBER.matcher(cell).matches() && isKeptByDouble(cell)) {
            return new FieldType.Number();
        }
        if (cell.equals("true") || cell.equals("false")) {
            return new FieldType.Bool();
        }
        if (DATE.matcher(cell).matches() && DateText.read(cell).isPresent()) {
            return new FieldType.Date();
        }
        return new FieldType.Text();
    }

    /// The cell as a value in wire form.
    ///
    /// @throws RialtoException when the cell is no value of the type
    static JsonNode read(String cell, FieldType type) {
        return switch (type) {
            case FieldType.Text _, FieldType.Date _, FieldType.Pointer _, FieldType.File _ ->
                    Json.nodes().stringNode(cell);
            case FieldType.Number _ -> {
                if (!NUMBER.matcher(cell).matches()) {
                    throw mismatch(cell, type);
                }
                yield Json.nodes().numberNode(Double.parseDouble(cell));
            }
            case FieldType.Bool _ ->
                    switch (cell) {
                        case "true" -> Json.nodes().booleanNode(true);
                        case "false" -> Json.nodes().booleanNode(false);
                        default -> throw mismatch(cell, type);
                    };
            case FieldType.Obj _,
                    FieldType.Array _,
                    FieldType.GeoPoint _,
                    FieldType.Polygon _,
                    FieldType.Bytes _,
                    FieldType.Acl _,
                    FieldType.Relation _ ->
                    json(cell).orElseThrow(() -> mismatch(cell, type));
        };
    }

    private static Optional<FieldType> typeOf(JsonNode value) {
        try {
            return FieldTypes.of(value);
        } catch (RialtoException unknownType) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> json(String cell) {
        try {
            return Optional.of(Json.read(cell));
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /// Whether a number is the same after it was a double; long keys are not.
    private static boolean isKeptByDouble(String number) {
        double value = Double.parseDouble(number);
        return Double.isFinite(value)
                && (number.length() <= 15
                        || new BigDecimal(number).compareTo(new BigDecimal(Double.toString(value)))
                                == 0);
    }

    private static RialtoException mismatch(String cell, FieldType type) {
        String shown = cell.length() <= 100 ? cell : cell.substring(0, 100) + "...";
        return new RialtoException(ErrorCode.INCORRECT_TYPE, "no " + type.display() + ": " + shown);
    }
}
