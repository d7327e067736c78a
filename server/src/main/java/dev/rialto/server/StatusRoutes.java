package dev.rialto.server;

import dev.rialto.http.Answer;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.kernel.Json;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ObjectNode;

/// Says how the server is and what it can do.
final class StatusRoutes {
    /// The version of Parse Server whose protocol is spoken; SDKs and dashboards look at it.
    private static final String PROTOCOL_VERSION = "9.10.0";

    private final String version;
    private final BooleanSupplier ready;

    /// @param ready whether requests can be served: the database answers
    StatusRoutes(String version, BooleanSupplier ready) {
        this.version = version;
        this.ready = ready;
    }

    List<Operation> operations() {
        return List.of(
                open("health", "/health", "Whether requests can be served", _ -> readiness()),
                open("live", "/health/live", "Whether the process lives", _ -> status(200, "ok")),
                open("ready", "/health/ready", "Whether requests can be served", _ -> readiness()),
                new Operation(
                        "server",
                        "info",
                        Method.GET,
                        "/serverInfo",
                        Access.MASTER_READ,
                        "What this server can do",
                        _ -> Answer.ok(info())));
    }

    private static Operation open(
            String name, String path, String summary, Operation.Handler handler) {
        return new Operation("server", name, Method.GET, path, Access.PUBLIC, summary, handler);
    }

    private Answer readiness() {
        if (ready.getAsBoolean()) {
            return status(200, "ok");
        }
        var body = Json.object().put("status", "unavailable");
        body.putObject("parts").put("database", "not reachable");
        return Answer.of(503, body);
    }

    private static Answer status(int status, String text) {
        return Answer.of(status, Json.object().put("status", text));
    }

    private ObjectNode info() {
        ObjectNode features = Json.object();
        features.set("globalConfig", all("create", "read", "update", "delete"));
        features.set("hooks", all("create", "read", "update", "delete"));
        features.set(
                "schemas",
                all(
                        "addField",
                        "removeField",
                        "addClass",
                        "removeClass",
                        "clearAllDataFromClass",
                        "exportClass",
                        "editClassLevelPermissions",
                        "editPointerPermissions"));
        features.set("cloudCode", all("jobs"));
        features.set("logs", all("level", "size", "order", "until", "from"));
        ObjectNode push = features.putObject("push");
        for (String later :
                List.of("immediatePush", "scheduledPush", "storedPushData", "pushAudiences")) {
            push.put(later, false);
        }
        features.putObject("settings").put("securityCheck", false);
        ObjectNode info = Json.object();
        info.set("features", features);
        info.put("parseServerVersion", PROTOCOL_VERSION);
        info.put("rialtoVersion", version);
        return info;
    }

    private static ObjectNode all(String... abilities) {
        ObjectNode node = Json.object();
        for (String ability : abilities) {
            node.put(ability, true);
        }
        return node;
    }
}
