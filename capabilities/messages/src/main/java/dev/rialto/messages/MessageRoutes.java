package dev.rialto.messages;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.Messages;
import dev.rialto.messages.spi.NewMessage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What the owner of an app does with messages: all of it with the master key, since messages have
/// codes and links that stand for passwords.
final class MessageRoutes {
    private static final int MAX_LIST = 1_000;
    private static final int USUAL_LIST = 100;
    private static final Set<String> STATES = Set.of("waiting", "sent", "failed", "suppressed");

    private static final JsonSchema MESSAGE =
            JsonSchema.object()
                    .requiring("id", JsonSchema.string())
                    .requiring("channel", JsonSchema.oneOf("mail", "sms"))
                    .requiring("to", JsonSchema.string())
                    .requiring("template", JsonSchema.string())
                    .requiring(
                            "state", JsonSchema.oneOf("waiting", "sent", "failed", "suppressed"));

    private static final JsonSchema TEMPLATE =
            JsonSchema.object()
                    .requiring("subject", JsonSchema.string())
                    .requiring("text", JsonSchema.string())
                    .with("html", JsonSchema.string());

    private final Messages tests;
    private final MessageList list;
    private final Outbox outbox;
    private final Templates templates;
    private final Delivery delivery;

    /// @param tests sends messages that owners ask for
    MessageRoutes(
            Messages tests,
            MessageList list,
            Outbox outbox,
            Templates templates,
            Delivery delivery) {
        this.tests = tests;
        this.list = list;
        this.outbox = outbox;
        this.templates = templates;
        this.delivery = delivery;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("messages.list", "/messages")
                        .access(Access.MASTER)
                        .summary("Lists the newest messages and what became of them.")
                        .query("state", JsonSchema.string(), "Only messages in this state.")
                        .query("limit", JsonSchema.integer(), "How many; 100 by default.")
                        .output(JsonSchema.object().with("results", JsonSchema.array(MESSAGE)))
                        .errors(ErrorCode.INVALID_QUERY)
                        .handle(this::list),
                Operation.get("messages.get", "/messages/{id}")
                        .access(Access.MASTER)
                        .summary("Shows a message, with its text until it is sent.")
                        .output(MESSAGE)
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::get),
                Operation.post("messages.retry", "/messages/{id}/retry")
                        .access(Access.MASTER)
                        .summary("Tries a message again that was given up.")
                        .output(MESSAGE)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.OPERATION_FORBIDDEN)
                        .handle(this::retry),
                Operation.post("messages.test", "/messages/test")
                        .access(Access.MASTER)
                        .summary("Sends a template with sample values.")
                        .input(
                                JsonSchema.object()
                                        .requiring("to", JsonSchema.string())
                                        .with("channel", JsonSchema.oneOf("mail", "sms"))
                                        .with("template", JsonSchema.string())
                                        .with("language", JsonSchema.string()))
                        .output(MESSAGE)
                        .errors(
                                ErrorCode.OBJECT_NOT_FOUND,
                                ErrorCode.INVALID_EMAIL_ADDRESS,
                                ErrorCode.REQUEST_LIMIT_EXCEEDED)
                        .handle(this::test),
                Operation.get("messages.templates", "/message-templates")
                        .access(Access.MASTER_READ)
                        .summary(
                                "Lists the templates of the app, and the names of the built-in ones.")
                        .output(JsonSchema.object())
                        .handle(this::listTemplates),
                Operation.get("messages.template", "/message-templates/{name}/{language}")
                        .access(Access.MASTER_READ)
                        .summary("Shows a template and what it looks like with sample values.")
                        .output(TEMPLATE)
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::template),
                Operation.put("messages.set-template", "/message-templates/{name}/{language}")
                        .access(Access.MASTER)
                        .summary("Sets a template of the app.")
                        .input(TEMPLATE)
                        .output(TEMPLATE)
                        .errors(ErrorCode.INVALID_VALUE)
                        .handle(this::setTemplate),
                Operation.delete("messages.delete-template", "/message-templates/{name}/{language}")
                        .access(Access.MASTER)
                        .summary("Deletes a template of the app; the built-in one is used again.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::deleteTemplate),
                Operation.get("messages.suppressions", "/message-suppressions")
                        .access(Access.MASTER_READ)
                        .summary("Lists the addresses that are sent nothing more.")
                        .output(JsonSchema.object())
                        .handle(this::suppressions),
                Operation.put("messages.suppress", "/message-suppressions/{recipient}")
                        .access(Access.MASTER)
                        .summary("Sends an address nothing more.")
                        .input(JsonSchema.object().with("reason", JsonSchema.string()))
                        .output(JsonSchema.object())
                        .handle(this::suppress),
                Operation.delete("messages.allow", "/message-suppressions/{recipient}")
                        .access(Access.MASTER)
                        .summary("Sends an address messages again.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::allow));
    }

    private Answer list(Call call) {
        Optional<String> state = parameter(call, "state");
        if (state.filter(each -> !STATES.contains(each)).isPresent()) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY,
                    "state must be one of " + String.join(", ", STATES.stream().sorted().toList()));
        }
        ObjectNode answer = Json.object();
        var results = answer.putArray("results");
        list.list(call.app(), state, limit(call)).forEach(each -> results.add(wire(each)));
        return Answer.ok(answer);
    }

    private static int limit(Call call) {
        String wanted = parameter(call, "limit").orElse(String.valueOf(USUAL_LIST));
        try {
            int limit = Integer.parseInt(wanted);
            if (limit >= 1 && limit <= MAX_LIST) {
                return limit;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw new RialtoException(
                ErrorCode.INVALID_QUERY, "limit must be a number from 1 to " + MAX_LIST);
    }

    private Answer get(Call call) {
        return Answer.ok(wire(require(call, call.path("id"))));
    }

    private MessageList.Shown require(Call call, String id) {
        return list.find(call.app(), id).orElseThrow(() -> notFound("message \"" + id + "\""));
    }

    private Answer retry(Call call) {
        String id = call.path("id");
        if (!outbox.retry(call.app(), id)) {
            throw notFound("message \"" + id + "\" that was given up");
        }
        delivery.wake();
        return get(call);
    }

    private Answer test(Call call) {
        JsonNode body = call.body();
        String channel = body.path("channel").asString(Channel.MAIL.text());
        if (!channel.equals(Channel.MAIL.text()) && !channel.equals(Channel.SMS.text())) {
            throw new RialtoException(ErrorCode.INVALID_VALUE, "channel must be mail or sms");
        }
        String id =
                tests.send(
                        call.app(),
                        new NewMessage(
                                Channel.of(channel),
                                body.path("to").asString(""),
                                body.path("template").asString("code"),
                                body.path("language").asString("en"),
                                Templates.SAMPLE));
        return Answer.ok(wire(require(call, id)));
    }

    private Answer listTemplates(Call call) {
        ObjectNode answer = Json.object();
        var results = answer.putArray("results");
        for (Templates.Own each : templates.list(call.app())) {
            results.add(
                    wire(each.text()).put("name", each.name()).put("language", each.language()));
        }
        Templates.BUILT_IN.forEach(answer.putArray("builtIn")::add);
        return Answer.ok(answer);
    }

    private Answer template(Call call) {
        Templates.Found found =
                templates.find(call.app(), call.path("name"), call.path("language"));
        ObjectNode answer =
                wire(found.text()).put("language", found.language()).put("own", found.own());
        answer.set("preview", wire(Templates.render(found.text(), Templates.SAMPLE)));
        return Answer.ok(answer);
    }

    private Answer setTemplate(Call call) {
        var text =
                new Templates.Text(
                        call.body().path("subject").asString(""),
                        call.body().path("text").asString(""),
                        call.body().path("html").asString(""));
        templates.put(
                call.app(), new Templates.Own(call.path("name"), call.path("language"), text));
        return template(call);
    }

    private Answer deleteTemplate(Call call) {
        if (!templates.remove(call.app(), call.path("name"), call.path("language"))) {
            throw notFound("such template of this app");
        }
        return Answer.ok(Json.object());
    }

    private Answer suppressions(Call call) {
        ObjectNode answer = Json.object();
        var results = answer.putArray("results");
        for (Outbox.Suppressed each : outbox.suppressed(call.app(), MAX_LIST)) {
            results.addObject()
                    .put("to", each.recipient())
                    .put("reason", each.reason())
                    .put("createdAt", each.createdAt().toString());
        }
        return Answer.ok(answer);
    }

    private Answer suppress(Call call) {
        String reason = call.body().path("reason").asString("by the owner of the app");
        outbox.suppress(call.app().id(), call.path("recipient"), reason);
        return Answer.ok(Json.object());
    }

    private Answer allow(Call call) {
        if (!outbox.allow(call.app(), call.path("recipient"))) {
            throw notFound("such suppressed address");
        }
        return Answer.ok(Json.object());
    }

    private static ObjectNode wire(Templates.Text text) {
        return Json.object()
                .put("subject", text.subject())
                .put("text", text.body())
                .put("html", text.html());
    }

    private static ObjectNode wire(MessageList.Shown message) {
        ObjectNode json =
                Json.object()
                        .put("id", message.id())
                        .put("channel", message.channel().text())
                        .put("to", message.recipient())
                        .put("template", message.template())
                        .put("language", message.language())
                        .put("subject", message.subject())
                        .put("text", message.body())
                        .put("state", message.state())
                        .put("attempts", message.attempts())
                        .put("createdAt", message.createdAt().toString());
        if (message.state().equals("waiting")) {
            json.put("dueAt", message.dueAt().toString());
        }
        message.finishedAt().ifPresent(each -> json.put("finishedAt", each.toString()));
        putIfPresent(json, "provider", message.provider());
        putIfPresent(json, "providerId", message.providerId());
        putIfPresent(json, "error", message.error());
        return json;
    }

    private static void putIfPresent(ObjectNode json, String key, String value) {
        if (!value.isEmpty()) {
            json.put(key, value);
        }
    }

    private static Optional<String> parameter(Call call, String name) {
        return Optional.ofNullable(call.parameters().get(name)).map(value -> value.asString(""));
    }

    private static RialtoException notFound(String what) {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "there is no " + what);
    }
}
