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
    private static final Set<String> STATES =
            Set.of("waiting", "sent", "kept", "failed", "suppressed", "bounced", "complained");

    private static final JsonSchema MESSAGE =
            JsonSchema.object()
                    .requiring("id", JsonSchema.string())
                    .requiring("channel", JsonSchema.oneOf("mail", "sms"))
                    .requiring("to", JsonSchema.string())
                    .requiring("template", JsonSchema.string())
                    .requiring(
                            "state",
                            JsonSchema.oneOf(STATES.stream().sorted().toArray(String[]::new)));

    private final Messages tests;
    private final MessageList list;
    private final Outbox outbox;
    private final Delivery delivery;
    private final Optional<DkimSettings> dkim;

    /// @param tests sends messages that owners ask for
    MessageRoutes(
            Messages tests,
            MessageList list,
            Outbox outbox,
            Delivery delivery,
            Optional<DkimSettings> dkim) {
        this.tests = tests;
        this.list = list;
        this.outbox = outbox;
        this.delivery = delivery;
        this.dkim = dkim;
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
                        .summary("Shows a message, with its text until a provider has taken it.")
                        .output(MESSAGE)
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::get),
                Operation.get("messages.dkim", "/messages/dkim")
                        .access(Access.MASTER_READ)
                        .summary("Shows the DNS record by which receivers verify mail.")
                        .output(
                                JsonSchema.object()
                                        .requiring("name", JsonSchema.string())
                                        .requiring("type", JsonSchema.oneOf("TXT"))
                                        .requiring("value", JsonSchema.string()))
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::dkim),
                Operation.post("messages.retry", "/messages/{id}/retry")
                        .access(Access.MASTER)
                        .summary("Tries a message again that was given up.")
                        .output(MESSAGE)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.OPERATION_FORBIDDEN)
                        .handle(this::retry),
                Operation.post("messages.test", "/messages/test")
                        .access(Access.MASTER)
                        .summary("Sends a template with sample values, as SMS to a phone number.")
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
                        .handle(this::test));
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

    private Answer dkim(Call call) {
        DkimSettings signed =
                dkim.orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.OBJECT_NOT_FOUND,
                                "mail is not signed: messages.dkim.domain is not set"));
        return Answer.ok(
                Json.object()
                        .put("name", signed.recordName())
                        .put("type", "TXT")
                        .put("value", signed.recordValue()));
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
        String to = body.path("to").asString("");
        String channel = body.path("channel").asString(Recipients.channel(to).text());
        if (!channel.equals(Channel.MAIL.text()) && !channel.equals(Channel.SMS.text())) {
            throw new RialtoException(ErrorCode.INVALID_VALUE, "channel must be mail or sms");
        }
        String id =
                tests.send(
                        call.app(),
                        new NewMessage(
                                Channel.of(channel),
                                to,
                                body.path("template").asString("code"),
                                body.path("language").asString("en"),
                                Templates.SAMPLE));
        return Answer.ok(wire(require(call, id)));
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
