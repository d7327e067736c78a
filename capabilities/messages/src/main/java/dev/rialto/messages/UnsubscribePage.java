package dev.rialto.messages;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The page by which users unsubscribe from messages of a template. Opening it changes nothing, as
/// programs that look for harmful links open it, too; its button does, and so does the POST request
/// of a mail program (RFC 8058). It works without scripts.
final class UnsubscribePage {
    private static final int NOT_FOUND = 404;

    private final UnsubscribeLinks links;
    private final Suppressions suppressions;
    private final Function<String, Optional<App>> apps;
    private final Pages pages;

    /// @param apps finds an app by its id
    UnsubscribePage(
            UnsubscribeLinks links,
            Suppressions suppressions,
            Function<String, Optional<App>> apps,
            Pages pages) {
        this.links = links;
        this.suppressions = suppressions;
        this.apps = apps;
        this.pages = pages;
    }

    List<Operation> operations() {
        return List.of(
                described(Operation.get("messages.unsubscribe-page", UnsubscribeLinks.PATH))
                        .summary("Asks whether a recipient wants no more messages of a kind.")
                        .handle(this::ask),
                described(Operation.post("messages.unsubscribe", UnsubscribeLinks.PATH))
                        .summary("Sends a recipient no more messages of a kind.")
                        // A form, or what a mail program sends: nothing in it matters.
                        .traits(Trait.UPLOAD)
                        .requestIds(RequestIds.IGNORED)
                        .handle(this::unsubscribe));
    }

    private static Operation.Builder described(Operation.Builder operation) {
        return operation
                .access(Access.PUBLIC)
                .query(
                        UnsubscribeLinks.RECIPIENT,
                        JsonSchema.string(),
                        "The recipient of the message.")
                .query(UnsubscribeLinks.TEMPLATE, JsonSchema.string(), "The kind of message.")
                .query(
                        UnsubscribeLinks.SIGNATURE,
                        JsonSchema.string(),
                        "The signature of the link.")
                .produces("text/html")
                .errors(ErrorCode.NOT_FOUND);
    }

    private Answer ask(Call call) {
        return show(call, isValid(call) ? "question" : "invalid");
    }

    private Answer unsubscribe(Call call) {
        if (!isValid(call)) {
            return show(call, "invalid");
        }
        suppressions.unsubscribe(
                app(call).id(),
                parameter(call, UnsubscribeLinks.RECIPIENT),
                parameter(call, UnsubscribeLinks.TEMPLATE));
        return show(call, "done");
    }

    private App app(Call call) {
        return apps.apply(call.path("appId"))
                .orElseThrow(() ->
                        new RialtoException(ErrorCode.NOT_FOUND, "there is no app with this id"));
    }

    private boolean isValid(Call call) {
        return links.isValid(
                app(call),
                parameter(call, UnsubscribeLinks.RECIPIENT),
                parameter(call, UnsubscribeLinks.TEMPLATE),
                parameter(call, UnsubscribeLinks.SIGNATURE));
    }

    private static String parameter(Call call, String name) {
        return call.parameters().path(name).asString("");
    }

    /// @param what the part of the page that is shown
    private Answer show(Call call, String what) {
        return pages.show(
                app(call),
                call,
                Page.of(UnsubscribePage.class, "unsubscribe")
                        .status(what.equals("invalid") ? NOT_FOUND : 200)
                        .with(what, true)
                        .with("to", parameter(call, UnsubscribeLinks.RECIPIENT))
                        .with("template", parameter(call, UnsubscribeLinks.TEMPLATE)));
    }
}
