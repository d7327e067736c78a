package dev.rialto.objects;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.QueryParameters;
import dev.rialto.spi.ClassShapes;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.Scanning;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/scan/{className}`: walks a class of any size in the order of creation.
final class ScanRoutes {
    private static final int DEFAULT_PAGE = 1_000;
    private static final int MAX_PAGE_SIZE = 10_000;

    private final Scanner scanner;
    private final int maxLimit;

    ScanRoutes(Scanner scanner, ObjectsSettings settings) {
        this.scanner = scanner;
        this.maxLimit = settings.maxLimit();
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("objects.scan", "/scan/{className}")
                        .summary("Reads a class in stable order, page by page.")
                        .query(
                                "where",
                                ObjectSchemas.WHERE,
                                "A condition for the objects; all by default.")
                        .query("limit", JsonSchema.integer(), "The size of a page.")
                        .query(
                                "cursor",
                                JsonSchema.string(),
                                "The cursor returned with the previous page.")
                        .output(
                                JsonSchema.object()
                                        .requiring(
                                                "results",
                                                JsonSchema.array(ClassShapes.ANY.object()))
                                        .with("cursor", JsonSchema.string()))
                        .errors(ErrorCode.INVALID_QUERY)
                        .handle(this::scan));
    }

    private Answer scan(Call call) {
        ObjectNode parameters = call.parameters();
        var walk =
                new Scanning.Walk(
                        call.app(),
                        call.caller(),
                        Optional.of(call),
                        call.path("className"),
                        QueryParameters.where(parameters.get("where")));
        Optional<String> from =
                Optional.ofNullable(parameters.get("cursor")).map(cursor -> cursor.asString(""));
        int limit = Math.min(limit(parameters.path("limit")), maxLimit);
        Scanning.Page page = scanner.page(walk, from, limit);
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        page.objects().forEach(results::add);
        page.next().ifPresent(next -> answer.put("cursor", next));
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
        if (limit != Math.rint(limit) || limit < 1 || limit > MAX_PAGE_SIZE) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "limit of a scan must be a whole number from 1 to " + MAX_PAGE_SIZE);
        }
        return (int) limit;
    }
}
