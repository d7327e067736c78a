package dev.rialto.aggregate;

import dev.rialto.model.FieldPath;
import dev.rialto.model.Value;
import dev.rialto.where.SortKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import tools.jackson.databind.node.ObjectNode;

/// One step of an aggregate pipeline: it takes the rows of the step before and yields others.
sealed interface Stage {
    /// Keeps the rows that fulfil a `where`, which is read when the columns are known.
    record Match(ObjectNode where) implements Stage {}

    /// One row for each value of an expression.
    record Group(Expression id, SequencedMap<String, Accumulator> fields) implements Stage {
        public Group {
            fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        }
    }

    /// What is computed over the rows of a group.
    record Accumulator(Kind kind, Expression input) {
        enum Kind {
            SUM,
            AVG,
            MIN,
            MAX,
            PUSH,
            ADD_TO_SET,
            FIRST,
            LAST,
            COUNT
        }
    }

    /// Only these columns.
    ///
    /// @param withId whether objectId is kept when it is not among the fields
    record Project(SequencedMap<String, Expression> fields, boolean withId) implements Stage {
        public Project {
            fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        }
    }

    /// All columns but these.
    record Exclude(List<String> fields) implements Stage {
        public Exclude {
            fields = List.copyOf(fields);
        }
    }

    /// All columns, with some added or replaced.
    record AddFields(SequencedMap<String, Expression> fields) implements Stage {
        public AddFields {
            fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
        }
    }

    /// Another object in the place of each.
    record ReplaceRoot(Expression root) implements Stage {}

    /// Each object with those of another class whose field has the same value.
    ///
    /// @param as the column for the array of what is found
    record Lookup(String className, FieldPath local, FieldPath foreign, String as)
            implements Stage {}

    /// One object with the results of several pipelines over the same rows.
    record Facet(SequencedMap<String, List<Stage>> pipelines) implements Stage {
        public Facet {
            pipelines = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(pipelines));
        }
    }

    record Sort(List<SortKey> keys) implements Stage {
        public Sort {
            keys = List.copyOf(keys);
        }
    }

    record Limit(int rows) implements Stage {}

    record Skip(int rows) implements Stage {}

    /// One row for each element of an array.
    ///
    /// @param index if present, a column for the element's position
    /// @param keepsEmpty whether rows without elements stay
    record Unwind(FieldPath path, Optional<String> index, boolean keepsEmpty) implements Stage {}

    /// One row with the number of rows.
    record Count(String field) implements Stage {}

    /// Random rows.
    record Sample(int rows) implements Stage {}

    /// Rows in the order of their distance from a point, with the distance.
    ///
    /// @param place the GeoPoint field; when empty the only one there is
    /// @param query a condition, unread
    record Near(
            Value.GeoPoint center,
            String distanceField,
            Optional<String> place,
            Measure measure,
            Range range,
            ObjectNode query)
            implements Stage {}

    /// How distances are told.
    ///
    /// @param unit the length of one radian; empty for degrees on a flat map
    /// @param factor what is told is multiplied by it
    record Measure(OptionalDouble unit, double factor) {}

    /// Distances to keep, in the unit of the measure.
    record Range(OptionalDouble min, OptionalDouble max) {}
}
