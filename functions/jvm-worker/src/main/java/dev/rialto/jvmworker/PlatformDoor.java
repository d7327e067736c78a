package dev.rialto.jvmworker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.Host.As;
import dev.rialto.functions.spi.HostOperations;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// The platform for a program that serves HTTP: a server on 127.0.0.1 that answers requests which
/// bring the token of a call under way. Below `/v1` is Rialto's REST API; `/ask` takes the requests
/// of the worker protocol.
final class PlatformDoor {
    private static final Logger LOG = Logger.getLogger(PlatformDoor.class.getName());

    /// The header with a call's token.
    static final String CALL_HEADER = "X-Rialto-Call";

    private static final String AS_HEADER = "X-Rialto-As";
    private static final String REST = "/v1";
    private static final String ASK = "/ask";
    private static final String FILES = "/files/";
    private static final int TOKEN_BYTES = 16;
    private static final int MAX_BODY = 16 << 20;
    private static final int HTTP_OK = 200;

    private final Ids ids = new Ids();
    private final Map<String, OpenCall> calls = new ConcurrentHashMap<>();
    private final HttpServer server;

    /// A call under way.
    ///
    /// @param frame as the server sent it
    /// @param context as the program leaves it
    record OpenCall(
            PlatformDoor door, String token, ObjectNode frame, ObjectNode context, Host host)
            implements AutoCloseable {
        @Override
        public void close() {
            door.calls.remove(token);
        }
    }

    PlatformDoor() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(REST + "/", exchange -> serve(exchange, this::rest));
        server.createContext(ASK, exchange -> serve(exchange, this::ask));
        server.start();
    }

    /// The variables that tell a program where it is.
    Map<String, String> variables() {
        String origin = "http://127.0.0.1:" + server.getAddress().getPort();
        return Map.of("RIALTO_URL", origin + REST, "RIALTO_ASK", origin + ASK);
    }

    /// Lets a program ask on behalf of a call until it is closed.
    OpenCall open(ObjectNode frame, Host host) {
        ObjectNode context =
                frame.path("context") instanceof ObjectNode fields
                        ? fields.deepCopy()
                        : Json.object();
        var call = new OpenCall(this, ids.hex(TOKEN_BYTES), frame, context, host);
        calls.put(call.token(), call);
        return call;
    }

    private interface Service {
        JsonNode answer(HttpExchange exchange, OpenCall call, byte[] body);
    }

    private void serve(HttpExchange exchange, Service service) throws IOException {
        try (exchange) {
            try {
                String token =
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst(CALL_HEADER))
                                .orElse("");
                OpenCall call = calls.get(token);
                if (call == null) {
                    throw new RialtoException(
                            ErrorCode.UNAUTHORIZED,
                            "the header " + CALL_HEADER + " must be that of a call under way");
                }
                byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
                if (body.length > MAX_BODY) {
                    throw new RialtoException(
                            ErrorCode.REQUEST_TOO_LARGE,
                            "a request may have at most " + (MAX_BODY >> 20) + " MB");
                }
                respond(exchange, HTTP_OK, service.answer(exchange, call, body));
            } catch (RialtoException told) {
                respond(
                        exchange,
                        told.code().status(),
                        Json.object().put("code", told.number()).put("error", told.getMessage()));
            } catch (RuntimeException failure) {
                LOG.log(Level.SEVERE, "a request of the program failed", failure);
                respond(
                        exchange,
                        ErrorCode.INTERNAL.status(),
                        Json.object()
                                .put("code", ErrorCode.INTERNAL.number())
                                .put("error", "Internal server error."));
            }
        }
    }

    private static void respond(HttpExchange exchange, int status, JsonNode answer)
            throws IOException {
        byte[] bytes = Json.mapper().writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private JsonNode rest(HttpExchange exchange, OpenCall call, byte[] body) {
        String path = exchange.getRequestURI().toString().substring(REST.length());
        String type =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .orElse("");
        boolean upload =
                exchange.getRequestMethod().equals("POST")
                        && path.startsWith(FILES)
                        && !type.startsWith("application/json");
        if (upload) {
            String name = exchange.getRequestURI().getPath().substring((REST + FILES).length());
            return call.host().saveFile(name, type, body);
        }
        boolean master = "master".equals(exchange.getRequestHeaders().getFirst(AS_HEADER));
        As who = master ? As.MASTER : As.CALLER;
        return call.host().rest(who, exchange.getRequestMethod(), path, object(body));
    }

    private JsonNode ask(HttpExchange exchange, OpenCall call, byte[] body) {
        ObjectNode request = object(body);
        JsonNode value =
                switch (request.path("op").asString("")) {
                    case "log" -> {
                        call.host()
                                .log(
                                        request.path("level").asString("info"),
                                        request.path("message").asString(""));
                        yield NullNode.instance;
                    }
                    case "progress" -> {
                        call.host().progress(request.path("message").asString(""));
                        yield NullNode.instance;
                    }
                    case "invocation" -> invocation(call);
                    case "putContext" -> {
                        ObjectNode context =
                                request.path("context") instanceof ObjectNode fields
                                        ? fields
                                        : Json.object();
                        call.context().removeAll().setAll(context);
                        yield NullNode.instance;
                    }
                    default -> HostOperations.perform(request, call.host());
                };
        ObjectNode answer = Json.object();
        answer.set("value", value);
        return answer;
    }

    private static ObjectNode invocation(OpenCall call) {
        ObjectNode told = Json.object();
        for (String key :
                List.of("requestId", "caller", "ip", "headers", "installationId", "kind", "name")) {
            if (call.frame().has(key)) {
                told.set(key, call.frame().path(key));
            }
        }
        told.set("context", call.context());
        return told;
    }

    private static ObjectNode object(byte[] body) {
        try {
            if (body.length == 0) {
                return Json.object();
            }
            if (Json.read(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException unreadable) {
            // refused below
        }
        throw new RialtoException(ErrorCode.INVALID_JSON, "the body must be a JSON object");
    }
}
