package dev.rialto.accounts;

import dev.rialto.accounts.Failures.Limit;
import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Limits on wrong passwords for one account.
///
/// @param failures wrong passwords for one name from one network within a window that lock it
///   there; 0 never locks
/// @param failuresPerAccount wrong passwords for one name from all networks that lock it everywhere
///   but where the user has a session; 0 never locks
/// @param window the period of counting
/// @param time how long the first lock lasts; each further one lasts twice as long
/// @param maxTime the maximum duration of a lock
/// @param unlockOnPasswordReset whether a new password unlocks
public record LockoutSettings(
        int failures,
        int failuresPerAccount,
        Duration window,
        Duration time,
        Duration maxTime,
        boolean unlockOnPasswordReset) {
    private static final Duration MAX_TIME = Duration.ofDays(100);

    public LockoutSettings {
        if (failures < 0 || failuresPerAccount < 0) {
            throw new IllegalArgumentException(
                    "accounts.lockout-after and accounts.lockout-account-after must not be"
                            + " negative");
        }
        positive("accounts.lockout-window", window);
        positive("accounts.lockout-time", time);
        if (maxTime.compareTo(time) < 0 || maxTime.compareTo(MAX_TIME) > 0) {
            throw new IllegalArgumentException(
                    "accounts.lockout-longest must not be less than accounts.lockout-time, nor"
                            + " more than 100d");
        }
    }

    public static LockoutSettings defaults() {
        return new LockoutSettings(
                10, 100, Duration.ofMinutes(15), Duration.ofMinutes(1), Duration.ofHours(1), true);
    }

    static LockoutSettings read(Settings in) {
        LockoutSettings standard = defaults();
        int failures = in.integer("accounts.lockout-after", standard.failures());
        int byAccount = in.integer("accounts.lockout-account-after", standard.failuresPerAccount());
        var window = in.duration("accounts.lockout-window", standard.window());
        var time = in.duration("accounts.lockout-time", standard.time());
        var maxTime = in.duration("accounts.lockout-longest", standard.maxTime());
        boolean unlock =
                in.yes("accounts.unlock-on-password-reset", standard.unlockOnPasswordReset());
        return in.build(
                standard,
                () -> new LockoutSettings(failures, byAccount, window, time, maxTime, unlock));
    }

    /// Whether wrong passwords lock anything.
    boolean counts() {
        return failures > 0 || failuresPerAccount > 0;
    }

    /// For an account from one network.
    Limit here() {
        return new Limit(failures, window, time, maxTime);
    }

    /// For an account from all networks.
    Limit everywhere() {
        return new Limit(failuresPerAccount, window, time, maxTime);
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(key + " must be positive");
        }
    }
}
