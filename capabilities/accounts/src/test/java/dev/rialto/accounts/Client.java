package dev.rialto.accounts;

import dev.rialto.http.Answer;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls operations as the front door would, without a network.
///
/// @param key the caller when there is no session token, or beside it
record Client(
        App app,
        List<Operation> operations,
        Authenticator authenticator,
        Caller key,
        Optional<String> token,
        Optional<String> installation,
        From from) {

    /// Where requests come from.
    record From(String address, Map<String, String> headers) {}

    /// What came back; `code` is 0 on success.
    record Reply(int status, int code, ObjectNode body, Map<String, String> headers) {
        String text(String field) {
            return body.path(field).asString("");
        }

        String error() {
            return text("error");
        }

        List<JsonNode> results() {
            List<JsonNode> results = new ArrayList<>();
            body.path("results").forEach(results::add);
            return results;
        }
    }

    Client with(Caller otherKey) {
        return new Client(app, operations, authenticator, otherKey, token, installation, from);
    }

    Client with(String otherToken) {
        return new Client(
                app, operations, authenticator, key, Optional.of(otherToken), installation, from);
    }

    Client on(String otherInstallation) {
        return new Client(
                app, operations, authenticator, key, token, Optional.of(otherInstallation), from);
    }

    /// From another address, with headers by their names in lower case.
    Client from(String address, Map<String, String> headers) {
        return new Client(
                app,
                operations,
                authenticator,
                key,
                token,
                installation,
                new From(address, headers));
    }

    Client in(App other) {
        return new Client(other, operations, authenticator, key, token, installation, from);
    }

    Reply get(String path) {
        return call(Method.GET, path, "{}", "{}");
    }

    Reply get(String path, String parameters) {
        return call(Method.GET, path, parameters, "{}");
    }

    Reply post(String path, String body) {
        return call(Method.POST, path, "{}", body);
    }

    Reply put(String path, String body) {
        return call(Method.PUT, path, "{}", body);
    }

    Reply delete(String path) {
        return call(Method.DELETE, path, "{}", "{}");
    }

    private Reply call(Method method, String path, String parameters, String body) {
        try {
            Request request = request(method, path, parameters, body);
            Answer answer = request.operation().handler().handle(request);
            return new Reply(answer.status(), 0, content(answer), answer.headers());
        } catch (RialtoException failure) {
            ObjectNode error = Json.object().put("error", failure.getMessage());
            ErrorCode code = failure.code();
            return new Reply(code.status(), code.number(), error, Map.of());
        }
    }

    private Request request(Method method, String path, String parameters, String body) {
        record Found(Operation operation, Map<String, String> captured) {}
        Found found =
                operations.stream()
                        .filter(each -> each.method() == method)
                        .flatMap(each ->
                                capture(each.path(), path).stream()
                                        .map(captured -> new Found(each, captured)))
                        .min(Comparator.comparingInt(each -> each.captured().size()))
                        .orElseThrow(
                                () -> new AssertionError("no operation " + method + " " + path));
        boolean asks = token.isPresent() && !found.operation().has(Trait.SESSIONLESS);
        Caller caller =
                asks && key instanceof Caller.Anonymous
                        ? authenticator.authenticate(app, token.get())
                        : key;
        return new Request(
                this,
                caller,
                found.operation(),
                found.captured(),
                Json.read(parameters).asObject(),
                Json.read(body).asObject());
    }

    private static Optional<Map<String, String>> capture(String template, String path) {
        String[] expected = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (expected.length != given.length) {
            return Optional.empty();
        }
        Map<String, String> captured = new HashMap<>();
        for (int i = 0; i < given.length; i++) {
            if (expected[i].startsWith("{")) {
                captured.put(expected[i].substring(1, expected[i].length() - 1), given[i]);
            } else if (!expected[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(captured);
    }

    private static ObjectNode content(Answer answer) {
        if (!(answer.body() instanceof Answer.Body.Json(var json))) {
            return Json.object();
        }
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Json.mapper().createGenerator(bytes)) {
            json.write(out);
        }
        return Json.read(bytes.toByteArray()).asObject();
    }

    private record Request(
            Client client,
            Caller caller,
            Operation operation,
            Map<String, String> captured,
            ObjectNode parameters,
            ObjectNode body)
            implements Call {
        @Override
        public App app() {
            return client.app();
        }

        @Override
        public String path(String name) {
            return Optional.ofNullable(captured.get(name)).orElseThrow();
        }

        @Override
        public InputStream stream() {
            return InputStream.nullInputStream();
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(client.from().headers().get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public ObjectNode context() {
            return Json.object();
        }

        @Override
        public Optional<String> installationId() {
            return client.installation();
        }

        @Override
        public Optional<String> sessionToken() {
            return client.token();
        }

        @Override
        public String requestId() {
            return "test";
        }

        @Override
        public String publicUrl() {
            return "http://localhost/v1";
        }

        @Override
        public String url() {
            return publicUrl() + operation.path();
        }

        @Override
        public String remoteAddress() {
            return client.from().address();
        }
    }

    /// A client with no key and no session.
    static Client of(App app, List<Operation> operations, Authenticator authenticator) {
        return new Client(
                app,
                List.copyOf(operations),
                authenticator,
                new Caller.Anonymous(),
                Optional.empty(),
                Optional.empty(),
                new From("127.0.0.1", Map.of()));
    }
}
