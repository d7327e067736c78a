package dev.rialto.hooks;

import dev.rialto.hooks.Hook.FunctionHook;
import dev.rialto.hooks.Hook.TriggerHook;
import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The hooks of apps as this node knows them: a copy of the store, which is dropped when some node
/// changes it.
public final class HookDirectory implements Invalidations.Listener {
    private static final Invalidations.Kind CHANGED = new Invalidations.Kind("hooks");

    private record Place(String className, String triggerName) {}

    private record Hooks(Map<String, FunctionHook> functions, Map<Place, TriggerHook> triggers) {}

    private final HookStore store;
    private final Invalidations invalidations;
    private final Map<String, Hooks> known = new ConcurrentHashMap<>();

    public HookDirectory(HookStore store, Invalidations invalidations) {
        this.store = store;
        this.invalidations = invalidations;
        invalidations.subscribe(CHANGED, this);
        invalidations.subscribe(Invalidations.Kind.APP, this);
    }

    public Optional<FunctionHook> function(App app, String name) {
        return Optional.ofNullable(of(app).functions().get(name));
    }

    public Optional<TriggerHook> trigger(App app, String className, String triggerName) {
        Map<Place, TriggerHook> triggers = of(app).triggers();
        return triggers.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(triggers.get(new Place(className, triggerName)));
    }

    /// Says that the hooks of an app have changed in the store.
    public void change(App app) {
        known.remove(app.schema());
        invalidations.publish(app, CHANGED, "");
    }

    private Hooks of(App app) {
        Hooks found = known.get(app.schema());
        return found == null ? known.computeIfAbsent(app.schema(), _ -> read(app)) : found;
    }

    private Hooks read(App app) {
        Map<String, FunctionHook> functions = new HashMap<>();
        store.functions(app).forEach(each -> functions.put(each.name(), each));
        Map<Place, TriggerHook> triggers = new HashMap<>();
        store.triggers(app)
                .forEach(each ->
                        triggers.put(new Place(each.className(), each.triggerName()), each));
        return new Hooks(functions, triggers);
    }

    @Override
    public void changed(App app, String key) {
        known.remove(app.schema());
    }

    @Override
    public void everythingChanged() {
        known.clear();
    }
}
