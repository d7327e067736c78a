package dev.rialto.accounts;

import dev.rialto.accounts.spi.SignInCheck;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.AppSettings.PerApp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Refuses log-ins with a password that is too old.
final class PasswordAge implements SignInCheck {
    private final PerApp<AccountPolicy> policies;
    private final AccountStore store;
    private final InstantSource clock;

    PasswordAge(PerApp<AccountPolicy> policies, AccountStore store, InstantSource clock) {
        this.policies = policies;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public void check(Attempt attempt) {
        Duration maxAge = policies.of(attempt.app()).passwords().maxAge();
        if (maxAge.isZero() || !attempt.opensSession() || !attempt.method().equals("password")) {
            return;
        }
        String changed = attempt.user().path(PasswordField.CHANGED).path("iso").asString("");
        if (changed.isEmpty()) {
            // The age of an imported password is counted from its first use.
            store.notePasswordChange(
                    attempt.app(), attempt.user().path("objectId").asString(""), clock.instant());
        } else if (Instant.parse(changed).plus(maxAge).isBefore(clock.instant())) {
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND,
                    "Your password has expired. Please reset your password.");
        }
    }
}
