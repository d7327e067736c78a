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
    private final long maxBody;
    private final Timing timing;
    private final OutboundHttp general;
    private final Map<String, OutboundHttp> byApp = new ConcurrentHashMap<>();

    /// @param maxBody of a request or a response, in bytes
    public OutboundClients(OutboundPolicy policy, long maxBody, Timing timing) {
        this.policy = policy;
        this.maxBody = maxBody;
        this.timing = timing;
        this.general = new OutboundHttp(policy.general(), maxBody, timing);
    }

    OutboundHttp of(App app) {
        return policy.own(app)
                .map(rules ->
                        byApp.computeIfAbsent(
                                app.id(), _ -> new OutboundHttp(rules, maxBody, timing)))
                .orElse(general);
    }

    @Override
    public void close() {
        general.close();
        byApp.values().forEach(OutboundHttp::close);
    }
}
