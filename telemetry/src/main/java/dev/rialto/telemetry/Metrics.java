package dev.rialto.telemetry;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Exchange;
import dev.rialto.http.ExchangeObserver;
import dev.rialto.http.OperationObserver;
import dev.rialto.kernel.Contract.Metering;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// All metrics of the server, in Micrometer's registry.
final class Metrics implements OperationObserver, ExchangeObserver, Gauges, AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final OperationMetrics operations = new OperationMetrics(registry);
    private final ExchangeMetrics exchanges = new ExchangeMetrics(registry);

    /// Kept here because the registry holds them only weakly.
    private final List<DoubleSupplier> totals = new CopyOnWriteArrayList<>();

    Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    PrometheusMeterRegistry registry() {
        return registry;
    }

    @Override
    public Answer observe(
            Call call, Supplier<Answer> run, Function<Throwable, RialtoException> meaning) {
        return operations.observe(call, run, meaning);
    }

    /// Counts a call that no operation was called for, as where functions call each other.
    void count(Metering metering) {
        operations.count(metering);
    }

    @Override
    public void answered(Exchange exchange) {
        exchanges.answered(exchange);
    }

    @Override
    public void gauge(String name, String meaning, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(meaning).register(registry);
    }

    @Override
    public void count(String name, String meaning, DoubleSupplier total) {
        totals.add(total);
        FunctionCounter.builder(name, total, DoubleSupplier::getAsDouble)
                .description(meaning)
                .register(registry);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
