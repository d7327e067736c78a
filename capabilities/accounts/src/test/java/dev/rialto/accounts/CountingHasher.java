package dev.rialto.accounts;

import java.util.concurrent.atomic.AtomicInteger;

/// Argon2 with little memory, and a count of how often a password was compared.
final class CountingHasher implements PasswordHasher {
    private final PasswordHasher hasher;
    private final AtomicInteger compared = new AtomicInteger();

    CountingHasher(AccountsSettings settings) {
        this.hasher = new Argon2Hasher(settings);
    }

    int compared() {
        return compared.get();
    }

    @Override
    public String hash(String password) {
        return hasher.hash(password);
    }

    @Override
    public boolean matches(String password, String stored) {
        compared.incrementAndGet();
        return hasher.matches(password, stored);
    }

    @Override
    public boolean isOutdated(String stored) {
        return hasher.isOutdated(stored);
    }
}
