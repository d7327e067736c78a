package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Json;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitiesTest {
    private static final TestServer SERVER = new TestServer();
    private final Client client = SERVER.client;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void anAnonymousUserComesBackWithTheSameIdentity() {
        String authData =
                "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(SERVER.freshName());

        Reply first = client.post("/users", authData);
        Reply again = client.post("/users", authData);

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.text("username")).matches("[A-Za-z0-9]{25}");
        assertThat(first.body().path("authDataResponse")).isEqualTo(Json.object());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("objectId")).isEqualTo(first.text("objectId"));
        assertThat(again.text("sessionToken"))
                .matches("r:[0-9a-f]{32}")
                .isNotEqualTo(first.text("sessionToken"));
        assertThat(again.body().path("authData").path("anonymous").has("id")).isTrue();
        assertThat(SERVER.as(again).get("/sessions/me").body().path("createdWith").toString())
                .isEqualTo("{\"action\":\"login\",\"authProvider\":\"anonymous\"}");
    }

    @Test
    void anAnonymousUserBecomesANamedOneWithAFreshToken() {
        String identity =
                "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(SERVER.freshName());
        Reply anonymous = client.post("/users", identity);
        String name = SERVER.freshName();
        String path = "/users/" + anonymous.text("objectId");

        Reply named =
                SERVER.as(anonymous)
                        .put(
                                path,
                                """
                                {"username": "%s", "password": "p", "authData": {"anonymous": null}}
                                """
                                        .formatted(name));

        assertThat(named.status()).as(named.toString()).isEqualTo(200);
        assertThat(SERVER.as(anonymous).get("/users/me").code()).isEqualTo(209);
        Reply self = SERVER.as(named).get("/users/me");
        assertThat(self.text("username")).isEqualTo(name);
        assertThat(self.body().has("authData")).isFalse();
        assertThat(client.post("/users", identity).text("objectId"))
                .isNotEqualTo(anonymous.text("objectId"));
    }

    @Test
    void anIdentityOfAnotherUserCanNotBeLinked() {
        String identity =
                "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(SERVER.freshName());
        client.post("/users", identity);
        Reply user = SERVER.signUp(SERVER.freshName());

        Reply refused = SERVER.as(user).put("/users/" + user.text("objectId"), identity);

        assertThat(refused.code()).isEqualTo(208);
        assertThat(refused.error()).isEqualTo("this auth is already used");
        assertThat(SERVER.as(user).post("/users", identity).code()).isEqualTo(208);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"authData\": null}",
                "{\"authData\": {\"__op\": \"Delete\"}}",
                "{\"authData\": {\"nope\": {\"id\": \"1\"}}}",
                "{\"authData\": {\"anonymous\": {}}}"
            })
    void refusesToLinkWhatIsNoIdentity(String body) {
        Reply user = SERVER.signUp(SERVER.freshName());

        assertThat(SERVER.as(user).put("/users/" + user.text("objectId"), body).code())
                .isEqualTo(252);
    }

    @Test
    void anIdentityCanNotBeWrittenPastTheCheck() {
        Reply user = SERVER.signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");

        assertThat(SERVER.as(user).put(path, "{\"authData.anonymous\": {\"id\": \"x\"}}").code())
                .isEqualTo(105);
        assertThat(SERVER.as(user).put(path, "{\"password.a\": 1}").code()).isEqualTo(105);
    }

    @Test
    void usersWhoWereBroughtInAreLinkedToTheirIdentities() {
        String id = SERVER.freshName();
        Reply user = SERVER.signUp(SERVER.freshName());
        SERVER.database()
                .update(
                        Sql.of(
                                "UPDATE "
                                        + Table.of(SERVER.app(), "_User")
                                        + " SET \"authData\" = ?::jsonb WHERE \"objectId\" = ?",
                                "{\"anonymous\": {\"id\": \"%s\"}}".formatted(id),
                                user.text("objectId")));

        assertThat(SERVER.accounts.linkImportedUsers(SERVER.app())).isEqualTo(1);

        assertThat(
                        client.post(
                                        "/users",
                                        "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}"
                                                .formatted(id))
                                .text("objectId"))
                .isEqualTo(user.text("objectId"));
    }
}
