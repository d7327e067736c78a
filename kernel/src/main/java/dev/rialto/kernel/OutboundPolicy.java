package dev.rialto.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which servers the deployed code of each app may connect to: [OutboundRules] for all apps, and
/// for those that have rules of their own (`shop=10.0.0.5:8080`) these in their place.
public final class OutboundPolicy {
    private final List<String> written;
    private final OutboundRules general;
    private final Map<String, OutboundRules> byApp;

    private OutboundPolicy(
            List<String> written, OutboundRules general, Map<String, OutboundRules> byApp) {
        this.written = List.copyOf(written);
        this.general = general;
        this.byApp = Map.copyOf(byApp);
    }

    /// The addresses of the public Internet, for all apps.
    public static OutboundPolicy publicInternet() {
        return of(List.of("public"));
    }

    /// Reads rules in the operator's notation, each with or without a prefix `APP=`.
    ///
    /// @throws IllegalArgumentException if one is not a valid rule
    public static OutboundPolicy of(List<String> rules) {
        List<String> general = new ArrayList<>();
        Map<String, List<String>> own = new LinkedHashMap<>();
        for (String each : rules) {
            int sign = each.indexOf('=');
            if (sign < 0) {
                general.add(each);
            } else {
                own.computeIfAbsent(each.substring(0, sign).strip(), _ -> new ArrayList<>())
                        .add(each.substring(sign + 1).strip());
            }
        }
        NameLookups names = OutboundRules.lookUps();
        Map<String, OutboundRules> byApp = new LinkedHashMap<>();
        own.forEach((app, itsRules) -> byApp.put(app, OutboundRules.of(itsRules, names)));
        return new OutboundPolicy(
                rules,
                OutboundRules.of(general.isEmpty() ? List.of("public") : general, names),
                byApp);
    }

    /// Reads the operator's settings.
    public static OutboundPolicy read(Settings in) {
        List<String> rules = in.list("functions.outbound", List.of("public"));
        return in.build(publicInternet(), () -> of(rules));
    }

    /// The rules for the code of an app.
    public OutboundRules rules(App app) {
        return own(app).orElse(general).askedBy(app);
    }

    /// The rules that only this app has.
    public Optional<OutboundRules> own(App app) {
        return Optional.ofNullable(byApp.get(app.id()));
    }

    /// The rules of all apps without their own.
    public OutboundRules general() {
        return general;
    }

    /// Whether both have the same rules.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OutboundPolicy policy && policy.written.equals(written);
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    @Override
    public String toString() {
        return written.toString();
    }
}
