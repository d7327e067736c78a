package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Reads the `where` of a query into a [Where]. Mistakes are answered with Parse's codes and
/// messages.
public final class WhereParser {
    private final QueryLimits limits;
    private final InstantSource clock;

    /// @param clock what `$relativeTime` counts from
    public WhereParser(QueryLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
    }

    /// Reads a condition on objects of a class whose fields are not known yet.
    ///
    /// @throws RialtoException 102, 105, 107, 111 or 121
    public Where parse(JsonNode where) {
        return parse(where, _ -> Optional.empty(), _ -> Optional.empty());
    }

    /// Reads a condition on objects of a class.
    ///
    /// @throws RialtoException 102, 105, 107, 111 or 121
    public Where parse(JsonNode where, ClassSchema schema) {
        return parse(where, schema::type, _ -> Optional.empty());
    }

    /// Reads a condition on objects of a class of an app.
    ///
    /// @param classes the classes by name, which need not exist
    /// @throws RialtoException 102, 105, 107, 111 or 121
    public Where parse(
            JsonNode where, String className, Function<String, Optional<ClassSchema>> classes) {
        return parse(where, types(className, classes), classes);
    }

    private Where parse(
            JsonNode where,
            Function<String, Optional<FieldType>> types,
            Function<String, Optional<ClassSchema>> classes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Reading(limits, now, classes).where(where, new Scope(types, 0, 0));
    }

    private static Function<String, Optional<FieldType>> types(
            String className, Function<String, Optional<ClassSchema>> classes) {
        Optional<ClassSchema> schema = classes.apply(className);
        return field -> schema.flatMap(known -> known.type(field));
    }

    /// Where in the tree the reading stands.
    ///
    /// @param types what is known of the class
    record Scope(Function<String, Optional<FieldType>> types, int depth, int subQueries) {
        Scope deeper() {
            return new Scope(types, depth + 1, subQueries);
        }

        Scope subQuery(Function<String, Optional<FieldType>> typesInside) {
            return new Scope(typesInside, depth + 1, subQueries + 1);
        }
    }

    /// One `where` being read, with what it has used of its limits.
    static final class Reading {
        private static final Pattern KEY =
                Pattern.compile("[a-zA-Z][a-zA-Z0-9_]*(\\.[a-zA-Z0-9_]+)*");

        private final QueryLimits limits;
        private final ConstraintReader constraints;
        private final Function<String, Optional<ClassSchema>> classes;
        private int predicates;
        private int values;

        Reading(QueryLimits limits, Instant now, Function<String, Optional<ClassSchema>> classes) {
            this.limits = limits;
            this.classes = classes;
            this.constraints = new ConstraintReader(this, now);
        }

        QueryLimits limits() {
            return limits;
        }

        Where where(JsonNode where, Scope scope) {
            if (!where.isObject()) {
                throw new RialtoException(ErrorCode.INVALID_JSON, "bad where: should be an object");
            }
            if (scope.depth() > limits.depth()) {
                throw tooMuch(
                        "Query condition nesting depth exceeds maximum allowed depth of "
                                + limits.depth());
            }
            List<Where> parts = new ArrayList<>(where.size());
            for (Map.Entry<String, JsonNode> entry : where.properties()) {
                part(entry.getKey(), entry.getValue(), scope, parts);
            }
            return parts.size() == 1 ? parts.getFirst() : new Where.And(parts);
        }

        private void part(String key, JsonNode value, Scope scope, List<Where> parts) {
            switch (key) {
                case "$or" -> parts.add(new Where.Or(branches(key, value, scope)));
                case "$and" -> parts.add(new Where.And(branches(key, value, scope)));
                case "$nor" -> parts.add(new Where.Nor(branches(key, value, scope)));
                case "$relatedTo" -> parts.add(relatedTo(value));
                case "ACL" ->
                        throw new RialtoException(ErrorCode.INVALID_QUERY, "Cannot query on ACL.");
                default -> constraints.read(path(key), value, scope, parts);
            }
        }

        private List<Where> branches(String key, JsonNode value, Scope scope) {
            if (!value.isArray() || value.isEmpty()) {
                throw badBranches(key);
            }
            List<Where> branches = new ArrayList<>(value.size());
            for (JsonNode branch : value) {
                countPredicate();
                branches.add(where(branch, scope.deeper()));
            }
            return branches;
        }

        private static RialtoException badBranches(String key) {
            return new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "Bad "
                            + key
                            + (key.equals("$nor")
                                    ? " format - use an array of at least 1 value."
                                    : " format - use an array value."));
        }

        private Where relatedTo(JsonNode value) {
            countPredicate();
            JsonNode object = value.get("object");
            JsonNode key = value.get("key");
            if (object == null
                    || !object.isObject()
                    || key == null
                    || !key.isString()
                    || !(ValueReader.read(object) instanceof Value.Pointer owner)) {
                throw new RialtoException(ErrorCode.INVALID_QUERY, "improper usage of $relatedTo");
            }
            return new Where.RelatedTo(owner, path(key.stringValue()).toString());
        }

        FieldPath path(String key) {
            if (key.length() > 1_000 || !KEY.matcher(key).matches()) {
                throw new RialtoException(
                        ErrorCode.INVALID_KEY_NAME,
                        "Invalid key name: "
                                + (key.length() > 100 ? key.substring(0, 100) + "..." : key));
            }
            return FieldPath.of(key);
        }

        void countPredicate() {
            if (++predicates > limits.constraints()) {
                throw tooMuch(
                        "The query has too many constraints; at most "
                                + limits.constraints()
                                + " are allowed");
            }
        }

        void countValues(int more) {
            values += more;
            if (values > limits.values()) {
                throw tooMuch(
                        "The query has too many values; at most "
                                + limits.values()
                                + " are allowed");
            }
        }

        /// The class that a query inside is about, where a redirect leads.
        String redirected(String className, String field) {
            return classes.apply(className)
                    .map(schema -> schema.redirectedBy(field))
                    .orElse(className);
        }

        /// The place inside a query inside.
        Scope subQuery(Scope scope, String className) {
            Scope inside = scope.subQuery(types(className, classes));
            if (inside.subQueries() > limits.subQueryDepth()) {
                throw tooMuch(
                        "The query has queries inside queries deeper than "
                                + limits.subQueryDepth());
            }
            return inside;
        }

        private static RialtoException tooMuch(String message) {
            return new RialtoException(ErrorCode.INVALID_QUERY, message);
        }
    }
}
