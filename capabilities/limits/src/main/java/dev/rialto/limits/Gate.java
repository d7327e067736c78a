package dev.rialto.limits;

import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lets calls of one operation pass as long as they keep to all limits.
final class Gate {
    private final Counters counters;
    private final List<RateLimit> server;
    private final AppLimits apps;
    private final Operation operation;

    /// A limit and whom it counts a call for.
    private record Counted(RateLimit limit, String who) {}

    /// @param server the limits of the server, those about other operations among them
    Gate(Counters counters, List<RateLimit> server, AppLimits apps, Operation operation) {
        this.counters = counters;
        this.server = server.stream().filter(each -> each.appliesTo(operation.id())).toList();
        this.apps = apps;
        this.operation = operation;
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
        boolean hasApp = operation.access() != Access.PUBLIC;
        List<RateLimit> own = hasApp ? apps.of(call.app()) : List.of();
        if (server.isEmpty() && own.isEmpty()) {
            return List.of();
        }
        List<Counted> all = new ArrayList<>();
        for (RateLimit each : server) {
            who(each, call, hasApp).ifPresent(who -> all.add(new Counted(each, "server " + who)));
        }
        for (RateLimit each : own) {
            if (each.appliesTo(operation.id())) {
                who(each, call, hasApp)
                        .ifPresent(
                                who -> all.add(new Counted(each, call.app().schema() + " " + who)));
            }
        }
        return all;
    }

    /// Empty when a limit does not count a call: holders of a key are the app itself, which only
    /// limits by app count.
    private static Optional<String> who(RateLimit limit, Call call, boolean hasApp) {
        boolean keyHolder = call.caller().seesEverything();
        return switch (limit.by()) {
            case APP -> hasApp ? Optional.of("app " + call.app().schema()) : Optional.empty();
            case ADDRESS -> keyHolder ? Optional.empty() : Optional.of(address(call));
            case USER -> {
                if (keyHolder) {
                    yield Optional.empty();
                }
                yield Optional.of(
                        call.caller() instanceof Caller.User user
                                ? "user " + call.app().schema() + " " + user.id()
                                : address(call));
            }
        };
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
