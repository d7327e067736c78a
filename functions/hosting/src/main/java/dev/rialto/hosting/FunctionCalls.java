package dev.rialto.hosting;

import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Result;
import dev.rialto.functions.spi.Usage;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import dev.rialto.kernel.Timing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls functions: finds the revision, keeps within limits, counts.
public final class FunctionCalls {
    private static final Logger LOG = Logger.getLogger(FunctionCalls.class.getName());

    /// How often a call looks again for a revision that was retired under it.
    private static final int LOOKS = 10;

    private record GaugeKey(String schema, String address) {}

    private final FunctionDirectory directory;
    private final RemoteFunctions remote;
    private final HostServices hostServices;
    private final FunctionLog log;
    private final FunctionsSettings settings;
    private final InstantSource clock;
    private final Timing timing;
    private final FunctionCache cache;
    private final FunctionCounts counts = new FunctionCounts();
    private final Map<GaugeKey, FunctionGauge> gauges = new ConcurrentHashMap<>();
    private volatile @Nullable Suspensions suspensions;

    FunctionCalls(
            FunctionDirectory directory,
            RemoteFunctions remote,
            HostServices hostServices,
            FunctionLog log,
            FunctionsSettings settings,
            InstantSource clock,
            Timing timing) {
        this.directory = directory;
        this.remote = remote;
        this.hostServices = hostServices;
        this.log = log;
        this.settings = settings;
        this.clock = clock;
        this.timing = timing;
        this.cache = new FunctionCache(timing);
    }

    /// Lets it be known what is suspended.
    void follow(Suspensions policy) {
        suspensions = policy;
    }

    /// What a call is beside the usual.
    ///
    /// @param usual how long it may take unless its interface says otherwise
    /// @param progress takes what a job says
    /// @param stream takes what an endpoint streams
    /// @param isMetered whether it counts for its meter here: the calls of clients count where
    ///   operations do
    record CallOptions(
            Duration usual,
            HostedCall.Progress progress,
            HostedCall.Streams stream,
            boolean isMetered) {}

    /// A call that the server makes, or another function.
    CallOptions plain() {
        return new CallOptions(settings.deadline(), _ -> {}, HostedCall.Streams.NONE, true);
    }

    /// A call that a client makes.
    ///
    /// @param stream takes what an endpoint streams
    CallOptions asked(HostedCall.Streams stream) {
        return new CallOptions(settings.deadline(), _ -> {}, stream, false);
    }

    /// Who a call is for that runs at another address.
    RemoteFunctions.Asker asker(Origin origin) {
        return new RemoteFunctions.Asker(
                origin.app(),
                origin.caller(),
                origin.installationId(),
                origin.client().address(),
                origin.client().headers(),
                origin.context(),
                within(origin, settings.deadline()));
    }

    /// A job, whose start has counted for its meter.
    CallOptions job(HostedCall.Progress progress) {
        return new CallOptions(settings.jobDeadline(), progress, HostedCall.Streams.NONE, false);
    }

    CallOptions background() {
        return new CallOptions(settings.jobDeadline(), _ -> {}, HostedCall.Streams.NONE, true);
    }

    /// Calls a function by its name or address: one of a micro app, else a webhook.
    ///
    /// @throws RialtoException SCRIPT_FAILED when there is none or it fails, and what limits say
    Result call(Origin origin, String name, JsonNode input) {
        Optional<ServedInterface> here = find(origin, name);
        return here.isEmpty()
                ? callRemote(origin, name, input)
                : call(origin, here.get(), () -> require(origin, name), input, plain());
    }

    /// Calls a webhook.
    ///
    /// @throws RialtoException SCRIPT_FAILED when there is none or it fails
    Result callRemote(Origin origin, String name, JsonNode input) {
        return new Result(
                remote.call(asker(origin), name, input).orElseThrow(() -> unknown(name)),
                Usage.UNKNOWN);
    }

    Optional<ServedInterface> find(Origin origin, String name) {
        return directory.of(origin).function(name, directory.selectedFor(origin));
    }

    ServedInterface require(Origin origin, String name) {
        return find(origin, name).orElseThrow(() -> unknown(name));
    }

    private static RialtoException unknown(String name) {
        return new RialtoException(ErrorCode.SCRIPT_FAILED, "Invalid function: \"" + name + "\"");
    }

    /// Calls an interface.
    ///
    /// @param found finds it; asked again when it was replaced in the meantime
    Result call(
            Origin origin, Supplier<ServedInterface> found, JsonNode input, CallOptions options) {
        return call(origin, found.get(), found, input, options);
    }

    /// Calls an interface that was found.
    ///
    /// @param successor finds what has come in its place
    Result call(
            Origin origin,
            ServedInterface first,
            Supplier<ServedInterface> successor,
            JsonNode input,
            CallOptions options) {
        for (int look = 0; look < LOOKS; look++) {
            ServedInterface exposed = look == 0 ? first : successor.get();
            LoadedRevision loaded = begin(exposed);
            if (loaded != null) {
                try {
                    return call(origin, exposed, loaded, input, options);
                } finally {
                    exposed.served().end();
                }
            }
        }
        throw new RialtoException(
                ErrorCode.OVERLOADED, "the function is being replaced repeatedly");
    }

    private static @Nullable LoadedRevision begin(ServedInterface exposed) {
        try {
            return exposed.served().begin();
        } catch (RefusedException refused) {
            LOG.log(Level.WARNING, refused, () -> exposed.address() + " can't be loaded");
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED, exposed.address() + " can't be loaded", refused);
        }
    }

    private Result call(
            Origin origin,
            ServedInterface exposed,
            LoadedRevision loaded,
            JsonNode input,
            CallOptions options) {
        Span current = Span.current();
        return current.isRecorded()
                ? current.part(
                        part(exposed), () -> callOnce(origin, exposed, loaded, input, options))
                : callOnce(origin, exposed, loaded, input, options);
    }

    private static Span.Part part(ServedInterface exposed) {
        return new Span.Part(
                Span.Kind.INTERNAL, "function", Map.of("code.function.name", exposed.address()));
    }

    private Result callOnce(
            Origin origin,
            ServedInterface exposed,
            LoadedRevision loaded,
            JsonNode input,
            CallOptions options) {
        FunctionGauge gauge = gauge(origin.app(), exposed);
        Duration within = within(origin, exposed.deadline().orElse(options.usual()));
        long start = timing.nanos();
        var host =
                new HostedCall(
                        new HostedCall.Shared(this, hostServices, log, cache, timing),
                        origin,
                        exposed,
                        start + within.toNanos(),
                        options);
        begin(gauge);
        try {
            LoadedInterface called = exposed.in(loaded);
            Result result =
                    called.call(
                            new Invocation(
                                    input,
                                    origin.caller(),
                                    origin.installationId(),
                                    origin.requestId(),
                                    within,
                                    host,
                                    origin.context(),
                                    origin.client()));
            OutputSize.require(called, result.output(), settings.resultSize());
            long took = timing.nanos() - start;
            gauge.end(took, result.usage());
            counts.ended(took, result.usage());
            if (options.isMetered()) {
                hostServices.meters().accept(exposed.descriptor().contract().metering());
            }
            return result;
        } catch (RuntimeException | Error failure) {
            long took = timing.nanos() - start;
            counts.failed(took, failure);
            exposed.undeclared(failure).ifPresent(line -> host.log("warn", line));
            if (gauge.fail(took, failure)) {
                counts.suspended();
                host.log(
                        "error",
                        exposed.address()
                                + " is suspended for "
                                + settings.suspendedFor().toSeconds()
                                + " s: it exceeded its limits repeatedly");
                tell(policy ->
                        policy.suspended(
                                origin.app(), exposed.microApp().name(), exposed.runtime()));
            } else if (exposed.stuck() > 0 && isSuspended(failure)) {
                tell(policy ->
                        policy.stuck(origin.app(), exposed.microApp().name(), exposed.runtime()));
            }
            throw failure;
        }
    }

    private static boolean isSuspended(Throwable failure) {
        return failure instanceof RialtoException told
                && told.code() == ErrorCode.FUNCTION_SUSPENDED;
    }

    private void tell(Consumer<Suspensions> what) {
        Suspensions policy = suspensions;
        if (policy != null) {
            what.accept(policy);
        }
    }

    private void begin(FunctionGauge gauge) {
        try {
            gauge.begin();
        } catch (RialtoException refused) {
            counts.refused();
            throw refused;
        }
        counts.begun();
    }

    void measure(Gauges to) {
        counts.measure(to);
    }

    /// What a call may take: its own time, or what is left of that of the call around it.
    private Duration within(Origin origin, Duration own) {
        if (origin.endNanos().isEmpty()) {
            return own;
        }
        Duration left = Duration.ofNanos(origin.endNanos().get() - timing.nanos());
        if (left.isNegative()) {
            throw new RialtoException(ErrorCode.TIMEOUT, "there is no time left for this call");
        }
        return left.compareTo(own) < 0 ? left : own;
    }

    private FunctionGauge gauge(App app, ServedInterface exposed) {
        return exposed.gauge(() ->
                gauges.computeIfAbsent(
                        new GaugeKey(app.schema(), exposed.address()), _ -> newGauge(exposed)));
    }

    private FunctionGauge newGauge(ServedInterface exposed) {
        return new FunctionGauge(
                exposed.address(),
                exposed.descriptor().limits().concurrency().orElse(settings.concurrency()),
                settings.suspendedFor(),
                clock);
    }

    /// Forgets how calls of an app went, whose functions may have other limits now. To be called
    /// before the directory is renewed: what it has keeps its gauges.
    void forget(App app, String prefix) {
        gauges.keySet()
                .removeIf(key ->
                        key.schema().equals(app.schema()) && key.address().startsWith(prefix));
    }

    /// What is known of the functions of an app on this node, by address.
    List<ObjectNode> gauges(App app) {
        List<ObjectNode> all = new ArrayList<>();
        for (ServedInterface each : directory.of(app).all()) {
            if (each.isLive()) {
                ObjectNode json = gauge(app, each).wire();
                all.add(
                        json.put("microApp", each.microApp().name())
                                .put("revision", each.number())
                                .put("stuck", each.stuck()));
            }
        }
        all.sort(Comparator.comparing(each -> each.path("address").asString("")));
        return all;
    }

    /// What the micro apps of an app occupy on this node.
    List<ObjectNode> occupied(App app) {
        List<ObjectNode> all = new ArrayList<>();
        for (ServedRevision each : directory.of(app).revisions()) {
            each.occupancy()
                    .ifPresent(occupancy ->
                            all.add(
                                    OccupancyView.wire(occupancy)
                                            .put("microApp", each.revision().microApp())
                                            .put("revision", each.revision().number())
                                            .put("runtime", each.setup().runtime())));
        }
        return all;
    }

    FunctionDirectory directory() {
        return directory;
    }

    Optional<ServedInterface> job(Origin origin, String name) {
        return directory.of(origin).job(name, directory.selectedFor(origin));
    }
}
