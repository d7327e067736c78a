package dev.rialto.server;

import dev.rialto.config.ConfigStore;
import dev.rialto.hooks.Hook;
import dev.rialto.hooks.HookDirectory;
import dev.rialto.hooks.HookStore;
import dev.rialto.kernel.App;
import dev.rialto.model.ClassSchema;
import dev.rialto.schema.ClassAdoption;
import dev.rialto.spi.Platform;
import dev.rialto.transfer.ParseClass;
import dev.rialto.transfer.ParseParts;
import tools.jackson.databind.JsonNode;

/// Gives what an import from a Parse Server brings, besides objects, to the capabilities that keep
/// it.
final class ParseIntake implements ParseParts {
    private final ClassAdoption adoption;
    private final ConfigStore config;
    private final HookStore hooks;
    private final HookDirectory directory;

    ParseIntake(Platform.Store store, ClassAdoption adoption) {
        this.adoption = adoption;
        this.config = new ConfigStore(store.database());
        this.hooks = new HookStore(store.database());
        this.directory = new HookDirectory(hooks, store.invalidations());
    }

    @Override
    public ClassSchema adopt(App app, ParseClass parseClass) {
        return adoption.adopt(
                app, parseClass.name(), parseClass.fields(), parseClass.permissions());
    }

    @Override
    public boolean addParameter(App app, String name, JsonNode value, boolean masterKeyOnly) {
        return config.add(app, name, value, masterKeyOnly);
    }

    @Override
    public boolean addHook(App app, JsonNode hook) {
        boolean added = hooks.add(app, read(hook));
        directory.change(app);
        return added;
    }

    private static Hook read(JsonNode hook) {
        String url = hook.path("url").asString("");
        return hook.path("functionName").isString()
                ? new Hook.FunctionHook(hook.path("functionName").stringValue(), url)
                : new Hook.TriggerHook(
                        hook.path("className").asString(""),
                        hook.path("triggerName").asString(""),
                        url);
    }
}
