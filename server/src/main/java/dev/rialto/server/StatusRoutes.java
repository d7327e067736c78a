package dev.rialto.server;

import dev.rialto.http.Answer;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Says how the server is and what it can do.
final class StatusRoutes {
    /// The version of Parse Server whose protocol is spoken; SDKs and dashboards look at it.
    private static final String PROTOCOL_VERSION = "9.10.0";

    private final String version;
    private final StatusCapability.State state;
    private final Supplier<Map<String, List<String>>> features;

    /// @param features abilities by feature
    StatusRoutes(
            String version,
            StatusCapability.State state,
            Supplier<Map<String, List<String>>> features) {
        this.version = version;
        this.state = state;
        this.features = features;
    }

    List<Operation> operations() {
        return List.of(
                open("server.health", "/health")
                        .summary("Reports whether requests can be served.")
                        .handle(_ -> readiness()),
                open("server.live", "/health/live")
                        .summary("Reports that the process is alive.")
                        .handle(_ -> status(200, "ok")),
                open("server.ready", "/health/ready")
                        .summary("Reports whether requests can be served.")
                        .handle(_ -> readiness()),
                Operation.get("server.info", "/serverInfo")
                        .access(Access.MASTER_READ)
                        .summary("Lists the server's features.")
                        .output(JsonSchema.object())
                        .meter("server.status", 0)
                        .handle(_ -> Answer.ok(info())));
    }

    private static Operation.Builder open(String id, String path) {
        return Operation.get(id, path)
                .access(Access.PUBLIC)
                .output(JsonSchema.object().requiring("status", JsonSchema.string()))
                .meter("server.status", 0);
    }

    private Answer readiness() {
        if (state.draining().getAsBoolean()) {
            return status(503, "draining");
        }
        if (state.ready().getAsBoolean()) {
            var ok = Json.object().put("status", "ok");
            Map<String, String> told = state.warnings().get();
            if (!told.isEmpty()) {
                told.forEach(ok.putObject("warnings")::put);
            }
            return Answer.of(200, ok);
        }
        var body = Json.object().put("status", "unavailable");
        body.putObject("parts").put("database", "not reachable");
        return Answer.of(503, body);
    }

    private static Answer status(int status, String text) {
        return Answer.of(status, Json.object().put("status", text));
    }

    private ObjectNode info() {
        ObjectNode listed = Json.object();
        features.get()
                .forEach((feature, abilities) -> {
                    ObjectNode node = listed.putObject(feature);
                    abilities.forEach(ability -> node.put(ability, true));
                });
        // Dashboards look at what is missing as well.
        ObjectNode push = listed.putObject("push");
        for (String later :
                List.of("immediatePush", "scheduledPush", "storedPushData", "pushAudiences")) {
            push.put(later, false);
        }
        listed.putObject("settings").put("securityCheck", false);
        ObjectNode info = Json.object();
        info.set("features", listed);
        info.put("parseServerVersion", PROTOCOL_VERSION);
        info.put("rialtoVersion", version);
        return info;
    }
}
