package dev.rialto.hooks;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks webhooks: functions and triggers that run on other servers, in the form that Parse Server
/// asks them. Messages of failures never tell an address, which may hold a secret. Safe for use by
/// many threads.
public final class WebhookCaller implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(WebhookCaller.class.getName());
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final long maxAnswer;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(Version.HTTP_1_1)
                    // Who may say where to go is the holder of the master key, not the webhook.
                    .followRedirects(Redirect.NEVER)
                    .connectTimeout(CONNECT)
                    .build();

    /// @param maxAnswer bytes that an answer may have
    public WebhookCaller(long maxAnswer) {
        this.maxAnswer = maxAnswer;
    }

    /// Asks a webhook and waits for its answer.
    ///
    /// @param key what it knows this server by; sent as `X-Parse-Webhook-Key`
    /// @return what a function returns; for `beforeSave` the object to be written, for `afterSave`
    ///   the fields that the writer is told, for `beforeFind` and `afterFind` what is to take the
    ///   place of the query or the objects; null when nothing is to be changed
    /// @throws RialtoException what the webhook refuses with, or that it can't be reached, takes
    ///   too long, or makes no sense
    public JsonNode call(Hook hook, WebhookRequest request, Optional<String> key) {
        URI address = address(hook);
        return Span.current()
                .part(
                        new Span.Part(
                                Span.Kind.CLIENT,
                                "webhook",
                                Map.of("server.address", String.valueOf(address.getHost()))),
                        () -> ask(hook, address, request, key));
    }

    private JsonNode ask(Hook hook, URI address, WebhookRequest request, Optional<String> key) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Json.write(request.body(hook))));
        Span.current().traceparent().ifPresent(each -> builder.header("traceparent", each));
        key.ifPresent(each -> builder.header("X-Parse-Webhook-Key", each));
        HttpResponse<byte[]> response = send(builder.build(), request.within());
        JsonNode success = success(response);
        return switch (hook) {
            case Hook.FunctionHook _ -> success;
            case Hook.TriggerHook(String className, String triggerName, _) ->
                    className.equals("@File") ? filled(success) : change(triggerName, success);
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static URI address(Hook hook) {
        try {
            return URI.create(hook.url());
        } catch (IllegalArgumentException unreadable) {
            throw failure("the webhook's URL is not valid");
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request, Duration within) {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxAnswer));
        try {
            return answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            throw new RialtoException(
                    ErrorCode.TIMEOUT,
                    "the webhook took longer than " + within.toMillis() / 1000.0 + " seconds");
        } catch (ExecutionException failed) {
            LOG.log(
                    Level.WARNING,
                    failed.getCause(),
                    () -> "a webhook on " + request.uri().getHost() + " failed");
            throw failure(
                    failed.getCause() instanceof IOException
                            ? "the webhook can't be reached, or its response is too long"
                            : "the webhook can't be called");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failure("the server is stopping");
        } finally {
            answer.cancel(true);
        }
    }

    private static JsonNode success(HttpResponse<byte[]> response) {
        JsonNode body = body(response);
        JsonNode error = body.path("error");
        if (!error.isMissingNode() && !error.isNull()) {
            // Either {"error": {"code", "error"}}, or {"error": "text"} with a code beside it.
            JsonNode told = error.isObject() ? error : body;
            int number = told.path("code").asInt(ErrorCode.SCRIPT_FAILED.number());
            JsonNode message = told.has("error") ? told.path("error") : told.path("message");
            throw new RialtoException(
                    ErrorCode.chosen(number),
                    number,
                    message.isString() ? message.stringValue() : message.toString());
        }
        if (response.statusCode() / 100 != 2) {
            throw failure("the webhook responded with status " + response.statusCode());
        }
        JsonNode success = body.path("success");
        return success.isMissingNode() ? Json.nodes().nullNode() : success;
    }

    private static JsonNode body(HttpResponse<byte[]> response) {
        byte[] content = response.body();
        if (content.length == 0) {
            return Json.object();
        }
        try {
            return Json.read(content);
        } catch (JacksonException unreadable) {
            throw failure("the webhook's response is not valid JSON");
        }
    }

    /// What a trigger's answer changes. Webhooks say `true` or `{}` for nothing.
    private static JsonNode change(String triggerName, JsonNode success) {
        return switch (triggerName) {
            case "beforeSave" -> {
                if (success instanceof ObjectNode object && !object.isEmpty()) {
                    yield object.without(List.of("className", "createdAt", "updatedAt"));
                }
                yield Json.nodes().nullNode();
            }
            case "beforeFind" -> success.isArray() ? success : filled(success);
            case "afterSave", "beforeSubscribe", "afterEvent" -> filled(success);
            case "afterFind" -> success.isArray() ? success : Json.nodes().nullNode();
            default -> Json.nodes().nullNode();
        };
    }

    private static JsonNode filled(JsonNode success) {
        return success.isObject() && !success.isEmpty() ? success : Json.nodes().nullNode();
    }

    private static RialtoException failure(String message) {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, message);
    }
}
