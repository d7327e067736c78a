package dev.rialto.aggregate;

import dev.rialto.model.FieldPath;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a stage of a pipeline computes from a row.
sealed interface Expression {
    /// A value that the caller wrote, in wire form.
    record Constant(JsonNode wire) implements Expression {}

    /// A column, or a value inside it.
    record Reference(FieldPath path) implements Expression {}

    /// An object of computed values; those that are null are left out.
    record Obj(SequencedMap<String, Expression> fields) implements Expression {
        public Obj {
            fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        }
    }

    record Array(List<Expression> elements) implements Expression {
        public Array {
            elements = List.copyOf(elements);
        }
    }

    record Call(Operator operator, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// A part of a date, as a number.
    ///
    /// @param timezone the time zone whose calendar counts; UTC when empty
    record PartOfDate(DatePart part, Expression date, Optional<String> timezone)
            implements Expression {}

    /// A date as text.
    ///
    /// @param format as PostgreSQL's `to_char` takes it
    /// @param otherwise what stands for a date that is not there
    record DateFormat(
            Expression date, String format, Optional<String> timezone, Optional<String> otherwise)
            implements Expression {}

    /// An object with a value put in at a path.
    record Put(Expression holder, List<String> below, Expression value) implements Expression {
        public Put {
            below = List.copyOf(below);
        }
    }

    /// A column's JSON with nothing in it but what the shape names.
    record Pick(String field, ObjectNode shape) implements Expression {}

    /// A column's JSON without what the shape names.
    record Drop(String field, ObjectNode shape) implements Expression {}

    /// The operators.
    enum Operator {
        ADD("$add", 1, 100),
        SUBTRACT("$subtract", 2, 2),
        MULTIPLY("$multiply", 1, 100),
        DIVIDE("$divide", 2, 2),
        MOD("$mod", 2, 2),
        ABS("$abs", 1, 1),
        CEIL("$ceil", 1, 1),
        FLOOR("$floor", 1, 1),
        ROUND("$round", 1, 2),
        TRUNC("$trunc", 1, 1),
        CONCAT("$concat", 1, 100),
        SUBSTRING("$substrCP", 3, 3),
        LENGTH("$strLenCP", 1, 1),
        TO_UPPER("$toUpper", 1, 1),
        TO_LOWER("$toLower", 1, 1),
        SIZE("$size", 1, 1),
        ELEMENT_AT("$arrayElemAt", 2, 2),
        IF_NULL("$ifNull", 2, 100),
        COND("$cond", 3, 3),
        EQUAL("$eq", 2, 2),
        NOT_EQUAL("$ne", 2, 2),
        LESS("$lt", 2, 2),
        LESS_OR_EQUAL("$lte", 2, 2),
        GREATER("$gt", 2, 2),
        GREATER_OR_EQUAL("$gte", 2, 2),
        AND("$and", 0, 100),
        OR("$or", 0, 100),
        NOT("$not", 1, 1);

        private final String wireName;
        private final int min;
        private final int max;

        Operator(String wireName, int min, int max) {
            this.wireName = wireName;
            this.min = min;
            this.max = max;
        }

        String wireName() {
            return wireName;
        }

        boolean takes(int arguments) {
            return arguments >= min && arguments <= max;
        }

        static Optional<Operator> of(String wireName) {
            for (Operator each : values()) {
                if (each.wireName.equals(wireName)) {
                    return Optional.of(each);
                }
            }
            return Optional.empty();
        }
    }

    /// The parts of a date.
    enum DatePart {
        YEAR("$year", "extract(year FROM ", ")::double precision"),
        MONTH("$month", "extract(month FROM ", ")::double precision"),
        DAY_OF_MONTH("$dayOfMonth", "extract(day FROM ", ")::double precision"),
        DAY_OF_WEEK("$dayOfWeek", "(extract(dow FROM ", ") + 1)::double precision"),
        DAY_OF_YEAR("$dayOfYear", "extract(doy FROM ", ")::double precision"),
        WEEK("$week", "rialto.week_of(", ")"),
        ISO_WEEK("$isoWeek", "extract(week FROM ", ")::double precision"),
        ISO_WEEK_YEAR("$isoWeekYear", "extract(isoyear FROM ", ")::double precision"),
        ISO_DAY_OF_WEEK("$isoDayOfWeek", "extract(isodow FROM ", ")::double precision"),
        HOUR("$hour", "extract(hour FROM ", ")::double precision"),
        MINUTE("$minute", "extract(minute FROM ", ")::double precision"),
        SECOND("$second", "floor(extract(second FROM ", "))::double precision"),
        MILLISECOND(
                "$millisecond",
                "mod(floor(extract(milliseconds FROM ",
                ")), 1000)::double precision");

        private final String wireName;
        private final String before;
        private final String after;

        DatePart(String wireName, String before, String after) {
            this.wireName = wireName;
            this.before = before;
            this.after = after;
        }

        String wireName() {
            return wireName;
        }

        String before() {
            return before;
        }

        String after() {
            return after;
        }

        static Optional<DatePart> of(String wireName) {
            for (DatePart each : values()) {
                if (each.wireName.equals(wireName)) {
                    return Optional.of(each);
                }
            }
            return Optional.empty();
        }
    }
}
