package dev.rialto.limits;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Limits how often operations are called: as the operator has set it for every app, and as the
/// owner of an app has set it for that app.
public final class LimitsCapability implements Capability {
    static final String NAME = "limits";

    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "platform",
                    "protection",
                    NAME,
                    "Limits how often operations are called, by app, address and user.");

    private static final JsonSchema LIMIT =
            JsonSchema.object()
                    .requiring("operations", JsonSchema.string())
                    .requiring("calls", JsonSchema.integer())
                    .requiring("time", JsonSchema.string())
                    .requiring("by", JsonSchema.oneOf("app", "address", "user"));

    private final LimitsSettings settings;
    private final Counters counters;
    private final AppLimits limits;
    private final Function<String, Optional<App>> apps;
    private final LimitSharing sharing;
    private final List<Operation> known = new ArrayList<>();

    LimitsCapability(Platform platform, LimitsSettings settings) {
        this(
                platform.database(),
                platform.store().invalidations(),
                settings,
                new Counters(platform.timing()::nanos),
                platform::app,
                platform.timing());
    }

    LimitsCapability(
            Database database,
            Invalidations invalidations,
            LimitsSettings settings,
            Counters counters,
            Function<String, Optional<App>> apps,
            Timing timing) {
        this.settings = settings;
        this.counters = counters;
        this.apps = apps;
        this.limits = new AppLimits(database, invalidations);
        this.sharing = new LimitSharing(counters, invalidations, timing);
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<LimitsSettings> plan(Settings in) {
        return new CapabilityPlan<>(LimitsSettings.read(in), LimitsCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        var shown =
                JsonSchema.object()
                        .requiring("limits", JsonSchema.array(LIMIT))
                        .requiring("server", JsonSchema.array(LIMIT));
        return List.of(
                Operation.get("limits.get", "/limits")
                        .access(Access.MASTER_READ)
                        .summary("Lists the limits of this app, and those of the server.")
                        .output(shown)
                        .handle(this::answer),
                Operation.put("limits.set", "/limits")
                        .access(Access.MASTER)
                        .deed("set limits")
                        .summary("Puts limits in the place of those that this app has.")
                        .input(JsonSchema.object().requiring("limits", JsonSchema.array(LIMIT)))
                        .output(shown)
                        .errors(ErrorCode.INVALID_VALUE)
                        .handle(this::set));
    }

    @Override
    public Optional<OperationStep> step() {
        return Optional.of(this::around);
    }

    private Handler around(Operation operation, Handler next) {
        known.add(operation);
        var gate = new Gate(counters, settings.rules(), limits, apps, operation);
        return call -> {
            gate.pass(call);
            return next.handle(call);
        };
    }

    @Override
    public void measure(Gauges to) {
        to.gauge(
                "rialto.limits.counters",
                "Callers whose calls this node counts, once for each limit.",
                counters::size);
    }

    /// @throws SetupException when a limit of the operator is about nothing
    @Override
    public void start() {
        aboutNothing(settings.rules())
                .ifPresent(problem -> {
                    throw new SetupException("limits.rules: " + problem);
                });
        sharing.start();
    }

    private Optional<String> aboutNothing(List<RateLimit> limits) {
        return limits.stream()
                .filter(limit ->
                        known.stream().noneMatch(operation -> limit.appliesTo(operation.id())))
                .findFirst()
                .map(limit -> "there is no operation " + limit.operations());
    }

    private Answer set(Call call) {
        List<RateLimit> wanted = LimitsJson.read(call.body());
        aboutNothing(wanted)
                .ifPresent(problem -> {
                    throw LimitsJson.wrong(problem);
                });
        wanted.stream()
                .filter(each -> each.operations().startsWith(NAME + "."))
                .findFirst()
                .ifPresent(each -> {
                    throw LimitsJson.wrong("limits of an app do not count " + each.operations());
                });
        limits.replace(call.app(), wanted);
        return answer(call);
    }

    private Answer answer(Call call) {
        var answer = Json.object();
        answer.set("limits", LimitsJson.write(limits.of(call.app())));
        answer.set("server", LimitsJson.write(settings.rules()));
        return Answer.ok(answer);
    }

    @Override
    public void close() {
        sharing.close();
    }
}
