package dev.rialto.telemetry;

import dev.rialto.http.ExchangeObserver;
import dev.rialto.http.Listener;
import dev.rialto.http.OperationObserver;
import dev.rialto.kernel.Contract.Metering;
import dev.rialto.kernel.Gauges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The metrics and traces of a server. Nothing is measured or traced unless it is configured.
public final class Telemetry implements AutoCloseable {
    private final TelemetrySettings settings;
    private final Optional<Metrics> metrics;
    private final Optional<Traces> traces;
    private Optional<MetricsPage> page = Optional.empty();

    /// @param version of the server
    public Telemetry(TelemetrySettings settings, String version) {
        this.settings = settings;
        this.metrics = settings.metrics().map(_ -> new Metrics());
        this.traces = settings.traces().map(each -> new Traces(each, version));
    }

    /// The observers of calls and requests.
    public Listener.Observers observers() {
        List<ExchangeObserver> exchanges = new ArrayList<>();
        metrics.ifPresent(exchanges::add);
        if (settings.log().access()) {
            exchanges.add(new AccessLog());
        }
        return new Listener.Observers(operations(), exchanges);
    }

    private OperationObserver operations() {
        if (traces.isEmpty()) {
            return metrics.map(OperationObserver.class::cast).orElse(OperationObserver.NONE);
        }
        var tracing = traces.get();
        return metrics.<OperationObserver>map(measuring ->
                        (call, run, meaning) ->
                                tracing.observe(
                                        call, () -> measuring.observe(call, run, meaning), meaning))
                .orElse(tracing);
    }

    /// Meters a call that is not a call of an operation, if metrics are on.
    public void count(Metering metering) {
        metrics.ifPresent(each -> each.count(metering));
    }

    /// Lets parts of the server register gauges, if metrics are on.
    public void measure(Consumer<Gauges> part) {
        metrics.ifPresent(part);
    }

    /// Passes the registry to libraries that support it, if metrics are on.
    public void register(Consumer<Object> library) {
        metrics.ifPresent(each -> library.accept(each.registry()));
    }

    /// Starts serving metrics.
    ///
    /// @throws dev.rialto.kernel.SetupException when the address can't be listened on
    public void listen() {
        page =
                settings.metrics()
                        .flatMap(address ->
                                metrics.map(each -> MetricsPage.open(each.registry(), address)));
    }

    /// The port that metrics are served on.
    public Optional<Integer> metricsPort() {
        return page.map(MetricsPage::port);
    }

    @Override
    public void close() {
        page.ifPresent(MetricsPage::close);
        traces.ifPresent(Traces::close);
        metrics.ifPresent(Metrics::close);
    }
}
