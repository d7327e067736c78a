package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Locks that hold on all nodes, and don't lock out whom they protect.
final class LockoutTest {
    private static final String LOCKED = "Your account is locked";
    private static final String WRONG = "Invalid username/password.";

    private static TestServer server;
    private static TestServer.Node second;

    @BeforeAll
    static void start() {
        server = new TestServer();
        second = server.node();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void forget() {
        server.policy = AccountPolicy.defaults();
    }

    private static Reply logIn(Client client, String username, String password) {
        return client.post(
                "/login",
                "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(username, password));
    }

    private static Client at(int host) {
        return server.client.from("198.51.%d.%d".formatted(host / 250, host % 250), Map.of());
    }

    private static int rows() {
        return server.database()
                .queryFirst(
                        Sql.of("SELECT count(*) FROM app_test.\"_lockout\""), row -> row.getInt(1))
                .orElseThrow();
    }

    @Test
    void countsTogetherOnAllNodesAndAfterARestart() {
        String name = server.freshName();
        server.signUp(name);
        for (int i = 0; i < 5; i++) {
            assertThat(logIn(server.client, name, "guess").error()).isEqualTo(WRONG);
            assertThat(logIn(second.client(), name, "guess").error()).isEqualTo(WRONG);
        }
        assertThat(logIn(server.client, name, "secret").error()).startsWith(LOCKED);
        assertThat(logIn(second.client(), name, "secret").error()).startsWith(LOCKED);
        assertThat(logIn(server.node().client(), name, "secret").error())
                .as("a node that has just started")
                .startsWith(LOCKED);
    }

    /// Both nodes hash up to the limit, but no more outcomes than the limit are told.
    @Test
    void tellsNoMoreOutcomesOfARaceOnTwoNodes() throws Exception {
        String name = server.freshName();
        server.signUp(name);
        List<Future<Reply>> replies = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                Client client = i % 2 == 0 ? server.client : second.client();
                replies.add(threads.submit(() -> logIn(client, name, "guess")));
            }
        }
        Map<String, Integer> told = new HashMap<>();
        for (Future<Reply> each : replies) {
            told.merge(each.get().error().equals(WRONG) ? WRONG : LOCKED, 1, Integer::sum);
        }
        assertThat(told).isEqualTo(Map.of(WRONG, 10, LOCKED, 30));
    }

    @Test
    void unlocksOnAllNodesWithANewPassword() throws Exception {
        String name = server.freshName();
        Reply user = server.signUp(name);
        for (int i = 0; i < 10; i++) {
            logIn(second.client(), name, "guess");
        }
        assertThat(logIn(second.client(), name, "secret").error()).startsWith(LOCKED);
        String path = "/users/" + user.text("objectId");
        assertThat(server.master().put(path, "{\"password\": \"fresh\"}").status()).isEqualTo(200);
        // The other node is told a moment later.
        Reply reply = logIn(second.client(), name, "fresh");
        for (int i = 0; i < 600 && reply.status() != 200; i++) {
            Thread.sleep(50);
            reply = logIn(second.client(), name, "fresh");
        }
        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void staysLockedWithANewPasswordIfTheAppSaysSo() {
        server.set("accounts.unlock-on-password-reset", "false");
        String name = server.freshName();
        Reply user = server.signUp(name);
        for (int i = 0; i < 10; i++) {
            logIn(server.client, name, "guess");
        }
        String path = "/users/" + user.text("objectId");
        server.master().put(path, "{\"password\": \"fresh\"}");
        assertThat(logIn(server.client, name, "fresh").error()).startsWith(LOCKED);
    }

    @Test
    void locksANameOnlyWhereTheGuessesComeFrom() {
        String name = server.freshName();
        server.signUp(name);
        for (int i = 0; i < 10; i++) {
            assertThat(logIn(at(1), name, "guess").error()).isEqualTo(WRONG);
        }
        assertThat(logIn(at(1), name, "secret").error()).startsWith(LOCKED);
        assertThat(logIn(at(2), name, "secret").status()).isEqualTo(200);
    }

    /// Guesses from many networks lock an account, but not where its user has a session.
    @Test
    void locksAnAccountEverywhereButAtHome() {
        String name = server.freshName();
        Reply user = server.signUp(name);
        server.set("accounts.lockout-account-after", "20");
        for (int i = 0; i < 20; i++) {
            assertThat(logIn(at(300 + i), name, "guess").error()).isEqualTo(WRONG);
        }
        assertThat(logIn(at(400), name, "secret").error()).startsWith(LOCKED);
        assertThat(logIn(second.client().from("198.51.100.9", Map.of()), name, "secret").error())
                .startsWith(LOCKED);
        assertThat(logIn(server.client, name, "secret").status()).as("at home").isEqualTo(200);
        assertThat(logIn(second.client(), name.toUpperCase(Locale.ROOT), "wrong").error())
                .as("at home, and wrong")
                .isEqualTo(WRONG);
        server.clock.advance(Duration.ofMinutes(2));
        assertThat(logIn(at(400), name, "secret").status()).isEqualTo(200);
        assertThat(user.status()).isEqualTo(201);
    }

    /// Somebody who has chosen a user's address as its name can forget its own wrong passwords.
    @ParameterizedTest
    @ValueSource(strings = {"logs in", "sets a password", "renames itself"})
    void nobodyForgetsTheWrongPasswordsOfAnotherUser(String way) {
        String address = server.signUp(server.freshName()).text("objectId");
        address = server.master().get("/users/" + address).text("email");
        Reply other =
                server.client.post(
                        "/users",
                        "{\"username\": \"%s\", \"password\": \"mine\"}".formatted(address));
        assertThat(other.status()).as("nobody has verified the address").isEqualTo(201);
        String path = "/users/" + other.text("objectId");
        for (int i = 0; i < 10; i++) {
            assertThat(byEmail(address, "guess").error()).isEqualTo(WRONG);
            switch (i < 9 ? way : "") {
                case "logs in" -> logIn(server.client, address, "mine");
                case "sets a password" -> server.master().put(path, "{\"password\": \"mine\"}");
                case "renames itself" -> {
                    server.as(other).put(path, "{\"username\": \"%s\"}".formatted("x" + i));
                    logIn(server.client, "x" + i, "mine");
                    server.as(other).put(path, "{\"username\": \"%s\"}".formatted(address));
                    logIn(server.client, address, "mine");
                }
                default -> {}
            }
        }
        assertThat(byEmail(address, "secret").error()).startsWith(LOCKED);
    }

    private static Reply byEmail(String email, String password) {
        return server.client.post(
                "/login", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password));
    }

    @Test
    void nobodyIsAtHomeInTheAccountOfAnotherUser() {
        Reply user = server.signUp(server.freshName());
        String address = server.master().get("/users/" + user.text("objectId")).text("email");
        server.set("accounts.lockout-account-after", "5");
        for (int i = 0; i < 5; i++) {
            assertThat(logIn(at(600 + i), address, "guess").error()).isEqualTo(WRONG);
        }
        at(700).post("/users", "{\"username\": \"%s\", \"password\": \"mine\"}".formatted(address));
        assertThat(
                        at(700).post(
                                        "/login",
                                        "{\"email\": \"%s\", \"password\": \"secret\"}"
                                                .formatted(address))
                                .error())
                .startsWith(LOCKED);
    }

    @Test
    void tellsNothingOfNamesThatNobodyHas() {
        server.set("accounts.lockout-account-after", "15");
        String somebody = server.freshName();
        server.signUp(somebody);
        List<List<String>> told = new ArrayList<>();
        for (String name : List.of(somebody, server.freshName())) {
            List<String> errors = new ArrayList<>();
            int before = server.hasher.compared();
            for (int i = 0; i < 40; i++) {
                errors.add(logIn(at(500 + i / 12), name, "guess").error());
            }
            errors.add(String.valueOf(server.hasher.compared() - before));
            told.add(errors);
        }
        assertThat(told.getFirst()).isEqualTo(told.getLast()).contains(WRONG);
    }

    @Test
    void writesNothingForARightPassword() {
        String name = server.freshName();
        server.signUp(name);
        int before = rows();
        assertThat(logIn(server.client, name, "secret").status()).isEqualTo(200);
        assertThat(rows()).isEqualTo(before);
        logIn(server.client, name, "guess");
        assertThat(rows()).isEqualTo(before + 2);
        logIn(server.client, name, "secret");
        assertThat(rows()).as("the account's own row lasts for the window").isEqualTo(before + 1);
        server.clock.advance(Duration.ofHours(3));
        server.accounts.forgetFailures(server.app());
        assertThat(rows()).isZero();
    }
}
