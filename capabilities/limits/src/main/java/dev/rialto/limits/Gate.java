package dev.rialto.limits;

import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Lets calls of one operation pass as long as they keep to all limits.
final class Gate {
    /// How the paths of operations that need no key name the app that they are about.
    private static final String APP_ID = "appId";

    private final Counters counters;
    private final List<RateLimit> server;
    private final AppLimits limits;
    private final Function<String, Optional<App>> apps;
    private final Operation operation;
    private final boolean pathNamesApp;

    /// The limits of an app don't count how it changes them: else it could not lift one that
    /// strangers keep used up.
    private final boolean setsLimits;

    /// A limit and whom it counts a call for.
    private record Counted(RateLimit limit, String who) {}

    /// @param server the limits of the server, those about other operations among them
    /// @param apps finds an app by its id
    Gate(
            Counters counters,
            List<RateLimit> server,
            AppLimits limits,
            Function<String, Optional<App>> apps,
            Operation operation) {
        this.counters = counters;
        this.server = server.stream().filter(each -> each.appliesTo(operation.id())).toList();
        this.limits = limits;
        this.apps = apps;
        this.operation = operation;
        this.setsLimits = operation.capability().equals(LimitsCapability.NAME);
        this.pathNamesApp = operation.path().contains("/{" + APP_ID + "}");
    }

    /// Counts a call. What code of the server's own calls is part of a call that was counted, or of
    /// work that has limits of its own.
    ///
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED when a limit is reached; then none has
    ///   counted the call
    void pass(Call call) {
        if (call.remoteAddress().isEmpty()) {
            return;
        }
        List<Counted> passed = new ArrayList<>();
        for (Counted each : about(call)) {
            Optional<Duration> wait = counters.count(each.limit(), each.who());
            if (wait.isPresent()) {
                passed.forEach(earlier -> counters.discount(earlier.limit(), earlier.who()));
                throw exceeded(each.limit(), wait.get());
            }
            passed.add(each);
        }
    }

    private List<Counted> about(Call call) {
        Optional<App> app = app(call);
        List<RateLimit> own = setsLimits ? List.of() : app.map(limits::of).orElse(List.of());
        if (server.isEmpty() && own.isEmpty()) {
            return List.of();
        }
        List<Counted> all = new ArrayList<>();
        for (RateLimit each : server) {
            who(each, call, app).ifPresent(who -> all.add(new Counted(each, "server " + who)));
        }
        for (RateLimit each : own) {
            if (each.appliesTo(operation.id())) {
                who(each, call, app)
                        .ifPresent(
                                who -> all.add(new Counted(each, app.get().schema() + " " + who)));
            }
        }
        return all;
    }

    private Optional<App> app(Call call) {
        if (operation.access() != Access.PUBLIC) {
            return Optional.of(call.app());
        }
        return pathNamesApp ? apps.apply(call.path(APP_ID)) : Optional.empty();
    }

    /// Empty when a limit does not count a call: holders of a key are the app itself, which only
    /// limits by app count.
    private static Optional<String> who(RateLimit limit, Call call, Optional<App> app) {
        if (limit.by() == RateLimit.By.APP) {
            return app.map(each -> "app " + each.schema());
        }
        if (call.caller().seesEverything()) {
            return Optional.empty();
        }
        boolean isUser = limit.by() == RateLimit.By.USER;
        return Optional.of(
                isUser && call.caller() instanceof Caller.User user
                        ? "user " + call.app().schema() + " " + user.id()
                        : address(call));
    }

    private static String address(Call call) {
        return "address " + ClientNetwork.of(call.remoteAddress());
    }

    private RialtoException exceeded(RateLimit limit, Duration wait) {
        String whose =
                switch (limit.by()) {
                    case APP -> "of this app";
                    case ADDRESS -> "from your address";
                    case USER -> "by one user";
                };
        return new RialtoException(
                ErrorCode.REQUEST_LIMIT_EXCEEDED,
                "too many calls %s: the limit of %s is %s"
                        .formatted(whose, limit.operations(), limit.rate()),
                wait);
    }
}
