package dev.rialto.secondfactor;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Settings of the second factor, which apps may have their own of.
///
/// @param options what users may set up; none by default
/// @param codes how new secrets make codes
/// @param stepUp operations that ask for a proof
public record SecondFactorSettings(Set<Kind> options, Totp codes, List<OperationPattern> stepUp) {

    /// What codes come from.
    enum Kind {
        /// An authenticator app.
        TOTP,
        /// A message to a phone.
        SMS;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static SecondFactorSettings defaults() {
        return new SecondFactorSettings(
                Set.of(), new Totp(Totp.Algorithm.SHA1, 6, Duration.ofSeconds(30)), List.of());
    }

    /// Reads what the operator or an app's owner has set.
    public static SecondFactorSettings read(Settings in) {
        SecondFactorSettings standard = defaults();
        List<String> options = in.list("second-factor.options", List.of());
        int digits = in.integer("second-factor.digits", standard.codes().digits());
        Duration period = in.duration("second-factor.period", standard.codes().period());
        Totp.Algorithm algorithm =
                in.choice(
                        "second-factor.algorithm",
                        Totp.Algorithm.class,
                        standard.codes().algorithm());
        List<String> stepUp = in.list("second-factor.step-up", List.of());
        return in.build(
                standard,
                () ->
                        new SecondFactorSettings(
                                options.stream()
                                        .map(SecondFactorSettings::kind)
                                        .collect(Collectors.toUnmodifiableSet()),
                                new Totp(algorithm, digits, period),
                                stepUp.stream().map(OperationPattern::new).toList()));
    }

    private static Kind kind(String text) {
        return Stream.of(Kind.values())
                .filter(each -> each.text().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "second-factor.options: \"%s\" is not totp or sms"
                                        .formatted(text)));
    }
}
