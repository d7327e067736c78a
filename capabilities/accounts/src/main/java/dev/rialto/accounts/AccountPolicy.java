package dev.rialto.accounts;

import dev.rialto.kernel.Settings;

/// What the owner of an app decides about its accounts.
public record AccountPolicy(
        PasswordPolicy passwords, LockoutSettings lockout, SessionPolicy sessions) {
    public static AccountPolicy defaults() {
        return new AccountPolicy(
                PasswordPolicy.defaults(), LockoutSettings.defaults(), SessionPolicy.defaults());
    }

    static AccountPolicy read(Settings in) {
        return new AccountPolicy(
                PasswordPolicy.read(in), LockoutSettings.read(in), SessionPolicy.read(in));
    }
}
