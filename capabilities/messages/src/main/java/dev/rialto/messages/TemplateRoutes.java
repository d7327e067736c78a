package dev.rialto.messages;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.MessageText;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The templates of an app, as its owner sets them.
final class TemplateRoutes {
    private static final JsonSchema TEMPLATE =
            JsonSchema.object()
                    .requiring("subject", JsonSchema.string())
                    .requiring("text", JsonSchema.string())
                    .with("html", JsonSchema.string());

    private final Templates templates;

    TemplateRoutes(Templates templates) {
        this.templates = templates;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get("messages.templates", "/message-templates")
                        .access(Access.MASTER_READ)
                        .summary(
                                "Lists the templates of the app, and the names of the built-in ones.")
                        .output(JsonSchema.object())
                        .handle(this::list),
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
                        .handle(this::set),
                Operation.delete("messages.delete-template", "/message-templates/{name}/{language}")
                        .access(Access.MASTER)
                        .summary("Deletes a template of the app; the built-in one is used again.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::delete));
    }

    private Answer list(Call call) {
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

    private Answer set(Call call) {
        var text =
                new MessageText(
                        call.body().path("subject").asString(""),
                        call.body().path("text").asString(""),
                        call.body().path("html").asString(""));
        templates.put(
                call.app(), new Templates.Own(call.path("name"), call.path("language"), text));
        return template(call);
    }

    private Answer delete(Call call) {
        if (!templates.remove(call.app(), call.path("name"), call.path("language"))) {
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND, "there is no such template of this app");
        }
        return Answer.ok(Json.object());
    }

    private static ObjectNode wire(MessageText text) {
        return Json.object()
                .put("subject", text.subject())
                .put("text", text.body())
                .put("html", text.html());
    }
}
