package dev.rialto.runtime;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.Json;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Http;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// HTTP requests of a function.
final class HostedHttp implements Http {
    private static final int FAILED = 141;

    private final Host host;
    private final Values values;

    HostedHttp(Host host, Values values) {
        this.host = host;
        this.values = values;
    }

    @Override
    public Response send(Request request) {
        Host.Fetch fetch =
                new Host.Fetch(
                        request.method(),
                        request.url(),
                        headers(request),
                        body(request.body()),
                        request.timeout());
        Host.Fetched fetched = HostFailures.call(() -> host.fetch(fetch));
        return new Response(fetched.status(), fetched.headers(), fetched.body());
    }

    @Override
    public <T> T fetch(Request request, Class<T> output) {
        Response response = send(request);
        if (!response.isOk()) {
            throw new FunctionException(
                    FAILED, request.url() + " answered with status " + response.status());
        }
        T value = values.read(json(request, response), output);
        if (value == null) {
            throw new FunctionException(FAILED, request.url() + " answered with null");
        }
        return value;
    }

    private static JsonNode json(Request request, Response response) {
        try {
            return Json.read(response.body());
        } catch (JacksonException _) {
            throw new FunctionException(FAILED, request.url() + " did not answer with JSON");
        }
    }

    private static Map<String, String> headers(Request request) {
        Map<String, String> headers = new LinkedHashMap<>(request.headers());
        boolean typed = headers.keySet().stream().anyMatch("Content-Type"::equalsIgnoreCase);
        if (request.body() instanceof Body.Json && !typed) {
            headers.put("Content-Type", "application/json");
        }
        return headers;
    }

    private byte[] body(Body body) {
        return switch (body) {
            case Body.None _ -> new byte[0];
            case Body.Bytes(byte[] bytes) -> bytes;
            case Body.Json(@Nullable Object value) ->
                    Json.write(HostFailures.write(() -> values.write(value)))
                            .getBytes(StandardCharsets.UTF_8);
        };
    }
}
