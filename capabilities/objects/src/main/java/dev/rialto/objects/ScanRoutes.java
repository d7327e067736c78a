package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/scan/{className}`: walks a class of any size in the order of creation. Each page names where
/// the next one begins, so that a page costs the same however far the walk has come, and objects
/// that come and go meanwhile neither repeat nor hide others.
final class ScanRoutes {
    private static final int DEFAULT_PAGE = 1_000;
    private static final int LARGEST_PAGE = 10_000;

    private final Finder finder;
    private final Queries queries;
    private final int maxLimit;

    ScanRoutes(Finder finder, Queries queries, ObjectsSettings settings) {
        this.finder = finder;
        this.queries = queries;
        this.maxLimit = settings.maxLimit();
    }

    List<Operation> operations() {
        return List.of(
                new Operation(
                        "objects",
                        "scan",
                        Operation.Method.GET,
                        "/scan/{className}",
                        Operation.Access.APP,
                        "Walks a class in stable order, page by page.",
                        this::scan));
    }

    /// Where a page ends.
    private record Cursor(Instant createdAt, String objectId) {
        static Cursor read(String text) {
            try {
                String plain =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                int space = plain.indexOf(' ');
                if (space < 0) {
                    throw invalid();
                }
                return new Cursor(
                        Instant.parse(plain.substring(0, space)), plain.substring(space + 1));
            } catch (IllegalArgumentException | DateTimeParseException notACursor) {
                throw invalid();
            }
        }

        String write() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((createdAt + " " + objectId).getBytes(StandardCharsets.UTF_8));
        }

        Where after() {
            FieldPath created = FieldPath.of("createdAt");
            Value time = new Value.Date(createdAt);
            Where later = new Where.On(created, compare(Predicate.Comparison.GREATER, time));
            Where sameTime =
                    new Where.And(
                            List.of(
                                    new Where.On(created, new Predicate.Equal(time)),
                                    new Where.On(
                                            FieldPath.of("objectId"),
                                            compare(
                                                    Predicate.Comparison.GREATER,
                                                    new Value.Text(objectId)))));
            // The first part says nothing new, but gives the index a place to begin at.
            return new Where.And(
                    List.of(
                            new Where.On(
                                    created, compare(Predicate.Comparison.GREATER_OR_EQUAL, time)),
                            new Where.Or(List.of(later, sameTime))));
        }

        private static Predicate compare(Predicate.Comparison comparison, Value value) {
            return new Predicate.Compare(comparison, value);
        }

        private static RialtoException invalid() {
            return new RialtoException(
                    ErrorCode.INVALID_QUERY, "cursor must be one that a scan returned");
        }
    }

    private Answer scan(Call call) {
        ObjectNode parameters = call.parameters();
        Where where =
                queries.parse(
                        call.app(),
                        call.path("className"),
                        FindRequest.where(parameters.get("where")));
        Optional<Cursor> from =
                Optional.ofNullable(parameters.get("cursor"))
                        .map(cursor -> Cursor.read(cursor.asString("")));
        int limit = Math.min(limit(parameters.path("limit")), maxLimit);
        Where page = from.isEmpty() ? where : new Where.And(List.of(where, from.get().after()));
        List<ObjectNode> found =
                finder.scan(call.app(), call.caller(), call.path("className"), page, limit);
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        found.forEach(results::add);
        if (found.size() == limit) {
            ObjectNode last = found.getLast();
            answer.put(
                    "cursor",
                    new Cursor(
                                    Instant.parse(last.path("createdAt").asString("")),
                                    last.path("objectId").asString(""))
                            .write());
        }
        return Answer.ok(answer);
    }

    private static int limit(JsonNode value) {
        if (value.isMissingNode()) {
            return DEFAULT_PAGE;
        }
        double limit;
        try {
            limit = Double.parseDouble(value.asString(""));
        } catch (NumberFormatException notANumber) {
            limit = Double.NaN;
        }
        if (limit != Math.rint(limit) || limit < 1 || limit > LARGEST_PAGE) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "limit of a scan must be a whole number from 1 to " + LARGEST_PAGE);
        }
        return (int) limit;
    }
}
