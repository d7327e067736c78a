package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionsTest {
    private static final TestServer SERVER = new TestServer();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private final Client client = SERVER.client;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static String name() {
        return "user" + NUMBER.incrementAndGet();
    }

    private Reply signUp(String username) {
        return client.post(
                "/users", "{\"username\": \"%s\", \"password\": \"p\"}".formatted(username));
    }

    private Reply logIn(Client from, String username) {
        return from.post(
                "/login", "{\"username\": \"%s\", \"password\": \"p\"}".formatted(username));
    }

    private Client as(Reply reply) {
        return client.with(reply.text("sessionToken"));
    }

    @Test
    void aSessionLastsAYearAndSaysHowItCameAbout() {
        String name = name();
        Reply user = signUp(name);

        Reply session = as(user).get("/sessions/me");

        assertThat(session.text("sessionToken")).isEqualTo(user.text("sessionToken"));
        assertThat(session.body().path("createdWith").toString())
                .isEqualTo("{\"action\":\"signup\",\"authProvider\":\"password\"}");
        assertThat(session.body().path("user").path("objectId").asString())
                .isEqualTo(user.text("objectId"));
        assertThat(Instant.parse(session.body().path("expiresAt").path("iso").asString()))
                .isBetween(
                        SERVER.clock.instant().plus(Duration.ofDays(364)),
                        SERVER.clock.instant().plus(Duration.ofDays(366)));
        assertThat(
                        as(logIn(client, name))
                                .get("/sessions/me")
                                .body()
                                .path("createdWith")
                                .toString())
                .isEqualTo("{\"action\":\"login\",\"authProvider\":\"password\"}");
    }

    @Test
    void clientsSeeTheirOwnSessionsOnly() {
        String name = name();
        Reply user = signUp(name);
        logIn(client, name);
        Reply other = signUp(name());
        String id = as(user).get("/sessions/me").text("objectId");

        assertThat(as(user).get("/sessions").results())
                .hasSize(2)
                .allSatisfy(session ->
                        assertThat(session.path("user").path("objectId").asString())
                                .isEqualTo(user.text("objectId")));
        assertThat(as(other).get("/sessions").results()).hasSize(1);
        assertThat(as(other).get("/sessions/" + id).code()).isEqualTo(101);
        assertThat(as(other).put("/sessions/" + id, "{\"a\": 1}").code()).isEqualTo(101);
        assertThat(as(other).delete("/sessions/" + id).code()).isEqualTo(101);
        for (Reply reply :
                new Reply[] {
                    client.get("/sessions"),
                    client.get("/sessions/" + id),
                    client.get("/sessions/me"),
                    client.put("/sessions/" + id, "{\"a\": 1}"),
                    client.delete("/sessions/" + id),
                    client.post("/sessions", "{}"),
                    client.post("/classes/_Session", "{}"),
                    client.get("/users/me")
                }) {
            assertThat(reply.code()).as(reply.toString()).isEqualTo(209);
            assertThat(reply.status()).isEqualTo(400);
        }
        assertThat(as(user).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void theMasterKeyFindsASessionByItsToken() {
        Reply user = signUp(name());

        assertThat(
                        SERVER.master()
                                .get(
                                        "/sessions",
                                        "{\"where\": {\"sessionToken\": \"%s\"}}"
                                                .formatted(user.text("sessionToken")))
                                .results())
                .hasSize(1);
    }

    @Test
    void aClientOpensASessionForItselfOnly() {
        Reply user = signUp(name());
        Reply other = signUp(name());

        Reply session =
                as(user).post(
                                "/sessions",
                                """
                                {"sessionToken": "r:mine", "restricted": true, "color": "red",
                                 "createdWith": {"action": "x"},
                                 "user": {"__type": "Pointer", "className": "_User", "objectId": "%s"}}
                                """
                                        .formatted(other.text("objectId")));

        assertThat(session.status()).isEqualTo(201);
        assertThat(session.body().path("user").path("objectId").asString())
                .isEqualTo(user.text("objectId"));
        assertThat(session.text("sessionToken")).matches("r:[0-9a-f]{32}");
        assertThat(session.body().path("createdWith").path("action").asString())
                .isEqualTo("create");
        assertThat(session.text("color")).isEqualTo("red");
        assertThat(session.headers())
                .containsEntry(
                        "Location", "http://localhost/v1/sessions/" + session.text("objectId"));
        assertThat(as(session).get("/users/me").text("objectId")).isEqualTo(user.text("objectId"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"sessionToken\": \"r:1\"}|Invalid key name: sessionToken",
                "{\"user\": {\"__type\": \"Pointer\", \"className\": \"_User\", \"objectId\": \"x\"}}|Invalid key name: user",
                "{\"expiresAt\": {\"__type\": \"Date\", \"iso\": \"2099-01-01T00:00:00.000Z\"}}|Invalid key name: expiresAt",
                "{\"createdWith\": {}}|Invalid key name: createdWith",
                "{\"createdWith.action\": \"x\"}|Invalid key name: createdWith",
                "{\"restricted\": true}|Invalid key name: restricted",
                "{\"installationId\": \"x\"}|Invalid key name: installationId",
                "{\"ACL\": {}}|Cannot set ACL on a Session.",
            })
    void clientsMayNotSetWhatTheServerReliesOn(String body, String message) {
        Reply user = signUp(name());
        String id = as(user).get("/sessions/me").text("objectId");

        Reply refused = as(user).put("/sessions/" + id, body);

        assertThat(refused.code()).isEqualTo(105);
        assertThat(refused.error()).isEqualTo(message);
        assertThat(as(user).put("/sessions/" + id, "{\"own\": 1}").status()).isEqualTo(200);
    }

    @Test
    void logOutEndsTheSessionAtOnceAndNoOther() {
        String name = name();
        Reply user = signUp(name);
        Reply second = logIn(client, name);
        as(user).get("/users/me");
        as(second).get("/users/me");

        assertThat(as(user).post("/logout", "{}").status()).isEqualTo(200);

        Reply after = as(user).get("/users/me");
        assertThat(after.code()).isEqualTo(209);
        assertThat(after.error()).isEqualTo("Invalid session token");
        assertThat(as(second).get("/users/me").status()).isEqualTo(200);
        assertThat(client.post("/logout", "{}").status()).isEqualTo(200);
    }

    @Test
    void logInTakesNoNoticeOfAnEndedSession() {
        String name = name();
        signUp(name);

        assertThat(logIn(client.with("r:gone"), name).status()).isEqualTo(200);
    }

    @Test
    void revokingASessionEndsItAtOnce() {
        String name = name();
        Reply user = signUp(name);
        Reply second = logIn(client, name);
        String id = as(second).get("/sessions/me").text("objectId");

        assertThat(as(user).delete("/sessions/" + id).status()).isEqualTo(200);

        assertThat(as(second).get("/users/me").code()).isEqualTo(209);
        assertThat(as(user).delete("/sessions/me").status()).isEqualTo(200);
        assertThat(as(user).get("/users/me").code()).isEqualTo(209);
    }

    @Test
    void anEndedSessionIsSoonGoneOnOtherNodes() throws InterruptedException {
        Client elsewhere = SERVER.node().client();
        Reply user = signUp(name());
        String token = user.text("sessionToken");
        assertThat(elsewhere.with(token).get("/users/me").status()).isEqualTo(200);

        as(user).post("/logout", "{}");

        Instant patience = Instant.now().plusSeconds(10);
        while (elsewhere.with(token).get("/users/me").code() != 209) {
            assertThat(Instant.now()).isBefore(patience);
            Thread.sleep(10);
        }
    }

    @Test
    void aLogInReplacesTheSessionOnTheSameInstallation() {
        String name = name();
        signUp(name);
        Reply phone = logIn(client.on("phone"), name);
        Reply tablet = logIn(client.on("tablet"), name);
        as(phone).get("/users/me");

        Reply phoneAgain = logIn(client.on("phone"), name);

        assertThat(as(phone).get("/users/me").code()).isEqualTo(209);
        assertThat(as(tablet).get("/users/me").status()).isEqualTo(200);
        assertThat(as(phoneAgain).get("/sessions/me").text("installationId")).isEqualTo("phone");
    }

    @Test
    void theSessionOfAUserWhoIsGoneIsRefused() {
        Reply user = signUp(name());
        SERVER.database()
                .update(
                        Sql.of(
                                "DELETE FROM \"app_test\".\"_User\" WHERE \"objectId\" = ?",
                                user.text("objectId")));

        assertThat(as(user).get("/users/me").code()).isEqualTo(209);
    }

    @Test
    void aTokenIsOfNoUseInAnotherApp() {
        Reply user = signUp(name());

        assertThat(as(user).in(SERVER.otherApp()).get("/users/me").code()).isEqualTo(209);
    }

    @ParameterizedTest
    @CsvSource({"''", "r:", "r:bad", "' OR 1=1 --"})
    void nonsenseIsNoToken(String token) {
        assertThatThrownBy(() -> SERVER.accounts.authenticator().authenticate(SERVER.app(), token))
                .isInstanceOf(RialtoException.class)
                .hasMessage("Invalid session token");
        assertThatThrownBy(() ->
                        SERVER.accounts
                                .authenticator()
                                .authenticate(SERVER.app(), "\0" + "x".repeat(100_000)))
                .hasMessage("Invalid session token");
    }

    @Test
    void logInAsNeedsTheMasterKey() {
        Reply user = signUp(name());
        String body = "{\"userId\": \"%s\"}".formatted(user.text("objectId"));

        assertThat(client.post("/loginAs", body).code()).isEqualTo(119);
        assertThat(as(user).post("/loginAs", body).code()).isEqualTo(119);
        assertThat(client.with(new Caller.Maintenance()).post("/loginAs", body).code())
                .isEqualTo(119);
        Reply in = SERVER.master().post("/loginAs", body);
        assertThat(in.text("objectId")).isEqualTo(user.text("objectId"));
        assertThat(as(in).get("/sessions/me").body().path("createdWith").toString())
                .isEqualTo("{\"action\":\"login\",\"authProvider\":\"masterkey\"}");
        assertThat(SERVER.master().post("/loginAs", "{}").code()).isEqualTo(162);
        assertThat(SERVER.master().post("/loginAs", "{\"userId\": \"nobody\"}").code())
                .isEqualTo(101);
    }

    @Test
    void upgradingOpensAnotherSession() {
        Reply user = signUp(name());

        Reply upgraded = as(user).post("/upgradeToRevocableSession", "{}");

        assertThat(upgraded.body().path("createdWith").path("action").asString())
                .isEqualTo("upgrade");
        assertThat(as(upgraded).get("/users/me").text("objectId")).isEqualTo(user.text("objectId"));
    }

    @Test
    void aSessionWithoutInstallationIsPairedWithOne() {
        Reply user = signUp(name());
        Client paired = as(user).on("watch");

        assertThat(paired.put("/sessions/me", "{\"own\": 1}").status()).isEqualTo(200);

        assertThat(paired.get("/sessions/me").text("installationId")).isEqualTo("watch");
        assertThat(paired.get("/sessions/me").body().path("own").asInt(0)).isEqualTo(1);
    }
}
