package dev.rialto.server;

import dev.rialto.hooks.Hook;
import dev.rialto.hooks.HookDirectory;
import dev.rialto.hooks.WebhookCaller;
import dev.rialto.hooks.WebhookRequest;
import dev.rialto.hosting.RemoteFunctions;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Objects;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Functions and triggers that are webhooks.
final class Webhooks implements RemoteFunctions, AutoCloseable {
    private static final Caller MASTER = new Caller.Master();
    private static final long MAX_ANSWER = 10 << 20;

    private final HookDirectory hooks;
    private final Objects objects;
    private final Function<App, Optional<String>> keys;
    private final WebhookCaller caller = new WebhookCaller(MAX_ANSWER);

    /// @param keys the key that goes with calls to an app's webhooks
    Webhooks(HookDirectory hooks, Objects objects, Function<App, Optional<String>> keys) {
        this.hooks = hooks;
        this.objects = objects;
        this.keys = keys;
    }

    @Override
    public Optional<JsonNode> call(Asker asker, String name, JsonNode input) {
        return hooks.function(asker.app(), name).map(hook -> ask(hook, asker, input));
    }

    @Override
    public boolean hasTrigger(App app, String className, String moment) {
        return hooks.trigger(app, className, moment).isPresent();
    }

    @Override
    public JsonNode trigger(Asker asker, String className, String moment, ObjectNode payload) {
        return hooks.trigger(asker.app(), className, moment)
                .map(hook -> ask(hook, asker, payload))
                .orElseGet(() -> Json.nodes().nullNode());
    }

    private JsonNode ask(Hook hook, Asker asker, JsonNode payload) {
        var origin =
                new WebhookRequest.Origin(
                        asker.app().id(),
                        asker.caller() instanceof Caller.Master,
                        user(asker),
                        asker.installationId(),
                        asker.address(),
                        asker.headers(),
                        asker.context());
        return caller.call(
                hook, new WebhookRequest(origin, payload, asker.within()), keys.apply(asker.app()));
    }

    private Optional<ObjectNode> user(Asker asker) {
        return asker.caller() instanceof Caller.User user
                ? objects.get(asker.app(), MASTER, "_User", user.id())
                : Optional.empty();
    }

    @Override
    public void close() {
        caller.close();
    }
}
