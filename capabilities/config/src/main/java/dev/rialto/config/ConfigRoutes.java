package dev.rialto.config;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.store.Database;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The operations on an app's parameters.
public final class ConfigRoutes {
    private final ConfigStore store;

    public ConfigRoutes(Database database) {
        this.store = new ConfigStore(database);
    }

    public List<Operation> operations() {
        return List.of(
                Operation.get("config.get", "/config")
                        .summary("Reads the parameters that the caller may see.")
                        .output(
                                JsonSchema.object()
                                        .requiring("params", JsonSchema.map(JsonSchema.any()))
                                        .with("masterKeyOnly", JsonSchema.map(JsonSchema.bool())))
                        .handle(this::get),
                Operation.put("config.update", "/config")
                        .access(Access.MASTER)
                        .summary("Sets and removes parameters; those not named stay.")
                        .deed("update the config")
                        .input(
                                JsonSchema.object()
                                        .requiring("params", JsonSchema.map(JsonSchema.any()))
                                        .with("masterKeyOnly", JsonSchema.map(JsonSchema.bool())))
                        .output(JsonSchema.object().requiring("result", JsonSchema.bool()))
                        .handle(this::update));
    }

    private Answer get(Call call) {
        boolean all = call.caller().seesEverything();
        ObjectNode params = Json.object();
        ObjectNode masterKeyOnly = Json.object();
        for (Parameter parameter : store.parameters(call.app())) {
            if (all || !parameter.masterKeyOnly()) {
                params.set(parameter.name(), parameter.value());
                masterKeyOnly.put(parameter.name(), parameter.masterKeyOnly());
            }
        }
        ObjectNode answer = Json.object();
        answer.set("params", params);
        if (!params.isEmpty()) {
            answer.set("masterKeyOnly", masterKeyOnly);
        }
        return Answer.ok(answer);
    }

    private Answer update(Call call) {
        ProhibitedKeys.requireNone(call.body());
        store.change(call.app(), ParameterChange.read(call.body()));
        return Answer.ok(Json.object().put("result", true));
    }
}
