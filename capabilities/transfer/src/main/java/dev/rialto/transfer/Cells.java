package dev.rialto.transfer;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.model.FieldType;
import dev.rialto.model.FieldTypes;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What the cells of a CSV file mean: numbers, booleans, ISO dates, JSON, else text.
final class Cells {
    // A number with leading zeros is more likely a code: 00501 is a post office.
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,3})?");
    private static final Pattern NUMBER_WITH_COMMA =
            Pattern.compile(
                    "-?(0|[1-9][0-9]{0,2}(\\.[0-9]{3})+|[1-9][0-9]*)(,[0-9]+)?([eE][-+]?[0-9]{1,3})?");
    private static final Pattern DATE = Pattern.compile("[-+]?[0-9]{4,6}-[0-9]{2}-[0-9]{2}.*");

    /// A time as SQL writes it: a space before the hours, a short offset.
    private static final Pattern SQL_TIME =
            Pattern.compile(
                    "([0-9]{4}-[0-9]{2}-[0-9]{2})"
                            + " ([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?)"
                            + " ?(?:(Z|UTC)|([-+][0-9]{2})(?::?([0-9]{2}))?)?");

    private final boolean decimalComma;

    /// @param decimalComma whether numbers are written as 1.234,5
    Cells(boolean decimalComma) {
        this.decimalComma = decimalComma;
    }

    /// The type that a cell looks like.
    FieldType guess(String text) {
        String cell = text.strip();
        if (cell.startsWith("{") || cell.startsWith("[")) {
            return json(cell).flatMap(Cells::typeOf).orElseGet(FieldType.Text::new);
        }
        if (number(cell).filter(Cells::isKeptByDouble).isPresent()) {
            return new FieldType.Number();
        }
        if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
            return new FieldType.Bool();
        }
        if (DATE.matcher(cell).matches() && DateText.read(time(cell)).isPresent()) {
            return new FieldType.Date();
        }
        return new FieldType.Text();
    }

    /// The cell as a value in wire form.
    ///
    /// @throws RialtoException when the cell is not a value of the type
    JsonNode read(String text, FieldType type) {
        String cell = text.strip();
        return switch (type) {
            case FieldType.Text _ -> Json.nodes().stringNode(text);
            case FieldType.Date _ -> typed(cell).orElse(Json.nodes().stringNode(time(cell)));
            case FieldType.Pointer _, FieldType.File _ ->
                    typed(cell).orElse(Json.nodes().stringNode(text));
            case FieldType.Number _ ->
                    Json.nodes()
                            .numberNode(
                                    Double.parseDouble(
                                            number(cell).orElseThrow(() -> mismatch(cell, type))));
            case FieldType.Bool _ ->
                    switch (cell.toLowerCase(Locale.ROOT)) {
                        case "true", "t", "1" -> Json.nodes().booleanNode(true);
                        case "false", "f", "0" -> Json.nodes().booleanNode(false);
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

    /// A time of SQL as one of the wire; other text as it is.
    static String time(String cell) {
        Matcher sql = SQL_TIME.matcher(cell);
        if (!sql.matches()) {
            return cell;
        }
        String time = sql.group(1) + "T" + sql.group(2);
        if (sql.group(4) == null) {
            return time + "Z";
        }
        return time + sql.group(4) + ":" + (sql.group(5) == null ? "00" : sql.group(5));
    }

    /// A number's digits as Java reads them.
    private Optional<String> number(String cell) {
        if (!decimalComma) {
            return NUMBER.matcher(cell).matches() ? Optional.of(cell) : Optional.empty();
        }
        return NUMBER_WITH_COMMA.matcher(cell).matches()
                ? Optional.of(cell.replace(".", "").replace(',', '.'))
                : Optional.empty();
    }

    /// A value with its `__type`, as an export writes it.
    private static Optional<JsonNode> typed(String cell) {
        return cell.startsWith("{")
                ? json(cell).filter(value -> value.has("__type"))
                : Optional.empty();
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
        return new RialtoException(
                ErrorCode.INCORRECT_TYPE, "not a valid " + type.display() + ": " + shown);
    }
}
