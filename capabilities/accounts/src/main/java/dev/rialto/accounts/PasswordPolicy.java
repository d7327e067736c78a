package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.Optional;

/// Which passwords the users of an app may choose, and for how long.
///
/// @param minLength the minimum length of a new password
/// @param pattern what a new password must match
/// @param error what a client is told of a password that is too short, does not match or is leaked
/// @param notUsername whether a password must not contain the username
/// @param history of how many last passwords a new one must differ; 0 for none
/// @param maxAge how long a password is accepted; zero for no limit
public record PasswordPolicy(
        int minLength,
        Optional<PasswordPattern> pattern,
        Optional<String> error,
        boolean notUsername,
        int history,
        Duration maxAge) {
    private static final int MAX_HISTORY = 20;
    private static final Duration MAX_AGE = Duration.ofDays(36_500);
    private static final int MAX_ERROR_LENGTH = 1_000;

    public PasswordPolicy {
        if (minLength < 1 || minLength > Credentials.MAX_PASSWORD_LENGTH) {
            throw new IllegalArgumentException(
                    "accounts.password-min-length must be 1 to " + Credentials.MAX_PASSWORD_LENGTH);
        }
        if (history < 0 || history > MAX_HISTORY) {
            throw new IllegalArgumentException(
                    "accounts.password-history must be 0 to " + MAX_HISTORY);
        }
        if (maxAge.isNegative() || maxAge.compareTo(MAX_AGE) > 0) {
            throw new IllegalArgumentException("accounts.password-max-age must be 0s to 36500d");
        }
        if (error.filter(text -> text.length() > MAX_ERROR_LENGTH).isPresent()) {
            throw new IllegalArgumentException(
                    "accounts.password-error must have at most "
                            + MAX_ERROR_LENGTH
                            + " characters");
        }
    }

    /// Accepts any password, as Parse does.
    public static PasswordPolicy defaults() {
        return new PasswordPolicy(1, Optional.empty(), Optional.empty(), false, 0, Duration.ZERO);
    }

    static PasswordPolicy read(Settings in) {
        PasswordPolicy standard = defaults();
        int shortest = in.integer("accounts.password-min-length", standard.minLength());
        Optional<String> pattern = in.text("accounts.password-pattern");
        Optional<String> error = in.text("accounts.password-error");
        boolean notUsername = in.yes("accounts.password-not-username", standard.notUsername());
        int history = in.integer("accounts.password-history", standard.history());
        var maxAge = in.duration("accounts.password-max-age", standard.maxAge());
        return in.build(
                standard,
                () ->
                        new PasswordPolicy(
                                shortest,
                                pattern.map(PasswordPattern::new),
                                error,
                                notUsername,
                                history,
                                maxAge));
    }
}
