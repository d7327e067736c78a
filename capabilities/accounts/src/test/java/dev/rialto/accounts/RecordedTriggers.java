package dev.rialto.accounts;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.spi.Triggers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Triggers that a test gives, and what they were called with.
final class RecordedTriggers implements Triggers {
    private final Map<String, Function<ObjectNode, JsonNode>> triggers = new ConcurrentHashMap<>();
    private final List<Made> calls = new CopyOnWriteArrayList<>();

    /// A call that was made.
    record Made(Caller caller, String className, Moment moment, ObjectNode payload) {}

    void on(String className, Moment moment, Function<ObjectNode, JsonNode> trigger) {
        triggers.put(className + " " + moment, trigger);
    }

    /// A trigger that changes nothing.
    void watch(String className, Moment moment) {
        on(className, moment, _ -> NullNode.getInstance());
    }

    void forget() {
        triggers.clear();
        calls.clear();
    }

    List<Made> calls(Moment moment) {
        return calls.stream().filter(each -> each.moment() == moment).toList();
    }

    List<Made> calls() {
        return List.copyOf(calls);
    }

    @Override
    public boolean has(App app, String className, Moment moment) {
        return triggers.containsKey(className + " " + moment);
    }

    @Override
    public JsonNode call(
            App app,
            Caller caller,
            Optional<Call> call,
            String className,
            Moment moment,
            ObjectNode payload) {
        Function<ObjectNode, JsonNode> trigger = triggers.get(className + " " + moment);
        if (trigger == null) {
            throw new AssertionError("nobody asked for " + moment + " of " + className);
        }
        calls.add(new Made(caller, className, moment, payload.deepCopy()));
        return trigger.apply(payload);
    }
}
