package dev.rialto.hooks;

import dev.rialto.hooks.Hook.FunctionHook;
import dev.rialto.hooks.Hook.TriggerHook;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations on hooks. All need a key that sees everything.
public final class HooksRoutes {
    private static final String FUNCTIONS = "/hooks/functions";
    private static final String FUNCTION = FUNCTIONS + "/{functionName}";
    private static final String TRIGGERS = "/hooks/triggers";
    private static final String TRIGGER = TRIGGERS + "/{className}/{triggerName}";

    private static final JsonSchema HOOK =
            JsonSchema.object()
                    .with("functionName", JsonSchema.string())
                    .with("className", JsonSchema.string())
                    .with("triggerName", JsonSchema.string())
                    .with("url", JsonSchema.string("uri"));

    private final HookStore store;
    private final Consumer<App> changed;
    private final Predicate<String> triggered;

    /// @param changed hears of the app whose hooks were changed
    /// @param triggered tells of a class whether triggers are called for its objects
    public HooksRoutes(HookStore store, Consumer<App> changed, Predicate<String> triggered) {
        this.store = store;
        this.changed = changed;
        this.triggered = triggered;
    }

    public List<Operation> operations() {
        return List.of(
                read("functions", FUNCTIONS, "Lists the hooked functions.", this::functions),
                read("function", FUNCTION, "Reads a function's hook.", this::function),
                read("triggers", TRIGGERS, "Lists the hooked triggers.", this::triggers),
                read("trigger", TRIGGER, "Reads a trigger's hook.", this::trigger),
                write("create-function", Method.POST, FUNCTIONS, "Hooks a function.", this::create),
                write("create-trigger", Method.POST, TRIGGERS, "Hooks a trigger.", this::create),
                write(
                        "update-function",
                        Method.PUT,
                        FUNCTION,
                        "Changes or removes a function's hook.",
                        this::updateFunction),
                write(
                        "update-trigger",
                        Method.PUT,
                        TRIGGER,
                        "Changes or removes a trigger's hook.",
                        this::updateTrigger),
                write(
                        "delete-function",
                        Method.DELETE,
                        FUNCTION,
                        "Removes a function's hook.",
                        this::deleteFunction),
                write(
                        "delete-trigger",
                        Method.DELETE,
                        TRIGGER,
                        "Removes a trigger's hook.",
                        this::deleteTrigger));
    }

    private static Operation read(String name, String path, String summary, Handler handler) {
        return Operation.get("hooks." + name, path)
                .access(Access.MASTER_READ)
                .summary(summary)
                .handle(handler);
    }

    private Operation write(
            String name, Method method, String path, String summary, Handler handler) {
        Handler guarded =
                call -> {
                    Answer answer = handler.handle(call);
                    changed.accept(call.app());
                    return answer;
                };
        return Operation.of(method, "hooks." + name, path)
                .access(Access.MASTER)
                .summary(summary)
                .input(HOOK)
                .output(JsonSchema.object())
                .errors(ErrorCode.HOOK_ERROR)
                .handle(guarded);
    }

    private Answer functions(Call call) {
        return list(store.functions(call.app()));
    }

    private Answer triggers(Call call) {
        return list(store.triggers(call.app()));
    }

    private Answer function(Call call) {
        String name = call.path("functionName");
        return store.function(call.app(), name)
                .map(hook -> Answer.ok(hook.wire()))
                .orElseThrow(() -> noFunction(name));
    }

    private Answer trigger(Call call) {
        String className = call.path("className");
        return store.trigger(call.app(), className, call.path("triggerName"))
                .map(hook -> Answer.ok(hook.wire()))
                .orElseThrow(() -> noTrigger(className));
    }

    private Answer create(Call call) {
        ObjectNode body = call.body();
        Hook hook =
                body.has("functionName")
                        ? new FunctionHook(text(body, "functionName"), text(body, "url"))
                        : new TriggerHook(
                                text(body, "className"),
                                text(body, "triggerName"),
                                text(body, "url"));
        requireCalled(hook);
        if (!store.add(call.app(), hook)) {
            throw new RialtoException(
                    ErrorCode.HOOK_ERROR,
                    switch (hook) {
                        case FunctionHook(String name, _) ->
                                "function name: " + name + " already exists";
                        case TriggerHook(String className, String triggerName, _) ->
                                "class " + className + " already has trigger " + triggerName;
                    });
        }
        return Answer.ok(hook.wire());
    }

    /// Refuses a trigger that would never be called: whoever sets a guard counts on it.
    private void requireCalled(Hook hook) {
        if (hook instanceof TriggerHook(String className, String triggerName, _)
                && !HookedTriggers.isCalled(className, triggerName, triggered)) {
            throw new RialtoException(
                    ErrorCode.HOOK_ERROR,
                    "this server does not call " + triggerName + " for " + className);
        }
    }

    private Answer updateFunction(Call call) {
        if (isDelete(call.body())) {
            return deleteFunction(call);
        }
        var hook = new FunctionHook(call.path("functionName"), text(call.body(), "url"));
        if (!store.replace(call.app(), hook)) {
            throw noFunction(hook.name());
        }
        return Answer.ok(hook.wire());
    }

    private Answer updateTrigger(Call call) {
        if (isDelete(call.body())) {
            return deleteTrigger(call);
        }
        var hook =
                new TriggerHook(
                        call.path("className"), call.path("triggerName"), text(call.body(), "url"));
        requireCalled(hook);
        if (!store.replace(call.app(), hook)) {
            throw noTrigger(hook.className());
        }
        return Answer.ok(hook.wire());
    }

    private Answer deleteFunction(Call call) {
        store.removeFunction(call.app(), call.path("functionName"));
        return Answer.ok(Json.object());
    }

    private Answer deleteTrigger(Call call) {
        store.removeTrigger(call.app(), call.path("className"), call.path("triggerName"));
        return Answer.ok(Json.object());
    }

    private static Answer list(List<? extends Hook> hooks) {
        ArrayNode all = Json.nodes().arrayNode();
        hooks.forEach(hook -> all.add(hook.wire()));
        return Answer.ok(all);
    }

    private static boolean isDelete(ObjectNode body) {
        return body.path("__op").isString() && body.path("__op").stringValue().equals("Delete");
    }

    private static String text(ObjectNode body, String key) {
        JsonNode value = body.path(key);
        if (!value.isString()) {
            throw Hook.invalid();
        }
        return value.stringValue();
    }

    private static RialtoException noFunction(String name) {
        return new RialtoException(
                ErrorCode.HOOK_ERROR, "no function named: " + name + " is defined");
    }

    private static RialtoException noTrigger(String className) {
        return new RialtoException(ErrorCode.HOOK_ERROR, "class " + className + " does not exist");
    }
}
