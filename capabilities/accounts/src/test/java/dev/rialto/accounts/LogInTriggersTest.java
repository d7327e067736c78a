package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Triggers.Moment;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

class LogInTriggersTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void forget() {
        server.triggers.forget();
    }

    private static void watch(Moment... moments) {
        for (Moment moment : moments) {
            server.triggers.watch(UserRules.CLASS, moment);
            server.triggers.watch(Sessions.CLASS, moment);
        }
    }

    private static Reply logIn(String name, String password) {
        return server.client.post(
                "/login", "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
    }

    private static List<Moment> moments() {
        return server.triggers.calls().stream().map(RecordedTriggers.Made::moment).toList();
    }

    private static ObjectNode user(RecordedTriggers.Made made) {
        return made.payload().path("user").asObject();
    }

    @Test
    void showsNoPasswordToTheTriggersOfASignUpAndStoresIt() {
        watch(Moment.AFTER_SAVE);
        server.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_SAVE,
                payload -> payload.path("object").asObject().put("level", 1));
        String name = server.freshName();
        Reply signedUp = server.signUp(name);
        assertThat(signedUp.body().propertyNames())
                .containsExactlyInAnyOrder("objectId", "createdAt", "sessionToken", "level");
        assertThat(moments()).containsExactly(Moment.BEFORE_SAVE, Moment.AFTER_SAVE);
        for (RecordedTriggers.Made made : server.triggers.calls()) {
            ObjectNode object = made.payload().path("object").asObject();
            assertThat(object.path("username").asString()).isEqualTo(name);
            assertThat(object.path("email").asString()).isEqualTo(name + "@example.com");
            assertThat(object.toString()).doesNotContain("secret", "password", "argon2");
            assertThat(made.payload().path("changed").toString()).contains("\"password\"");
        }
        assertThat(logIn(name, "secret").status()).isEqualTo(200);
    }

    @Test
    void hashesAPasswordThatATriggerSets() {
        server.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_SAVE,
                payload -> payload.path("object").asObject().put("password", "chosen"));
        String name = server.freshName();
        Reply signedUp = server.signUp(name);
        assertThat(signedUp.body().toString()).doesNotContain("password", "chosen");
        assertThat(logIn(name, "secret").code()).isEqualTo(101);
        assertThat(logIn(name, "chosen").status()).isEqualTo(200);
    }

    @Test
    void callsNoTriggerForAUserThatSomebodyElseMayNotChange() {
        Reply user = server.signUp(server.freshName());
        watch(Moment.values());
        String path = "/users/" + user.text("objectId");
        assertThat(server.client.put(path, "{\"level\":9}").code()).isEqualTo(206);
        assertThat(server.client.delete(path).code()).isEqualTo(206);
        assertThat(moments()).isEmpty();
    }

    @Test
    void callsTheTriggersOfALogInWhenThePasswordIsRight() {
        String name = server.freshName();
        Reply signedUp = server.signUp(name);
        watch(Moment.values());
        assertThat(logIn(name, "wrong").code()).isEqualTo(101);
        assertThat(moments()).isEmpty();

        Reply loggedIn = logIn(name, "secret");
        assertThat(loggedIn.status()).isEqualTo(200);
        assertThat(moments()).containsExactly(Moment.BEFORE_LOGIN, Moment.AFTER_LOGIN);
        RecordedTriggers.Made before = server.triggers.calls(Moment.BEFORE_LOGIN).getFirst();
        assertThat(before.caller()).isEqualTo(new Caller.Anonymous());
        for (RecordedTriggers.Made made : server.triggers.calls()) {
            assertThat(user(made).path("objectId").asString()).isEqualTo(signedUp.text("objectId"));
            assertThat(user(made).path("className").asString()).isEqualTo("_User");
            assertThat(user(made).toString()).doesNotContain("password", "argon2", "r:");
        }
        assertThat(server.triggers.calls(Moment.AFTER_LOGIN).getFirst().caller())
                .isInstanceOfSatisfying(
                        Caller.User.class,
                        user ->
                                assertThat(user.sessionToken())
                                        .isEqualTo(loggedIn.text("sessionToken")));
    }

    @Test
    void opensNoSessionWhenATriggerRefusesTheLogIn() {
        String name = server.freshName();
        Reply signedUp = server.signUp(name);
        watch(Moment.AFTER_LOGIN);
        server.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_LOGIN,
                _ -> {
                    throw new RialtoException(ErrorCode.SCRIPT_FAILED, "banned");
                });
        assertThat(logIn(name, "secret").error()).isEqualTo("banned");
        assertThat(moments()).containsExactly(Moment.BEFORE_LOGIN);
        String sessions =
                "{\"where\":{\"user\":{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                        + signedUp.text("objectId")
                        + "\"}}}";
        assertThat(server.master().get("/sessions", sessions).results()).hasSize(1);
    }

    @Test
    void doesNotTellThatATriggerFailedAfterwards() {
        String name = server.freshName();
        server.signUp(name);
        server.triggers.on(
                UserRules.CLASS,
                Moment.AFTER_LOGIN,
                _ -> {
                    throw new IllegalStateException("broken");
                });
        assertThat(logIn(name, "secret").status()).isEqualTo(200);
        assertThat(moments()).containsExactly(Moment.AFTER_LOGIN);
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER_LOGIN", "AFTER_LOGOUT"})
    void reportsWhatATriggerRefusesWithAfterwards(Moment moment) {
        String name = server.freshName();
        Reply user = server.signUp(name);
        server.triggers.on(
                UserRules.CLASS,
                moment,
                _ -> {
                    throw new RialtoException(ErrorCode.DUPLICATE_VALUE, "too late");
                });
        Reply told =
                moment == Moment.AFTER_LOGIN
                        ? logIn(name, "secret")
                        : server.as(user).post("/logout", "{}");
        assertThat(told.code()).isEqualTo(137);
        assertThat(told.error()).isEqualTo("too late");
        assertThat(server.as(user).get("/users/me").status())
                .isEqualTo(moment == Moment.AFTER_LOGIN ? 200 : 400);
    }

    @Test
    void callsTheTriggersWhenAKnownIdentityLogsIn() {
        watch(Moment.BEFORE_LOGIN, Moment.AFTER_LOGIN);
        String body = "{\"authData\":{\"anonymous\":{\"id\":\"of-log-in-triggers\"}}}";
        assertThat(server.client.post("/users", body).status()).isEqualTo(201);
        assertThat(moments()).isEmpty();
        assertThat(server.client.post("/users", body).status()).isEqualTo(200);
        assertThat(moments()).containsExactly(Moment.BEFORE_LOGIN, Moment.AFTER_LOGIN);
        assertThat(server.triggers.calls())
                .allSatisfy(made ->
                        assertThat(user(made).toString())
                                .doesNotContain("authData", "of-log-in-triggers"));
        server.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_LOGIN,
                _ -> {
                    throw new RialtoException(ErrorCode.SCRIPT_FAILED, "banned");
                });
        assertThat(server.client.post("/users", body).code()).isEqualTo(141);
    }

    @Test
    void callsNoTriggerWhenTheMasterLogsInAsAUser() {
        Reply user = server.signUp(server.freshName());
        watch(Moment.values());
        String body = Json.object().put("userId", user.text("objectId")).toString();
        assertThat(server.master().post("/loginAs", body).status()).isEqualTo(200);
        assertThat(moments()).isEmpty();
    }

    @Test
    void callsTheTriggerAfterALogOut() {
        Reply user = server.signUp(server.freshName());
        watch(Moment.values());
        assertThat(server.as(user).post("/logout", "{}").status()).isEqualTo(200);
        assertThat(moments()).containsExactly(Moment.AFTER_LOGOUT);
        RecordedTriggers.Made made = server.triggers.calls().getFirst();
        assertThat(user(made).path("objectId").asString()).isEqualTo(user.text("objectId"));
        assertThat(made.payload().path("session").path("user").path("objectId").asString())
                .isEqualTo(user.text("objectId"));
        assertThat(made.payload().toString()).doesNotContain("r:");
        assertThat(server.as(user).get("/users/me").code()).isEqualTo(209);
    }
}
