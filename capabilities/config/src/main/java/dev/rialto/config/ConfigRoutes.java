package dev.rialto.config;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.ProhibitedKeys;
import dev.rialto.spi.ChangeTriggers;
import dev.rialto.spi.ChangeTriggers.Author;
import dev.rialto.spi.Triggers;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.store.Database;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations on an app's parameters.
public final class ConfigRoutes {
    private final Database database;
    private final ConfigStore store;
    private final ChangeTriggers triggers;

    public ConfigRoutes(Database database, Triggers triggers) {
        this.database = database;
        this.store = new ConfigStore(database);
        this.triggers = new ChangeTriggers(triggers, Triggers.CONFIG);
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
                        .summary("Sets and removes parameters; others are unchanged.")
                        .deed("update the config")
                        .input(
                                JsonSchema.object()
                                        .requiring("params", JsonSchema.map(JsonSchema.any()))
                                        .with("masterKeyOnly", JsonSchema.map(JsonSchema.bool())))
                        .output(JsonSchema.object().requiring("result", JsonSchema.bool()))
                        .requestIds(RequestIds.REMEMBERED_WHEN_WRITING)
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
        var author = Author.of(call);
        List<ParameterChange> changes = ParameterChange.read(call.body());
        if (!triggers.has(author, Moment.BEFORE_SAVE) && !triggers.has(author, Moment.AFTER_SAVE)) {
            store.change(call.app(), changes);
        } else {
            change(author, call, changes);
        }
        return Answer.ok(Json.object().put("result", true));
    }

    private void change(Author author, Call call, List<ParameterChange> changes) {
        ObjectNode original = parameters(call.app());
        tell(author, Moment.BEFORE_SAVE, call.body().path("params").deepCopy(), original);
        store.change(call.app(), changes);
        tell(author, Moment.AFTER_SAVE, parameters(call.app()), original);
    }

    private void tell(Author author, Moment moment, JsonNode params, ObjectNode original) {
        if (triggers.has(author, moment)) {
            ObjectNode payload = Json.object();
            payload.putObject("object").set("params", params);
            if (!original.isEmpty()) {
                payload.putObject("original").set("params", original.deepCopy());
            }
            database.apart(() -> triggers.call(author, moment, payload, ErrorCode.SCRIPT_FAILED));
        }
    }

    /// All parameters of an app with their values.
    private ObjectNode parameters(App app) {
        ObjectNode params = Json.object();
        store.parameters(app).forEach(parameter -> params.set(parameter.name(), parameter.value()));
        return params;
    }
}
