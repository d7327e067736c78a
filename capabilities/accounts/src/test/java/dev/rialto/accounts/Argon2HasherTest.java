package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2HasherTest {
    private final Argon2Hasher hasher = new Argon2Hasher(settings(256, 2, Duration.ofSeconds(5)));

    static AccountsSettings settings(int memory, int atOnce, Duration patience) {
        return new AccountsSettings(
                memory,
                1,
                1,
                atOnce,
                patience,
                1000,
                Duration.ofSeconds(30),
                true,
                AddressSettings.defaults(),
                Optional.empty(),
                AccountPolicy.defaults());
    }

    @Test
    void defaultsAreWhatOwaspAsksForAtLeast() {
        AccountsSettings defaults = AccountsSettings.defaults();

        assertThat(defaults.passwordMemory()).isGreaterThanOrEqualTo(19 * 1024);
        assertThat(defaults.passwordIterations()).isGreaterThanOrEqualTo(2);
        assertThat(defaults.policy().sessions().length()).isEqualTo(Duration.ofDays(365));
    }

    @Test
    void knowsAPasswordAgain() {
        String stored = hasher.hash("pässword");

        assertThat(stored).startsWith("$argon2id$v=19$m=256,t=1,p=1$");
        assertThat(hasher.matches("pässword", stored)).isTrue();
        assertThat(hasher.matches("password", stored)).isFalse();
        assertThat(hasher.isOutdated(stored)).isFalse();
    }

    @Test
    void hashesTheSamePasswordDifferentlyEachTime() {
        assertThat(hasher.hash("p")).isNotEqualTo(hasher.hash("p"));
    }

    /// From the tests of Argon2's reference implementation.
    @Test
    void agreesWithTheReferenceImplementation() {
        String stored =
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(hasher.matches("password", stored)).isTrue();
        assertThat(hasher.matches("Password", stored)).isFalse();
        assertThat(hasher.isOutdated(stored)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2a", "2b", "2y"})
    void acceptsBcryptOfParseServer(String version) {
        String stored =
                OpenBSDBCrypt.generate(
                        version,
                        "secret".getBytes(StandardCharsets.UTF_8),
                        "sixteen bytes ok".getBytes(StandardCharsets.UTF_8),
                        4);

        assertThat(hasher.matches("secret", stored)).isTrue();
        assertThat(hasher.matches("Secret", stored)).isFalse();
        assertThat(hasher.isOutdated(stored)).isTrue();
    }

    /// From the tests of Openwall's crypt_blowfish.
    @Test
    void agreesWithOpenwallsBcrypt() {
        String stored = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

        assertThat(hasher.matches("U*U", stored)).isTrue();
        assertThat(hasher.matches("U*V", stored)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password",
                "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$$",
                "$argon2d$v=19$m=256,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2b$10$short"
            })
    void nothingMatchesAHashThatIsNone(String stored) {
        assertThat(hasher.matches("password", stored)).isFalse();
        assertThat(hasher.matches("", stored)).isFalse();
    }

    @Test
    void shedsLoadInsteadOfHashingTooManyAtOnce() throws InterruptedException {
        var slow = new Argon2Hasher(settings(65_536, 1, Duration.ofMillis(1)));
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            threads.add(
                    Thread.startVirtualThread(() -> {
                        Throwable failure = catchThrowable(() -> slow.hash("p"));
                        if (failure != null) {
                            failures.add(failure);
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures)
                .isNotEmpty()
                .allSatisfy(failure ->
                        assertThat(((RialtoException) failure).code())
                                .isEqualTo(ErrorCode.OVERLOADED));
        assertThat(slow.hash("p")).isNotEmpty();
    }
}
