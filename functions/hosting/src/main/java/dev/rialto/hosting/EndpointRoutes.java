package dev.rialto.hosting;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.HttpRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// HTTP endpoints that are functions, below `/web`.
final class EndpointRoutes {
    private static final int HTTP_OK = 200;
    private static final int MAX_STATUS = 599;

    private static final String PATH = "/web/{path*}";
    private static final String KEYLESS_PATH = "/apps/{appId}/web/{path*}";
    private static final int MAX_BODY = 10 << 20;

    /// Bodies may take this part of the heap.
    private static final int BODIES_SHARE = 4;

    private final FunctionCalls calls;
    private final BodyRoom bodies =
            new BodyRoom(MAX_BODY, Runtime.getRuntime().maxMemory() / BODIES_SHARE);
    private final Function<String, Optional<App>> apps;

    /// @param apps finds an app by its id
    EndpointRoutes(FunctionCalls calls, Function<String, Optional<App>> apps) {
        this.calls = calls;
        this.apps = apps;
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        for (Method method : Method.values()) {
            String name = method.name().toLowerCase(Locale.ROOT);
            all.add(
                    endpoint(method, Operation.of(method, "functions." + name + "-endpoint", PATH))
                            .summary("Calls a function that is an HTTP endpoint.")
                            .handle(this::answer));
            all.add(
                    endpoint(
                                    method,
                                    Operation.of(
                                            method,
                                            "functions." + name + "-keyless-endpoint",
                                            KEYLESS_PATH))
                            .access(Access.PUBLIC)
                            .summary("Calls a function that is an HTTP endpoint without keys.")
                            .handle(this::answerWithoutKey));
        }
        return all;
    }

    private static Operation.Builder endpoint(Method method, Operation.Builder operation) {
        operation
                .header(FunctionRoutes.PREVIEW, FunctionRoutes.PREVIEW_MEANING)
                .produces("*/*")
                .meter("functions.calls", 1)
                .traits(Trait.DONE_WHEN_FULL)
                .requestIds(RequestIds.IGNORED);
        return switch (method) {
            // A function may write, whatever it is asked by.
            case GET -> operation.traits(Trait.WRITES);
            case DELETE -> operation;
            case POST, PUT, PATCH -> operation.traits(Trait.UPLOAD);
        };
    }

    Answer answer(Call call) {
        Origin origin = FunctionRoutes.origin(call);
        return answer(call, origin, () -> find(origin, call));
    }

    /// Whether there is such an app is not told.
    Answer answerWithoutKey(Call call) {
        App app = apps.apply(call.path("appId")).orElseThrow(() -> notFound(call));
        Origin origin = FunctionRoutes.stranger(app, call);
        return answer(
                call,
                origin,
                () -> {
                    EndpointTable.Match found = find(origin, call);
                    if (!found.endpoint().keyless()) {
                        throw notFound(call);
                    }
                    return found;
                });
    }

    private Answer answer(Call call, Origin origin, Supplier<EndpointTable.Match> found) {
        EndpointTable.Match first = found.get();
        FunctionRoutes.reached(call, first.exposed());
        var running =
                new Running(
                        origin,
                        first,
                        () -> FunctionRoutes.reached(call, found.get().exposed()),
                        call.headersOnly());
        if (!call.body().isEmpty()) {
            byte[] body = Json.mapper().writeValueAsBytes(call.body());
            return answer(running, input(call, first, body));
        }
        try (BodyRoom.Body body = bodies.read(call.stream())) {
            return answer(running, input(call, first, body.bytes()));
        }
    }

    /// A call of an endpoint.
    ///
    /// @param first what was found at first
    /// @param successor finds what has come in its place
    /// @param headersOnly whether nobody reads a body
    private record Running(
            Origin origin,
            EndpointTable.Match first,
            Supplier<ServedInterface> successor,
            boolean headersOnly) {}

    private Answer answer(Running running, JsonNode input) {
        var answer = new CompletableFuture<Answer>();
        var pipe = new Pipe();
        var options =
                calls.asked(head -> {
                    answer.complete(stream(head, pipe));
                    return running.headersOnly() || hasNoBody(head)
                            ? Optional.empty()
                            : Optional.of(pipe.in());
                });
        // The answer may begin before the function has ended.
        Thread.ofVirtual()
                .name("endpoint")
                .start(() -> {
                    try {
                        JsonNode output =
                                calls.call(
                                                running.origin(),
                                                running.first().exposed(),
                                                running.successor(),
                                                input,
                                                options)
                                        .output();
                        answer.complete(answer(running.first().exposed().descriptor(), output));
                        pipe.finish();
                    } catch (RuntimeException | Error failure) {
                        answer.completeExceptionally(failure);
                        pipe.breakOff();
                    }
                });
        try {
            return answer.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RialtoException told) {
                throw told;
            }
            throw failure;
        }
    }

    private EndpointTable.Match find(Origin origin, Call call) {
        return calls.directory()
                .of(origin)
                .endpoint(
                        call.operation().method().name(),
                        path(call),
                        calls.directory().selectedFor(origin))
                .orElseThrow(() -> notFound(call));
    }

    private static String path(Call call) {
        return "/" + call.path("path");
    }

    private static RialtoException notFound(Call call) {
        return new RialtoException(
                ErrorCode.NOT_FOUND,
                "no endpoint at " + call.operation().method() + " " + path(call));
    }

    /// What an endpoint is given: the request, or the fields of its record.
    private static JsonNode input(Call call, EndpointTable.Match match, byte[] body) {
        Map<String, String> parameters = new LinkedHashMap<>();
        call.parameters()
                .properties()
                .forEach(each -> parameters.put(each.getKey(), each.getValue().asString("")));
        parameters.putAll(match.parameters());
        if (takesRequest(match.exposed())) {
            ObjectNode wire =
                    Json.object()
                            .put("method", call.operation().method().name())
                            .put("url", call.url())
                            .put("path", path(call));
            parameters.forEach(wire.putObject("parameters")::put);
            ObjectNode headers = wire.putObject("headers");
            call.headers().forEach(headers::put);
            for (String each : match.endpoint().credentials()) {
                call.header(each)
                        .ifPresent(value -> headers.put(each.toLowerCase(Locale.ROOT), value));
            }
            return wire.put("body", Base64.getEncoder().encodeToString(body));
        }
        ObjectNode fields = body.length == 0 ? Json.object() : fields(call, body);
        parameters.forEach(fields::put);
        return fields;
    }

    private static boolean takesRequest(ServedInterface exposed) {
        return exposed.descriptor().contract().input().isOfFormat("http-request");
    }

    private static ObjectNode fields(Call call, byte[] body) {
        String type = call.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        return type.startsWith("application/x-www-form-urlencoded") ? form(body) : json(body);
    }

    private static ObjectNode form(byte[] body) {
        ObjectNode fields = Json.object();
        try {
            new HttpRequest("", "", "", Map.of(), Map.of(), body).form().forEach(fields::put);
        } catch (IllegalArgumentException _) {
            throw new RialtoException(ErrorCode.INVALID_JSON, "the body is not a valid form");
        }
        return fields;
    }

    private static ObjectNode json(byte[] body) {
        try {
            if (Json.read(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException _) {
            // refused below
        }
        throw new RialtoException(ErrorCode.INVALID_JSON, "the body must be a JSON object");
    }

    private static Answer answer(InterfaceDescriptor descriptor, JsonNode output) {
        if (!descriptor.contract().output().isOfFormat("http-response")) {
            return Answer.of(descriptor.status(), output);
        }
        int status = status(output);
        if (hasNoBody(output)) {
            var none = new Answer.Body.Bytes(new byte[0]);
            return withHeaders(new Answer(status, Map.of(), none), output);
        }
        Answer bare =
                output.has("json")
                        ? Answer.of(status, output.path("json"))
                        : new Answer(
                                status,
                                Map.of(),
                                new Answer.Body.Bytes(
                                        Base64.getDecoder()
                                                .decode(output.path("bytes").asString(""))));
        return withHeaders(bare, output);
    }

    private static Answer stream(ObjectNode head, Pipe pipe) {
        Answer.Body body =
                hasNoBody(head)
                        ? new Answer.Body.Bytes(new byte[0])
                        : new Answer.Body.Stream(Answer.UNKNOWN_LENGTH, pipe::drain);
        return withHeaders(new Answer(status(head), Map.of(), body), head);
    }

    /// Code in a process of its own may say anything.
    private static int status(JsonNode head) {
        int status = head.path("status").asInt(HTTP_OK);
        if (status < HTTP_OK || status > MAX_STATUS) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    "the endpoint answered with the status "
                            + status
                            + "; it must be from 200 to 599");
        }
        return status;
    }

    private static boolean hasNoBody(JsonNode head) {
        return !Answer.allowsBody(status(head));
    }

    static Answer withHeaders(Answer bare, JsonNode head) {
        Answer answer = bare;
        for (var each : head.path("headers").properties()) {
            String name = each.getKey();
            answer =
                    answer.withHeader(
                            name, Answer.requireHeader(name, each.getValue().asString("")));
        }
        return answer;
    }
}
