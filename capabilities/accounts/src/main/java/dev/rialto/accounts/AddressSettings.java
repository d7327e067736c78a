package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.time.Duration;

/// Limits on wrong passwords and sign-ups from one address, in all apps.
///
/// @param failures wrong passwords from one address within a window; 0 for no limit
/// @param signUps new users from one address within a window; 0 for no limit
/// @param window the period of counting
public record AddressSettings(int failures, int signUps, Duration window) {
    public AddressSettings {
        if (failures < 0 || signUps < 0) {
            throw new IllegalArgumentException(
                    "accounts.failures-per-address and accounts.sign-ups-per-address must not be"
                            + " negative");
        }
    }

    public static AddressSettings defaults() {
        return new AddressSettings(100, 1_000, LockoutSettings.defaults().window());
    }

    static AddressSettings read(Settings in, Duration window) {
        AddressSettings standard = defaults();
        int failures = in.integer("accounts.failures-per-address", standard.failures());
        int signUps = in.integer("accounts.sign-ups-per-address", standard.signUps());
        return in.build(standard, () -> new AddressSettings(failures, signUps, window));
    }
}
