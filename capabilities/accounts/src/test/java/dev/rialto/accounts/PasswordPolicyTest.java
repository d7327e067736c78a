package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PasswordPolicyTest {
    private static final String REFUSED = "Password does not meet the Password Policy requirements";

    @TempDir private static Path leaked;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(
                leaked.resolve("5BAA6.txt"), "1E4C9B93F3F0682250B6CF8331B7EE68FD8:10434004\r\n");
        AccountsSettings usual = Argon2HasherTest.settings(64, 4, Duration.ofSeconds(10));
        server =
                new TestServer(
                        new AccountsSettings(
                                usual.passwordMemory(),
                                usual.passwordIterations(),
                                usual.passwordLanes(),
                                usual.passwordsAtOnce(),
                                usual.passwordPatience(),
                                usual.cachedSessions(),
                                usual.cachedFor(),
                                usual.anonymousUsers(),
                                usual.addresses(),
                                Optional.of(leaked),
                                usual.policy()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void forget() {
        server.policy = AccountPolicy.defaults();
    }

    private static Reply signUp(String username, String password) {
        return server.client.post("/users", said(username, password));
    }

    private static String said(String username, String password) {
        return "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(username, password);
    }

    private static Reply logIn(String username, String password) {
        return server.client.post("/login", said(username, password));
    }

    private static Reply change(Client by, Reply user, String password) {
        return by.put(
                "/users/" + user.text("objectId"), "{\"password\": \"%s\"}".formatted(password));
    }

    private static void assertRefused(Reply reply, String message) {
        assertThat(reply.error()).isEqualTo(message);
        assertThat(reply.code()).isEqualTo(142);
    }

    @Test
    void holdsAtEveryDoorWhereAPasswordIsSet() {
        String name = server.freshName();
        Reply user = server.signUp(name);
        Client self = server.as(user);
        server.set("accounts.password-pattern", "[0-9]");

        assertRefused(signUp(server.freshName(), "letters"), REFUSED + ".");
        assertRefused(change(self, user, "letters"), REFUSED + ".");
        assertRefused(change(server.master(), user, "letters"), REFUSED + ".");
        assertThatThrownBy(() ->
                        server.accounts
                                .users()
                                .update(
                                        server.app(),
                                        user.text("objectId"),
                                        Json.object().put("password", "letters")))
                .hasMessage(REFUSED + ".");
        assertThat(logIn(name, "secret").status()).as("the old one").isEqualTo(200);
        assertThat(change(server.master(), user, "figure 1").status()).isEqualTo(200);
        assertThat(logIn(name, "figure 1").status()).isEqualTo(200);
    }

    @Test
    void refusesLeakedPasswords() {
        assertRefused(
                signUp(server.freshName(), "password"),
                REFUSED + ": it is in a list of leaked passwords.");
        server.set("accounts.password-error", "Choose another one.");
        assertRefused(signUp(server.freshName(), "password"), "Choose another one.");
    }

    @Test
    void saysWhatTheAppSays() {
        server.set(
                Map.of(
                        "accounts.password-pattern",
                        "[0-9]",
                        "accounts.password-error",
                        "A figure, please."));
        assertRefused(signUp(server.freshName(), "letters"), "A figure, please.");
    }

    @Test
    void refusesPasswordsWithTheUsername() {
        server.set("accounts.password-not-username", "true");
        String name = server.freshName();
        String message = "Password cannot contain your username.";
        assertRefused(signUp(name, "my" + name + "1"), message);
        Reply user = signUp(name, "secret");
        assertRefused(change(server.as(user), user, "x" + name), message);
        assertRefused(change(server.master(), user, "x" + name), message);
        assertRefused(
                server.master()
                        .put(
                                "/users/" + user.text("objectId"),
                                "{\"username\": \"other%s\", \"password\": \"other%s!\"}"
                                        .formatted(name, name)),
                message);
        assertThat(change(server.master(), user, "fresh").status()).isEqualTo(200);
    }

    @Test
    void refusesTheLastPasswords() {
        server.set("accounts.password-history", "3");
        String message = "New password should not be the same as last 3 passwords.";
        Reply user = signUp(server.freshName(), "one");
        assertRefused(change(server.master(), user, "one"), message);
        assertThat(change(server.master(), user, "two").status()).isEqualTo(200);
        assertThat(change(server.master(), user, "three").status()).isEqualTo(200);
        for (String last : new String[] {"one", "two", "three"}) {
            assertRefused(change(server.master(), user, last), message);
        }
        assertThat(change(server.master(), user, "four").status()).isEqualTo(200);
        assertThat(change(server.master(), user, "one").status()).isEqualTo(200);
        assertRefused(change(server.master(), user, "four"), message);
        assertThat(server.master().get("/users/" + user.text("objectId")).body().toString())
                .doesNotContain("argon2")
                .doesNotContain("_password_history");
    }

    @Test
    void forgetsTheLastPasswordsWhenTheAppNoLongerAsks() {
        server.set("accounts.password-history", "5");
        Reply user = signUp(server.freshName(), "one");
        change(server.master(), user, "two");
        change(server.master(), user, "three");
        server.set("accounts.password-history", "1");
        change(server.master(), user, "four");
        server.set("accounts.password-history", "5");
        assertThat(change(server.master(), user, "one").status()).isEqualTo(200);
    }

    /// Whoever may not change a user must not learn which passwords it had.
    @Test
    void doesNotComparePasswordsForOthers() {
        server.set("accounts.password-history", "5");
        Reply victim = signUp(server.freshName(), "secret");
        Reply thief = signUp(server.freshName(), "other");
        int before = server.hasher.compared();
        for (String guess : new String[] {"secret", "wrong"}) {
            Reply refused = change(server.as(thief), victim, guess);
            assertThat(refused.code()).isEqualTo(206);
        }
        assertThat(server.hasher.compared()).isEqualTo(before);
    }

    @Test
    void refusesExpiredPasswords() {
        server.set("accounts.password-max-age", "30d");
        String name = server.freshName();
        Reply user = signUp(name, "secret");
        server.clock.advance(Duration.ofDays(29));
        assertThat(logIn(name, "secret").status()).isEqualTo(200);
        server.clock.advance(Duration.ofDays(2));
        Reply refused = logIn(name, "secret");
        assertThat(refused.code()).isEqualTo(101);
        assertThat(refused.error())
                .isEqualTo("Your password has expired. Please reset your password.");
        assertThat(logIn(name, "wrong").error()).isEqualTo("Invalid username/password.");
        assertThat(change(server.master(), user, "fresh").status()).isEqualTo(200);
        assertThat(logIn(name, "fresh").status()).isEqualTo(200);
    }

    @Test
    void countsTheAgeOfAnImportedPasswordFromItsFirstUse() {
        server.set("accounts.password-max-age", "30d");
        String name = server.freshName();
        Reply user = signUp(name, "secret");
        server.database()
                .update(
                        Sql.of(
                                "UPDATE app_test.\"_User\" SET _password_changed_at = NULL"
                                        + " WHERE \"objectId\" = ?",
                                user.text("objectId")));
        assertThat(logIn(name, "secret").status()).isEqualTo(200);
        server.clock.advance(Duration.ofDays(31));
        assertThat(logIn(name, "secret").error()).startsWith("Your password has expired.");
    }

    @ParameterizedTest
    @CsvSource({
        "accounts.password-history, 21",
        "accounts.password-history, -1",
        "accounts.password-pattern, (",
        "accounts.password-max-age, 40000d",
        "accounts.password-min-length, 0",
        "accounts.session-length, 40000d",
        "accounts.session-idle, 1m",
        "accounts.lockout-after, -1",
        "accounts.lockout-longest, 101d"
    })
    void rejectsSettingsThatCannotHold(String key, String value) {
        assertThatThrownBy(() -> server.set(key, value))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(key);
    }
}
