package dev.rialto.analytics;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Counts the events that clients track, as Parse's SDKs do with `Parse.Analytics.track`.
public final class AnalyticsCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "data", "usage", "analytics", "Counts the events that clients track.");

    private static final JsonSchema COUNT =
            JsonSchema.object()
                    .requiring("day", JsonSchema.string("date"))
                    .requiring("event", JsonSchema.string())
                    .requiring("dimensions", JsonSchema.map(JsonSchema.string()))
                    .requiring("count", JsonSchema.integer());

    private static final int MAX_LIST_SIZE = 10_000;
    private static final int USUAL_DAYS = 7;

    private final EventCounts counts;
    private final AnalyticsSettings settings;
    private final InstantSource clock;

    AnalyticsCapability(Platform platform, AnalyticsSettings settings) {
        this(new EventCounts(platform.database()), settings, platform.clock());
    }

    AnalyticsCapability(EventCounts counts, AnalyticsSettings settings, InstantSource clock) {
        this.counts = counts;
        this.settings = settings;
        this.clock = clock;
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<AnalyticsSettings> plan(Settings in) {
        return new CapabilityPlan<>(AnalyticsSettings.read(in), AnalyticsCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.post("analytics.track", "/events/{eventName}")
                        .summary("Counts an event.")
                        .input(
                                JsonSchema.object()
                                        .with("at", JsonSchema.named("Date"))
                                        .with("dimensions", JsonSchema.map(JsonSchema.string())))
                        .output(JsonSchema.object())
                        .errors(ErrorCode.INVALID_VALUE, ErrorCode.EXCEEDED_QUOTA)
                        .handle(this::track),
                Operation.get("analytics.counts", "/events")
                        .access(Access.MASTER_READ)
                        .summary("Lists how often events were tracked, the newest day first.")
                        .query("from", JsonSchema.string("date"), "The first day.")
                        .query("to", JsonSchema.string("date"), "The last day; today by default.")
                        .query("event", JsonSchema.string(), "Only events of this name.")
                        .output(
                                JsonSchema.object()
                                        .requiring("results", JsonSchema.array(COUNT))
                                        .requiring("more", JsonSchema.bool()))
                        .errors(ErrorCode.INVALID_QUERY)
                        .handle(this::counts));
    }

    @Override
    public void tidy(App app) {
        counts.removeBefore(app, today().minusDays(settings.keep().toDays()));
    }

    private Answer track(Call call) {
        var event = TrackedEvent.read(call.path("eventName"), call.body(), clock.instant());
        if (!counts.add(call.app(), event, settings.maxSeries())) {
            throw new RialtoException(
                    ErrorCode.EXCEEDED_QUOTA,
                    "this app has counted %d different events on %s (analytics.max-series)"
                            .formatted(settings.maxSeries(), event.day()));
        }
        return Answer.ok(Json.object());
    }

    private Answer counts(Call call) {
        LocalDate last = day(call, "to").orElseGet(this::today);
        LocalDate first = day(call, "from").orElseGet(() -> last.minusDays(USUAL_DAYS - 1));
        var found =
                counts.between(
                        call.app(), first, last, parameter(call, "event"), MAX_LIST_SIZE + 1);
        ObjectNode answer = Json.object();
        answer.putArray("results").addAll(found.stream().limit(MAX_LIST_SIZE).toList());
        return Answer.ok(answer.put("more", found.size() > MAX_LIST_SIZE));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static Optional<String> parameter(Call call, String name) {
        return Optional.ofNullable(call.parameters().get(name)).map(value -> value.asString(""));
    }

    private static Optional<LocalDate> day(Call call, String name) {
        try {
            return parameter(call, name).map(LocalDate::parse);
        } catch (DateTimeException wrong) {
            throw new RialtoException(
                    ErrorCode.INVALID_QUERY, name + " must be a day such as 2026-11-28");
        }
    }
}
