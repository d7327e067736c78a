package dev.rialto.http;

import dev.rialto.http.Answer.Body;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Several calls in one request, run one after the other as the same caller. Each entry passes the
/// same router and the same access check as a request of its own, and gets its own result; with
/// `transaction` they all happen or none, and the first failure is the answer.
final class BatchOperation {
    /// Where code of the server's own finds the API, whatever path it is mounted at.
    private static final String IN_PROCESS = "/v1";

    private static final String PATH = "/batch";

    private static final JsonSchema ENTRY =
            JsonSchema.object()
                    .requiring("method", JsonSchema.oneOf("GET", "POST", "PUT", "PATCH", "DELETE"))
                    .requiring("path", JsonSchema.string())
                    .with("body", JsonSchema.object());

    private static final JsonSchema OUTCOME =
            JsonSchema.object()
                    .with("success", JsonSchema.any())
                    .with("error", JsonSchema.named("Error"));

    /// Holds this operation too, once it is complete.
    private final Router router;

    private final OperationRunner runner;

    private final TransactionRunner transactions;
    private final ErrorAnswers errors;
    private final int limit;
    private final Mounts mounts;

    BatchOperation(
            Router router,
            OperationRunner runner,
            TransactionRunner transactions,
            ErrorAnswers errors,
            int limit,
            Mounts mounts) {
        this.router = router;
        this.runner = runner;
        this.transactions = transactions;
        this.errors = errors;
        this.limit = limit;
        this.mounts = mounts;
    }

    Operation operation() {
        return Operation.post("http.batch", PATH)
                .summary("Runs several calls.")
                .description(
                        "With `transaction` either all of them are applied or none, and the"
                                + " first failure is returned.")
                .input(
                        JsonSchema.object()
                                .requiring("requests", JsonSchema.array(ENTRY))
                                .with("transaction", JsonSchema.bool()))
                .output(JsonSchema.array(OUTCOME))
                // The access of each entry is checked on its own.
                .traits(Trait.READS)
                .meter("http.batches", 0)
                .handle(this::handle);
    }

    private Answer handle(Call call) {
        var batch = (RequestCall) call;
        var entries = entries(batch);
        var transaction = batch.body().path("transaction");
        if (transaction.isBoolean() && transaction.booleanValue()) {
            try {
                return transactions.inTransaction(() -> run(batch, entries, true));
            } catch (Refused refused) {
                return refused.answer;
            }
        }
        return run(batch, entries, false);
    }

    /// One request of a batch, found but not run.
    private record Entry(RequestCall.Target target, ObjectNode body) {}

    /// An entry whose operation answered with the status of an error instead of failing.
    private static final class Refused extends RuntimeException {
        private final transient Answer answer;

        Refused(Answer answer) {
            super("answered with status " + answer.status(), null, false, false);
            this.answer = answer;
        }
    }

    private List<Entry> entries(RequestCall batch) {
        var requests = batch.body().path("requests");
        if (!requests.isArray()) {
            throw invalid("requests must be an array");
        }
        if (requests.size() > limit) {
            throw invalid(
                    "Batch request contains %d sub-requests, which exceeds the limit of %d."
                            .formatted(requests.size(), limit));
        }
        var entries = new ArrayList<Entry>(requests.size());
        for (var request : requests) {
            entries.add(entry(request, batch.publicUrl()));
        }
        return entries;
    }

    private Entry entry(JsonNode request, String publicUrl) {
        if (!request.path("path").isString()) {
            throw invalid("batch request path must be a string");
        }
        var address = request.path("path").stringValue();
        var name = request.path("method").asString("");
        int question = address.indexOf('?');
        var path = belowMount(question < 0 ? address : address.substring(0, question), publicUrl);
        var method = method(name);
        var route = method == null ? null : router.find(method, path).orElse(null);
        if (route == null) {
            throw invalid("cannot route " + name + " " + path);
        }
        // Several paths lead to an operation.
        if (route.operation().path().equals(PATH)) {
            throw invalid("nested batch requests are not allowed");
        }
        if (route.operation().has(Trait.UPLOAD)) {
            throw invalid("uploads can't be batched: " + path);
        }
        var query = question < 0 ? "" : address.substring(question + 1);
        return new Entry(new RequestCall.Target(route, path, query), body(request));
    }

    private static ObjectNode body(JsonNode request) {
        return switch (request.path("body")) {
            case ObjectNode object -> object;
            case JsonNode none when none.isMissingNode() || none.isNull() -> Json.object();
            default -> throw invalid("the body of a batched request must be an object");
        };
    }

    private Answer run(RequestCall batch, List<Entry> entries, boolean allOrNothing) {
        var results = new JsonBuffer();
        results.write('[');
        for (int i = 0; i < entries.size(); i++) {
            if (i > 0) {
                results.write(',');
            }
            var id = batch.requestId() + "." + i;
            int before = results.length();
            try {
                results.write("{\"success\":");
                appendSuccess(results, call(batch, entries.get(i), i));
            } catch (RuntimeException failure) {
                if (allOrNothing) {
                    throw failure;
                }
                results.truncate(before);
                results.write("{\"error\":" + Json.write(error(failure, id)));
            }
            results.write('}');
        }
        results.write(']');
        return new Answer(
                200, Map.of("Content-Type", AnswerWriter.JSON), new Body.Bytes(results.copy()));
    }

    private Answer call(RequestCall batch, Entry entry, int position) {
        return runner.run(batch.entry(entry.target(), entry.body(), position));
    }

    /// What an entry failed with. Clients of a batch expect a number and a message in each.
    private ObjectNode error(RuntimeException failure, String id) {
        if (!(failure instanceof Refused refused)) {
            var error = ErrorAnswers.body(errors.translate(failure, id));
            return error.has("code")
                    ? error
                    : error.put("code", ErrorCode.OPERATION_FORBIDDEN.number());
        }
        var written = new JsonBuffer();
        append(written, refused.answer);
        var said = Json.read(new String(written.copy(), StandardCharsets.UTF_8));
        var error = said instanceof ObjectNode object ? object : Json.object();
        if (!error.has("code")) {
            // Only code of an app chooses the status of its answers.
            error.put("code", ErrorCode.SCRIPT_FAILED.number());
        }
        if (!error.has("error")) {
            error.put("error", said.isString() ? said.stringValue() : refused.getMessage());
        }
        return error;
    }

    /// @throws Refused when an answer that can be part of another has the status of an error
    private static void appendSuccess(JsonBuffer results, Answer answer) {
        boolean whole = answer.body() instanceof Body.Json || answer.body() instanceof Body.Bytes;
        if (whole && answer.status() >= 400) {
            throw new Refused(answer);
        }
        append(results, answer);
    }

    private static void append(JsonBuffer results, Answer answer) {
        switch (answer.body()) {
            case Body.Json json -> results.write(json.value());
            case Body.Bytes bytes when bytes.content().length == 0 -> results.write("{}");
            case Body.Bytes bytes ->
                    results.write(
                            Json.write(
                                    Json.nodes()
                                            .stringNode(
                                                    new String(
                                                            bytes.content(),
                                                            StandardCharsets.UTF_8))));
            case Body.Stream _ -> throw invalid("downloads can't be batched");
            case Body.Events _ -> throw invalid("event streams can't be batched");
        }
    }

    private String belowMount(String path, String publicUrl) {
        var publicPath = URI.create(publicUrl).getRawPath();
        for (var mount : List.of(publicUrl, publicPath)) {
            if (path.startsWith(mount + "/")) {
                return path.substring(mount.length());
            }
        }
        return mounts.below(path)
                .or(() -> belowInProcess(path))
                .orElseThrow(() -> invalid("cannot route batch path " + path));
    }

    private static Optional<String> belowInProcess(String path) {
        return path.startsWith(IN_PROCESS + "/")
                ? Optional.of(path.substring(IN_PROCESS.length()))
                : Optional.empty();
    }

    static @Nullable Method method(String name) {
        for (var method : Method.values()) {
            if (method.name().equals(name)) {
                return method;
            }
        }
        return null;
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_JSON, message);
    }
}
