package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ClientNetwork;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.AppSettings.PerApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttemptLimitsTest {
    private static final String LOCKED =
            "Your account is locked due to multiple failed login attempts. Please try again after";
    private static final String WRONG = "Invalid username/password.";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String said(String username, String password) {
        return "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(username, password);
    }

    private static Reply logIn(String username, String password) {
        return server.client.post("/login", said(username, password));
    }

    private static void guess(String username, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(logIn(username, "guess " + i).error()).isEqualTo(WRONG);
        }
    }

    /// Every door by which a password can be tried.
    private interface Door {
        Reply attempt(String username, String password);
    }

    @TestFactory
    Stream<DynamicTest> locksANameAtEveryDoor() {
        return Stream.<Map.Entry<String, Door>>of(
                        Map.entry("POST /login", AttemptLimitsTest::logIn),
                        Map.entry(
                                "GET /login",
                                (name, password) ->
                                        server.client.get("/login", said(name, password))),
                        Map.entry(
                                "POST /verifyPassword",
                                (name, password) ->
                                        server.client.post(
                                                "/verifyPassword", said(name, password))),
                        Map.entry(
                                "GET /verifyPassword",
                                (name, password) ->
                                        server.client.get("/verifyPassword", said(name, password))),
                        Map.entry(
                                "with the master key",
                                (name, password) ->
                                        server.master().post("/login", said(name, password))))
                .map(door ->
                        DynamicTest.dynamicTest(
                                door.getKey(), () -> locks(server.freshName(), door.getValue())));
    }

    private static void locks(String username, Door door) {
        Reply user = server.signUp(username);
        for (int i = 0; i < 10; i++) {
            assertThat(door.attempt(username, "guess").error()).isEqualTo(WRONG);
        }
        Reply refused = door.attempt(username, "secret");
        assertThat(refused.code()).isEqualTo(101);
        assertThat(refused.error()).isEqualTo(LOCKED + " 1 minute(s)");
        assertThat(server.as(user).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void doesNotTellWhetherALockedNameExists() {
        String nobody = server.freshName();
        guess(nobody, 10);
        int before = server.hasher.compared();
        assertThat(logIn(nobody.toUpperCase(Locale.ROOT), "guess").error())
                .isEqualTo(LOCKED + " 1 minute(s)");
        assertThat(server.hasher.compared()).isEqualTo(before);
    }

    @Test
    void locksLongerEachTimeAndForgetsWithTheRightPassword() {
        String username = server.freshName();
        server.signUp(username);
        guess(username, 10);
        for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(logIn(username, "secret").error())
                    .isEqualTo(LOCKED + " " + minutes + " minute(s)");
            server.clock.advance(Duration.ofMinutes(minutes));
            guess(username, 1);
        }
        server.clock.advance(Duration.ofMinutes(60));
        assertThat(logIn(username, "secret").status()).isEqualTo(200);
        guess(username, 9);
        assertThat(logIn(username, "secret").status()).isEqualTo(200);
    }

    @Test
    void forgetsWrongPasswordsOfLongAgo() {
        String username = server.freshName();
        server.signUp(username);
        guess(username, 9);
        server.clock.advance(Duration.ofMinutes(16));
        guess(username, 9);
        assertThat(logIn(username, "secret").status()).isEqualTo(200);
    }

    @Test
    void unlocksWithANewPassword() {
        String byMaster = server.freshName();
        Reply user = server.signUp(byMaster);
        guess(byMaster, 10);
        String path = "/users/" + user.text("objectId");
        assertThat(server.master().put(path, "{\"password\": \"fresh\"}").status()).isEqualTo(200);
        assertThat(logIn(byMaster, "fresh").status()).isEqualTo(200);

        String byOwner = server.freshName();
        Reply owner = server.signUp(byOwner);
        guess(byOwner, 10);
        assertThat(
                        server.as(owner)
                                .put(
                                        "/users/" + owner.text("objectId"),
                                        "{\"password\": \"fresh\"}")
                                .status())
                .isEqualTo(200);
        assertThat(logIn(byOwner, "fresh").status()).isEqualTo(200);
    }

    @Test
    void checksNoMorePasswordsThatComeAtOnce() throws Exception {
        String username = server.freshName();
        server.signUp(username);
        int before = server.hasher.compared();
        List<Future<Reply>> replies = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                String password = "guess " + i;
                replies.add(threads.submit(() -> logIn(username, password)));
            }
        }
        assertThat(server.hasher.compared() - before).isEqualTo(10);
        for (Future<Reply> each : replies) {
            assertThat(each.get().code()).isEqualTo(101);
        }
    }

    @Test
    void limitsFailuresAndSignUpsOfAnAddress() {
        var limits = perAddress(3, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(attempt(limits, "name " + i, "192.0.2.1", false)).isEmpty();
        }
        assertThatThrownBy(() -> attempt(limits, "name", "192.0.2.1", true))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("too many wrong passwords from your address");
        assertThat(attempt(limits, "name", "192.0.2.2", true)).isPresent();
        limits.signUp("192.0.2.1");
        limits.signUp("192.0.2.1");
        limits.signUp("192.0.2.2");
        assertThatThrownBy(() -> limits.signUp("192.0.2.1")).hasMessageContaining("15 minute(s)");
        server.clock.advance(Duration.ofMinutes(15));
        limits.signUp("192.0.2.1");
        assertThat(attempt(limits, "name", "192.0.2.1", true)).isPresent();
    }

    /// More attempts than the limit are under way before the first is decided.
    @Test
    void checksNoMorePasswordsOfAnAddressThatComeAtOnce() throws Exception {
        int most = 7;
        var limits = perAddress(most, 0);
        var checked = new AtomicInteger();
        var full = new CountDownLatch(most);
        List<Future<Optional<String>>> attempts = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                String name = "name " + i;
                String address = "2001:db8:1:2::" + Integer.toHexString(i + 1);
                attempts.add(
                        threads.submit(() ->
                                limits.check(
                                        server.app(),
                                        List.of(name),
                                        from(address),
                                        () -> {
                                            checked.incrementAndGet();
                                            full.countDown();
                                            awaitQuietly(full);
                                            return Optional.<String>empty();
                                        },
                                        found -> found)));
            }
        }
        assertThat(checked).hasValue(most);
        assertThat(attempts)
                .filteredOn(attempt -> attempt.state() == Future.State.FAILED)
                .hasSize(50 - most)
                .allSatisfy(attempt ->
                        assertThat(attempt.exceptionNow())
                                .hasMessageContaining("too many wrong passwords"));
    }

    private static AttemptLimits.From from(String address) {
        return new AttemptLimits.From(address, address);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    @Test
    void countsSignUpsOfAnAddressThatComeAtOnce() {
        var limits = perAddress(0, 5);
        List<Future<?>> attempts = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                attempts.add(threads.submit(() -> limits.signUp("::ffff:192.0.2.7")));
            }
        }
        assertThat(attempts)
                .filteredOn(attempt -> attempt.state() == Future.State.SUCCESS)
                .hasSize(5);
        assertThatThrownBy(() -> limits.signUp("192.0.2.7")).hasMessageContaining("sign-ups");
    }

    /// An address where many share one connection is not refused for right passwords.
    @Test
    void letsRightPasswordsThatComeAtOnceWaitForEachOther() {
        var limits = perAddress(1, 0);
        List<Future<Optional<String>>> attempts = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                String name = "name " + i;
                attempts.add(threads.submit(() -> attempt(limits, name, "192.0.2.8", true)));
            }
        }
        assertThat(attempts).allMatch(attempt -> attempt.resultNow().isPresent());
    }

    private static final class DefaultPolicy implements PerApp<AccountPolicy> {
        @Override
        public AccountPolicy of(App app) {
            return AccountPolicy.defaults();
        }
    }

    private static AttemptLimits perAddress(int failures, int signUps) {
        return new AttemptLimits(
                new DefaultPolicy(),
                new AddressSettings(failures, signUps, Duration.ofMinutes(15)),
                server.lockouts(),
                Duration.ofSeconds(60),
                server.clock);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::FFFF:c000:201, 192.0.2.1",
        "0:0:0:0:0:ffff:c000:0201, 192.0.2.1",
        "2001:db8:1:2::1, 20010db800010002/64",
        "2001:DB8:1:2:ffff:ffff:ffff:ffff, 20010db800010002/64",
        "2001:db8:1:2:0:0:192.0.2.1, 20010db800010002/64",
        "2001:db8:1:3::1, 20010db800010003/64",
        "2001:db8:1::1, 20010db800010000/64",
        "::1, 0000000000000000/64",
        "fe80::1%eth0, fe80000000000000/64",
        "fe80::2%7, fe80000000000000/64",
        "unknown, unknown"
    })
    void countsAnIpv6NetworkAsOneAddress(String address, String key) {
        assertThat(ClientNetwork.of(address)).isEqualTo(key);
    }

    private static Optional<String> attempt(
            AttemptLimits limits, String name, String address, boolean right) {
        return limits.check(
                server.app(),
                List.of(name),
                from(address),
                () -> right ? Optional.of("user") : Optional.empty(),
                found -> found);
    }

    @Test
    void countsNoFailureOfTheServer() {
        var limits = perAddress(100, 0);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() ->
                            limits.check(
                                    server.app(),
                                    List.of("name"),
                                    from("192.0.2.1"),
                                    () -> {
                                        throw new IllegalStateException("no database");
                                    },
                                    Object::toString))
                    .hasMessage("no database");
        }
        assertThat(attempt(limits, "name", "192.0.2.1", true)).isPresent();
    }
}
