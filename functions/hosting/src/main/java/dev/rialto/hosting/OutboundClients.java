package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.Timing;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The HTTP clients of all apps. Apps with rules of their own have a client of their own: a
/// connection that one app may have must not serve another.
public final class OutboundClients implements AutoCloseable {
    private final OutboundPolicy policy;
    private final long largestBody;
    private final Timing timing;
    private final OutboundHttp general;
    private final Map<String, OutboundHttp> byApp = new ConcurrentHashMap<>();

    /// @param largestBody of a request or a response, in bytes
    public OutboundClients(OutboundPolicy policy, long largestBody, Timing timing) {
        this.policy = policy;
        this.largestBody = largestBody;
        this.timing = timing;
        this.general = new OutboundHttp(policy.general(), largestBody, timing);
    }

    OutboundHttp of(App app) {
        return policy.own(app)
                .map(rules ->
                        byApp.computeIfAbsent(
                                app.id(), _ -> new OutboundHttp(rules, largestBody, timing)))
                .orElse(general);
    }

    @Override
    public void close() {
        general.close();
        byApp.values().forEach(OutboundHttp::close);
    }
}
