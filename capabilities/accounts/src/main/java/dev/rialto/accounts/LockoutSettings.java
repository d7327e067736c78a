package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Limits on wrong passwords and sign-ups.
///
/// @param failures wrong passwords for one name within a window that lock it; 0 never locks
/// @param window the period of counting
/// @param time how long the first lock lasts; each further one lasts twice as long
/// @param maxTime the maximum duration of a lock
/// @param failuresPerAddress wrong passwords from one address within a window; 0 for no limit
/// @param signUpsPerAddress new users from one address within a window; 0 for no limit
public record LockoutSettings(
        int failures,
        Duration window,
        Duration time,
        Duration maxTime,
        int failuresPerAddress,
        int signUpsPerAddress) {
    public LockoutSettings {
        if (failures < 0 || failuresPerAddress < 0 || signUpsPerAddress < 0) {
            throw new IllegalArgumentException(
                    "accounts.lockout-after, accounts.failures-per-address and"
                            + " accounts.sign-ups-per-address must not be negative");
        }
        positive("accounts.lockout-window", window);
        positive("accounts.lockout-time", time);
        if (maxTime.compareTo(time) < 0) {
            throw new IllegalArgumentException(
                    "accounts.lockout-longest must not be less than accounts.lockout-time");
        }
    }

    public static LockoutSettings defaults() {
        return new LockoutSettings(
                10, Duration.ofMinutes(15), Duration.ofMinutes(1), Duration.ofHours(1), 100, 1_000);
    }

    /// Reads the operator's settings.
    static LockoutSettings read(Settings in) {
        LockoutSettings standard = defaults();
        int failures = in.integer("accounts.lockout-after", standard.failures());
        var window = in.duration("accounts.lockout-window", standard.window());
        var time = in.duration("accounts.lockout-time", standard.time());
        var maxTime = in.duration("accounts.lockout-longest", standard.maxTime());
        int byAddress = in.integer("accounts.failures-per-address", standard.failuresPerAddress());
        int signUps = in.integer("accounts.sign-ups-per-address", standard.signUpsPerAddress());
        return in.build(
                standard,
                () -> new LockoutSettings(failures, window, time, maxTime, byAddress, signUps));
    }

    private static void positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " must be positive");
        }
    }
}
