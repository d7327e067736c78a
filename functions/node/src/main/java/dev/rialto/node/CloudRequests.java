package dev.rialto.node;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import dev.rialto.node.RestGateway.Credentials;
import dev.rialto.node.RestGateway.Origin;
import dev.rialto.node.RestGateway.Reply;
import dev.rialto.node.RestGateway.Request;
import dev.rialto.workers.Incoming;
import dev.rialto.workers.WorkerRequests;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Handles the requests of an app's cloud code to the server, each on its own thread.
final class CloudRequests implements WorkerRequests {
    private static final Logger LOG = Logger.getLogger(CloudRequests.class.getName());

    /// More requests at once are rejected.
    private static final int AT_ONCE = 1_000;

    private final App app;
    private final RestGateway rest;
    private final Connections connections;
    private final Semaphore permits = new Semaphore(AT_ONCE);

    CloudRequests(App app, RestGateway rest, Connections connections) {
        this.app = app;
        this.rest = rest;
        this.connections = connections;
    }

    @Override
    public void answer(Incoming request, Optional<Call> call, Consumer<ObjectNode> answer) {
        ObjectNode frame = request.frame();
        if (frame.path("type").asString("").equals("connect")) {
            try (request) {
                connections.connect(frame, answer);
            }
            return;
        }
        Span span = call.map(Call::span).orElse(Span.NONE);
        long ask = frame.path("ask").asLong(0);
        Optional<String> refusal = admit(request);
        if (refusal.isPresent()) {
            request.close();
            answer.accept(frame(ask, refusal(ErrorCode.OVERLOADED, refusal.get())));
            return;
        }
        Thread.ofVirtual()
                .name("node-request")
                .start(() -> {
                    try (request) {
                        tell(ask, span.run(() -> reply(frame)), answer);
                    } finally {
                        permits.release();
                    }
                });
    }

    /// Takes a permit and memory.
    ///
    /// @return why there is none
    private Optional<String> admit(Incoming request) {
        if (!permits.tryAcquire()) {
            return Optional.of("too many requests at once");
        }
        if (request.hold()) {
            return Optional.empty();
        }
        permits.release();
        return Optional.of("the server has no memory for more requests: try again shortly");
    }

    private static void tell(long ask, Reply reply, Consumer<ObjectNode> answer) {
        try {
            answer.accept(frame(ask, reply));
        } catch (IllegalArgumentException tooLarge) {
            answer.accept(
                    frame(
                            ask,
                            refusal(
                                    ErrorCode.OBJECT_TOO_LARGE,
                                    String.valueOf(tooLarge.getMessage()))));
        }
    }

    private Reply reply(ObjectNode frame) {
        try {
            return rest.ask(request(frame));
        } catch (JacksonException unstorable) {
            return refusal(
                    ErrorCode.INVALID_JSON,
                    "a value that is not allowed: a NUL character, a lone surrogate or a number"
                            + " out of range");
        } catch (RialtoException told) {
            return refusal(told.code(), told.getMessage());
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "a request of cloud code failed", failure);
            return refusal(ErrorCode.INTERNAL, "Internal server error.");
        }
    }

    private Request request(ObjectNode frame) {
        Json.check(frame);
        return new Request(
                app,
                new Origin(
                        credentials(frame.path("who")),
                        text(frame, "installationId"),
                        frame.path("context") instanceof ObjectNode context
                                ? Optional.of(context)
                                : Optional.empty()),
                frame.path("method").asString(""),
                frame.path("path").asString(""),
                frame.path("body") instanceof ObjectNode body ? body : Json.object());
    }

    private static Credentials credentials(JsonNode who) {
        return switch (who.path("kind").asString("")) {
            case "master" -> new Credentials.Master();
            case "session" -> new Credentials.Session(who.path("token").asString(""));
            default -> new Credentials.Anonymous();
        };
    }

    private static Optional<String> text(ObjectNode frame, String key) {
        return frame.path(key).isString()
                ? Optional.of(frame.path(key).stringValue())
                : Optional.empty();
    }

    private static Reply refusal(ErrorCode code, String message) {
        return new Reply(
                code.status(),
                java.util.Map.of(),
                Json.object().put("code", code.number()).put("error", message));
    }

    private static ObjectNode frame(long ask, Reply reply) {
        ObjectNode frame =
                Json.object().put("type", "answer").put("ask", ask).put("status", reply.status());
        frame.set("body", reply.body());
        ObjectNode headers = frame.putObject("headers");
        reply.headers().forEach(headers::put);
        return frame;
    }
}
