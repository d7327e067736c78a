package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.accounts.SessionPolicy.NotedAddress;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Lists of devices, messages of new ones, and sessions that end when they are not used.
final class DevicesTest {
    private static final String FIREFOX =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0";
    private static final String SAFARI =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15"
                    + " (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void forget() {
        server.policy = AccountPolicy.defaults();
        server.mail.clear();
    }

    private static Client with(String agent) {
        return server.client.from("192.0.2.77", Map.of("user-agent", agent));
    }

    private static Reply logIn(Client client, String name) {
        Reply reply =
                client.post(
                        "/login",
                        "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        return reply;
    }

    private static JsonNode own(Reply reply) {
        return server.as(reply).get("/sessions/me").body();
    }

    @Test
    void aSessionSaysWhereItWasOpened() {
        String name = server.freshName();
        server.signUp(name);
        Reply reply = logIn(with(FIREFOX), name);

        JsonNode session = own(reply);

        assertThat(session.path("device").asString("")).isEqualTo("Firefox on Windows");
        assertThat(session.path("address").asString("")).isEqualTo("192.0.2.0/24");
        assertThat(session.path("lastUsedAt").path("iso").asString("")).isNotEmpty();
        assertThat(session.path("current").asBoolean(false)).isTrue();
        assertThat(session.has("_network")).isFalse();
        assertThat(
                        server.as(reply).get("/sessions").results().stream()
                                .filter(each -> each.path("current").asBoolean(false)))
                .hasSize(1);
    }

    @Test
    void clientsMayNotSayWhereTheyAre() {
        Reply user = server.signUp(server.freshName());
        Client self = server.as(user);
        for (String field : List.of("device", "address")) {
            Reply refused = self.put("/sessions/me", "{\"%s\": \"elsewhere\"}".formatted(field));
            assertThat(refused.code()).as(field).isEqualTo(105);
        }
        Reply back = self.put("/sessions/me", "{\"current\": true, \"mood\": \"fine\"}");
        assertThat(back.status()).isEqualTo(200);
        assertThat(server.master().get("/sessions").results())
                .noneMatch(session -> session.has("current"));
        Reply made = self.post("/sessions", "{\"device\": \"elsewhere\", \"current\": true}");
        assertThat(made.body().has("current")).isFalse();
        assertThat(made.text("device")).isNotEqualTo("elsewhere");
    }

    @Test
    void endsAllOtherSessions() {
        String name = server.freshName();
        Reply first = server.signUp(name);
        Reply second = logIn(server.client, name);
        Reply third = logIn(server.client, name);
        Reply other = server.signUp(server.freshName());

        Reply ended = server.as(third).delete("/sessions/others");

        assertThat(ended.body().path("ended").asInt()).isEqualTo(2);
        assertThat(server.as(first).get("/users/me").code()).isEqualTo(209);
        assertThat(server.as(second).get("/users/me").code()).isEqualTo(209);
        assertThat(server.as(third).get("/users/me").status()).isEqualTo(200);
        assertThat(server.as(other).get("/users/me").status()).isEqualTo(200);
        assertThat(server.client.delete("/sessions/others").code()).isEqualTo(209);
    }

    @Test
    void tellsOfALogInFromANewDeviceOnce() {
        server.set("accounts.new-device-message", "true");
        String name = server.freshName();
        with(FIREFOX)
                .post(
                        "/users",
                        """
                        {"username": "%s", "password": "secret", "email": "%s@example.com"}
                        """
                                .formatted(name, name));
        logIn(with(FIREFOX), name);
        assertThat(server.mail.of("new-device")).as("sign-up, and the same device").isEmpty();
        Client phone =
                server.client
                        .on("phone")
                        .from(
                                "192.0.2.9",
                                Map.of("user-agent", SAFARI, "accept-language", "zh-CN,en;q=0.5"));
        Reply in = logIn(phone, name);
        logIn(phone, name);

        assertThat(server.mail.of("new-device")).hasSize(1);
        NewMessage message = server.mail.of("new-device").getFirst();
        assertThat(message.recipient()).isEqualTo(name + "@example.com");
        assertThat(message.template()).isEqualTo("new-device");
        assertThat(message.language()).isEqualTo("zh-CN");
        assertThat(message.values())
                .containsEntry("device", "Safari on iOS")
                .containsEntry("place", "192.0.2.0/24")
                .containsEntry("app", "Example")
                .containsEntry("name", name);

        logIn(server.client.on("tablet"), name);
        assertThat(server.mail.of("new-device")).as("another one").hasSize(2);
        server.master().post("/loginAs", "{\"userId\": \"%s\"}".formatted(in.text("objectId")));
        assertThat(server.mail.of("new-device")).hasSize(2);
    }

    @Test
    void showsNoNameThatCouldBeAMessageOfAStranger() {
        server.set("accounts.new-device-message", "true");
        String name = "See http://evil.example " + server.freshName();
        with(FIREFOX)
                .post(
                        "/users",
                        """
                        {"username": "%s", "password": "secret", "email": "victim@example.com"}
                        """
                                .formatted(name));

        logIn(server.client.on("phone"), name);

        assertThat(server.mail.last("victim@example.com", "new-device").values())
                .doesNotContainKey("name");
    }

    @Test
    void forgetsTheDevicesOfADeletedUser() {
        server.set("accounts.new-device-message", "true");
        Reply user = server.signUp(server.freshName());
        assertThat(devices(user)).isEqualTo(1);
        server.master().delete("/users/" + user.text("objectId"));
        assertThat(devices(user)).isZero();
    }

    private static int devices(Reply user) {
        return server.database()
                .query(
                        Sql.of(
                                "SELECT 1 FROM app_test.\"_device\" WHERE \"userId\" = ?",
                                user.text("objectId")),
                        _ -> 1)
                .size();
    }

    @Test
    void sendsNothingToAnAddressThatMayBeAnothers() {
        server.set("accounts.new-device-message", "true");
        String name = server.freshName();
        Reply user = server.signUp(name);
        server.master().put("/users/" + user.text("objectId"), "{\"emailVerified\": false}");
        logIn(with(SAFARI), name);
        assertThat(server.mail.of("new-device")).isEmpty();
    }

    @Test
    void sendsNothingByDefault() {
        String name = server.freshName();
        server.signUp(name);
        logIn(with(FIREFOX), name);
        logIn(with(SAFARI), name);
        assertThat(server.mail.of("new-device")).isEmpty();
    }

    @Test
    void notesTheLastUseOnceAnHour() {
        Reply user = server.signUp(server.freshName());
        Instant begin = Sessions.lastUse(own(user).asObject());
        server.clock.advance(Duration.ofMinutes(50));
        server.as(user).get("/users/me");
        server.accounts.noteUses();
        assertThat(Sessions.lastUse(own(user).asObject())).isEqualTo(begin);
        server.clock.advance(Duration.ofMinutes(20));
        server.as(user).get("/users/me");
        server.accounts.noteUses();
        assertThat(Sessions.lastUse(own(user).asObject()))
                .isAfter(begin.plus(Duration.ofMinutes(69)));
    }

    @Test
    void endsSessionsThatAreNotUsed() {
        String name = server.freshName();
        Reply unused = server.signUp(name);
        Reply used = logIn(server.client, name);
        server.set("accounts.session-idle", "10d");
        for (int day = 0; day < 12; day++) {
            server.clock.advance(Duration.ofDays(1));
            assertThat(server.as(used).get("/users/me").status()).isEqualTo(200);
            server.accounts.noteUses();
        }
        Reply refused = server.as(unused).get("/users/me");
        assertThat(refused.code()).isEqualTo(209);
        assertThat(refused.error()).isEqualTo("Session token is expired.");
        server.accounts.removeExpiredSessions(server.app());
        assertThat(server.as(unused).get("/users/me").error())
                .as("it is gone")
                .isEqualTo("Invalid session token");
        assertThat(server.as(used).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void extendsSessionsThatAreUsed() {
        server.set(
                Map.of(
                        "accounts.session-length", "10d",
                        "accounts.extend-session-on-use", "true"));
        String name = server.freshName();
        Reply unused = server.signUp(name);
        Reply used = logIn(server.client, name);
        for (int day = 0; day < 15; day++) {
            server.clock.advance(Duration.ofDays(1));
            assertThat(server.as(used).get("/users/me").status()).isEqualTo(200);
            server.accounts.noteUses();
        }
        assertThat(server.as(unused).get("/users/me").code()).isEqualTo(209);
    }

    @Test
    void sessionsNeedNotExpire() {
        server.set("accounts.expire-inactive-sessions", "false");
        Reply user = server.signUp(server.freshName());
        assertThat(own(user).has("expiresAt")).isFalse();
        server.clock.advance(Duration.ofDays(1_000));
        assertThat(server.as(user).get("/users/me").status()).isEqualTo(200);
        assertThat(server.accounts.removeExpiredSessions(server.app())).isNotNegative();
        assertThat(server.as(user).get("/users/me").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " -> ",
            value = {
                FIREFOX + " -> Firefox on Windows",
                SAFARI + " -> Safari on iOS",
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/143.0 Mobile"
                        + " Safari/537.36 -> Chrome on Android",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36"
                        + " Edg/143.0 -> Edge on Linux",
                "Mozilla/5.0 (iPhone) AppleWebKit MicroMessenger/8.0 -> WeChat on iOS",
                "okhttp/5.1.0 -> okhttp",
                "node-XMLHttpRequest, Parse/js8.0.0 -> node-XMLHttpRequest",
                "My App/3 CFNetwork/1 Darwin/25 -> My App on an Apple system",
                "Mozilla/5.0 -> ''",
                "<script>alert(1)</script> -> ''",
                "'' -> ''"
            })
    void namesDevices(String agent, String device) {
        assertThat(ClientNote.device(agent)).isEqualTo(device);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.77, NETWORK, 192.0.2.0/24",
        "::ffff:192.0.2.77, NETWORK, 192.0.2.0/24",
        "2001:db8:1:2::3, NETWORK, 2001:db8:1:0:0:0:0:0/48",
        "192.0.2.77, FULL, 192.0.2.77",
        "192.0.2.77, NONE, ''",
        "unix, NETWORK, ''"
    })
    void notesNoMoreOfAnAddressThanIsAsked(String address, NotedAddress noted, String text) {
        assertThat(ClientNote.address(address, noted)).isEqualTo(text);
    }
}
