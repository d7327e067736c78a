package dev.rialto.runtime;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.Json;
import dev.rialto.sdk.Rest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The REST API, as a function sees it.
final class HostedRest implements Rest {
    private final Host host;
    private final Values values;
    private final Host.As who;

    HostedRest(Host host, Values values, Host.As who) {
        this.host = host;
        this.values = values;
        this.who = who;
    }

    @Override
    public Rest asMaster() {
        return new HostedRest(host, values, Host.As.MASTER);
    }

    @Override
    public Map<String, @Nullable Object> call(
            String method, String path, Map<String, ? extends @Nullable Object> body) {
        ObjectNode fields = (ObjectNode) HostFailures.write(() -> values.write(body));
        JsonNode answer = HostFailures.call(() -> host.rest(who, method, path, fields));
        return WireForms.map(answer.isArray() ? Json.object().set("results", answer) : answer);
    }
}
