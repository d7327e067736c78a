package dev.rialto.hosting;

import dev.rialto.hosting.AppFunctions.Exposed;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.runtime.spi.InterfaceDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// HTTP endpoints that are functions, below `/web`.
final class EndpointRoutes {
    private static final String PATH = "/web/{path*}";
    private static final int LARGEST_BODY = 10 << 20;

    /// Request headers that functions are told of: none that says who asks.
    private static final List<String> TOLD =
            List.of(
                    "accept",
                    "accept-language",
                    "content-type",
                    "if-none-match",
                    "if-modified-since",
                    "origin",
                    "referer",
                    "user-agent",
                    "x-forwarded-for",
                    "x-hub-signature-256",
                    "stripe-signature");

    private final FunctionCalls calls;

    EndpointRoutes(FunctionCalls calls) {
        this.calls = calls;
    }

    List<Operation> operations() {
        return List.of(
                endpoint("get-endpoint", Method.GET),
                endpoint("post-endpoint", Method.POST),
                endpoint("put-endpoint", Method.PUT),
                endpoint("delete-endpoint", Method.DELETE));
    }

    private Operation endpoint(String name, Method method) {
        var operation =
                new Operation(
                        "functions",
                        name,
                        method,
                        PATH,
                        Access.APP,
                        "Answers from an HTTP endpoint that is a function.",
                        this::answer);
        return switch (method) {
            case GET, DELETE -> operation.with(Trait.REPEATABLE);
            case POST, PUT -> operation.with(Trait.REPEATABLE, Trait.UPLOAD);
        };
    }

    private Answer answer(Call call) {
        Origin origin = FunctionRoutes.origin(call);
        String method = call.operation().method().name();
        String path = "/" + call.path("path");
        EndpointTable.Match first = find(origin, method, path);
        JsonNode input = input(call, method, path, first);
        var answer = new CompletableFuture<Answer>();
        var pipe = new Pipe();
        var manner =
                new FunctionCalls.Manner(
                        calls.plain().usual(),
                        _ -> {},
                        head -> {
                            answer.complete(stream(head, pipe));
                            return pipe.in();
                        });
        // The answer may begin before the function has ended.
        Thread.ofVirtual()
                .name("endpoint")
                .start(() -> {
                    try {
                        JsonNode output =
                                calls.call(
                                                origin,
                                                () -> find(origin, method, path).exposed(),
                                                input,
                                                manner)
                                        .output();
                        answer.complete(answer(first.exposed().descriptor(), output));
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

    private EndpointTable.Match find(Origin origin, String method, String path) {
        return calls.directory()
                .of(origin)
                .endpoint(method, path, calls.directory().meant(origin))
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.NOT_FOUND, "no endpoint at " + method + " " + path));
    }

    /// What an endpoint is given: the request, or the fields of its record.
    private static JsonNode input(
            Call call, String method, String path, EndpointTable.Match match) {
        Map<String, String> parameters = new LinkedHashMap<>();
        call.parameters()
                .properties()
                .forEach(each -> parameters.put(each.getKey(), each.getValue().asString("")));
        parameters.putAll(match.parameters());
        byte[] body = body(call);
        if (takesRequest(match.exposed())) {
            ObjectNode wire = Json.object().put("method", method).put("path", path);
            parameters.forEach(wire.putObject("parameters")::put);
            ObjectNode headers = wire.putObject("headers");
            for (String each : TOLD) {
                call.header(each).ifPresent(value -> headers.put(each, value));
            }
            return wire.put("body", Base64.getEncoder().encodeToString(body));
        }
        ObjectNode fields = body.length == 0 ? Json.object() : json(body);
        parameters.forEach(fields::put);
        return fields;
    }

    private static boolean takesRequest(Exposed exposed) {
        return exposed.descriptor().input().path("format").asString("").equals("http-request");
    }

    private static byte[] body(Call call) {
        if (!call.body().isEmpty()) {
            return Json.mapper().writeValueAsBytes(call.body());
        }
        try {
            byte[] body = call.stream().readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw new RialtoException(
                        ErrorCode.REQUEST_TOO_LARGE,
                        "an endpoint takes " + LARGEST_BODY + " bytes at most");
            }
            return body;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
        if (!descriptor.output().path("format").asString("").equals("http-response")) {
            return Answer.ok(output);
        }
        int status = output.path("status").asInt(200);
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
        return withHeaders(
                new Answer(
                        head.path("status").asInt(200),
                        Map.of(),
                        new Answer.Body.Stream(Answer.UNKNOWN_LENGTH, pipe::drain)),
                head);
    }

    private static Answer withHeaders(Answer bare, JsonNode head) {
        Answer answer = bare;
        for (var each : head.path("headers").properties()) {
            String name = each.getKey();
            String value = each.getValue().asString("");
            if (!isHeader(name, value)) {
                throw new RialtoException(
                        ErrorCode.SCRIPT_FAILED, "an endpoint answered with a bad header: " + name);
            }
            answer = answer.withHeader(name, value);
        }
        return answer;
    }

    private static boolean isHeader(String name, String value) {
        return name.matches("[A-Za-z0-9-]{1,100}")
                && value.chars().allMatch(each -> each >= ' ' && each <= '~')
                && !List.of("content-length", "transfer-encoding", "connection")
                        .contains(name.toLowerCase(Locale.ROOT));
    }
}
