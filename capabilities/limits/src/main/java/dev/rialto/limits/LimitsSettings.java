package dev.rialto.limits;

import dev.rialto.kernel.Settings;
import java.util.List;

/// What an operator may set about limits.
///
/// @param rules limits that hold for every app
public record LimitsSettings(List<RateLimit> rules) {
    public LimitsSettings {
        rules = List.copyOf(rules);
        RateLimit.repeated(rules)
                .ifPresent(twice -> {
                    throw new IllegalArgumentException(
                            "limits.rules: \"" + twice + "\" is there twice");
                });
    }

    public static LimitsSettings defaults() {
        return new LimitsSettings(List.of());
    }

    /// Reads what the operator has set.
    public static LimitsSettings read(Settings in) {
        List<String> rules = in.list("limits.rules", List.of());
        return in.build(
                defaults(),
                () -> new LimitsSettings(rules.stream().map(LimitsSettings::rule).toList()));
    }

    private static RateLimit rule(String text) {
        try {
            return RateLimit.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("limits.rules: " + wrong.getMessage(), wrong);
        }
    }
}
