package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.spi.Draft;
import dev.rialto.store.Sql;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What accounts keep secret, and ways to find it out that other servers have had.
class AccountSecretsTest {
    private static final TestServer SERVER = new TestServer();
    private final Client client = SERVER.client;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static Reply signUp(String username) {
        return SERVER.signUp(username, "p");
    }

    @Test
    void sessionTokensDoNotLeakThroughIncludes() {
        Reply victim = signUp(SERVER.freshName());
        Reply attacker = signUp(SERVER.freshName());
        String session = SERVER.as(victim).get("/sessions/me").text("objectId");
        String type = "Holder";
        Reply made =
                SERVER.as(attacker)
                        .post(
                                "/classes/" + type,
                                """
                                {"s": {"__type": "Pointer", "className": "_Session", "objectId": "%s"},
                                 "u": {"__type": "Pointer", "className": "_User", "objectId": "%s"},
                                 "all": [{"__type": "Pointer", "className": "_Session", "objectId": "%s"}]}
                                """
                                        .formatted(session, victim.text("objectId"), session));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);

        for (Client each : new Client[] {client, SERVER.as(attacker), SERVER.as(victim)}) {
            for (String include :
                    new String[] {
                        "{\"include\": \"s\"}",
                        "{\"include\": \"s.user,u,all\"}",
                        "{\"include\": \"*\"}",
                        "{\"includeAll\": \"true\"}",
                        "{\"include\": \"s\", \"keys\": \"s.sessionToken\"}"
                    }) {
                Reply found = each.get("/classes/" + type, include);
                assertThat(found.status()).as(found.toString()).isEqualTo(200);
                if (!each.equals(SERVER.as(victim))) {
                    assertThat(found.body().toString())
                            .doesNotContain(victim.text("sessionToken"))
                            .doesNotContain("@example.com");
                }
            }
        }
    }

    @Test
    void sessionTokensCanNotBeGuessedThroughSubQueries() {
        Reply victim = signUp(SERVER.freshName());
        Reply attacker = signUp(SERVER.freshName());
        String session = SERVER.as(victim).get("/sessions/me").text("objectId");
        String token = victim.text("sessionToken");
        String type = "Guess";
        SERVER.as(attacker)
                .post(
                        "/classes/" + type,
                        """
                        {"guess": "%s",
                         "s": {"__type": "Pointer", "className": "_Session", "objectId": "%s"}}
                        """
                                .formatted(token, session));
        String prefix = token.substring(0, 4);

        for (String where :
                new String[] {
                    """
                    {"s": {"$inQuery": {"className": "_Session",
                      "where": {"sessionToken": {"$regex": "^%s"}}}}}
                    """
                            .formatted(prefix),
                    """
                    {"guess": {"$select": {"key": "sessionToken",
                      "query": {"className": "_Session", "where": {}}}}}
                    """,
                    """
                    {"$or": [{"s": {"$inQuery": {"className": "_Session",
                      "where": {"$or": [{"sessionToken": {"$gt": "r:"}}]}}}}]}
                    """
                }) {
            for (Client each : new Client[] {client, SERVER.as(attacker)}) {
                Reply found = each.get("/classes/" + type, "{\"where\": %s}".formatted(where));
                assertThat(found.results()).as(where).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"_hashed_password\": {\"$regex\": \"^.argon\"}}",
                "{\"$or\": [{\"_hashed_password\": {\"$exists\": true}}]}",
                "{\"$nor\": [{\"_password_changed_at\": {\"$exists\": false}}]}",
                "{\"authData.anonymous.id\": {\"$exists\": true}}",
                "{\"$or\": [{\"authData\": {\"$exists\": true}}]}",
                "{\"$and\": [{\"email\": {\"$regex\": \"^u\"}}]}",
                "{\"objectId\": {\"$select\": {\"key\": \"_hashed_password\", \"query\": {\"className\": \"_User\", \"where\": {}}}}}",
                "{\"objectId\": {\"$select\": {\"key\": \"objectId\", \"query\": {\"className\": \"_User\", \"where\": {\"_hashed_password\": {\"$exists\": true}}}}}}",
                "{\"objectId\": {\"$select\": {\"key\": \"objectId\", \"query\": {\"className\": \"_User\", \"where\": {\"authData\": {\"$exists\": true}}}}}}",
            })
    void whatIsHiddenCanNotBeQueried(String where) {
        Reply user = signUp(SERVER.freshName());
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"ACL\": {\"*\": {\"read\": true}}}");
        for (Client each : new Client[] {client, SERVER.as(signUp(SERVER.freshName()))}) {
            for (String path : new String[] {"/users", "/classes/_User"}) {
                Reply refused = each.get(path, "{\"where\": %s}".formatted(where));
                assertThat(refused.code()).as(refused.toString()).isIn(102, 105, 119);
            }
        }
    }

    @Test
    void hiddenColumnsCanNotBeReadByName() {
        Reply user = signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");

        for (Client each : new Client[] {SERVER.as(user), SERVER.master()}) {
            assertThat(each.get(path, "{\"keys\": \"_hashed_password\"}").body().toString())
                    .doesNotContain("argon2");
            assertThat(
                            each.get("/users", "{\"keys\": \"_hashed_password,username\"}")
                                    .body()
                                    .toString())
                    .doesNotContain("argon2");
            assertThat(each.get("/users", "{\"order\": \"_hashed_password\"}").body().toString())
                    .doesNotContain("argon2");
        }
    }

    @Test
    void hiddenColumnsCanNotBeWritten() {
        Reply user = signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");
        String hash = SERVER.hasher.hash("known");

        for (String body :
                new String[] {
                    "{\"_hashed_password\": \"%s\"}".formatted(hash),
                    "{\"_password_changed_at\": null}",
                    "{\"_hashed_password\": {\"__op\": \"Delete\"}}",
                    "{\"_perishable_token\": \"x\"}"
                }) {
            for (Client each : new Client[] {SERVER.as(user), SERVER.master()}) {
                assertThat(each.put(path, body).code()).as(body).isEqualTo(105);
            }
            assertThat(client.post("/users", body).code()).isEqualTo(105);
        }
    }

    @Test
    void logInAndVerifyPasswordHonourProtectedFields() {
        String name = SERVER.freshName();
        Reply user = signUp(name);
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"secret\": \"s\", \"open\": \"o\"}");
        Reply other = signUp(SERVER.freshName());
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"ACL\": {\"*\": {\"read\": true}}}");

        assertThat(SERVER.as(other).get("/users/" + user.text("objectId")).body().has("email"))
                .isFalse();
        String said = "{\"username\": \"%s\", \"password\": \"p\"}".formatted(name);
        String seen = client.get("/users/" + user.text("objectId")).body().toString();
        assertThat(seen).contains("secret").doesNotContain("email");
        for (String path : new String[] {"/login", "/verifyPassword"}) {
            Reply own = client.post(path, said);
            Set<String> expected =
                    new HashSet<>(
                            SERVER.as(user)
                                    .get("/users/" + user.text("objectId"))
                                    .body()
                                    .propertyNames());
            expected.remove("sessionToken");
            Set<String> shown = new HashSet<>(own.body().propertyNames());
            shown.remove("sessionToken");
            assertThat(shown).as(path).isEqualTo(expected);
        }
    }

    @Test
    void passwordsAndTokensAreInNoErrorOrText() {
        String secret = "hunter2hunter2";
        var draft =
                new Draft(
                        SERVER.app(),
                        new Caller.Anonymous(),
                        Optional.empty(),
                        "_User",
                        "id",
                        Json.object().put("password", secret),
                        true,
                        Optional.empty());

        SERVER.passwords().hash(draft);

        assertThat(draft.fields().toString()).doesNotContain(secret).doesNotContain("argon2");
        Reply refused =
                client.post(
                        "/users",
                        "{\"username\": \"x\", \"password\": \"%s\", \"email\": \"bad\"}"
                                .formatted(secret));
        assertThat(refused.error()).doesNotContain(secret);
    }

    @Test
    void aTokenInAnErrorIsNotRepeated() {
        assertThatThrownBy(() ->
                        SERVER.accounts.authenticator().authenticate(SERVER.app(), "r:secret"))
                .hasMessageNotContaining("secret");
    }

    /// Whoever knows the id of an anonymous user can log in as that user, and write.
    @Test
    void theIdOfAnAnonymousUserIsShownOnlyToWhoMayWrite() {
        String id = "device of " + SERVER.freshName();
        String authData = "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(id);
        Reply user = client.post("/users", authData);
        String path = "/users/" + user.text("objectId");
        var program =
                new Caller.User(user.text("objectId"), user.text("sessionToken"), Set.of(), true);

        for (Client each : new Client[] {SERVER.as(user), SERVER.master()}) {
            assertThat(each.get(path).body().toString()).contains(id);
        }
        Client reader = client.with(new Caller.ReadOnlyMaster());
        for (Client each : new Client[] {reader, client.with(program)}) {
            assertThat(each.get(path).body().toString())
                    .doesNotContain(id)
                    .contains("\"anonymous\":{}");
            assertThat(each.get("/users").body().toString()).doesNotContain(id);
        }
        assertThat(
                        reader.get(
                                        "/users",
                                        "{\"where\": {\"authData.anonymous.id\": {\"$regex\": \"^d\"}}}")
                                .code())
                .isIn(102, 105, 119);
        assertThat(client.with(program).post("/users", authData).code()).isEqualTo(119);
    }

    /// It decides where wrong passwords don't lock a user out.
    @Test
    void clientsCanNotWriteTheNetworkOfASession() {
        Reply user = signUp(SERVER.freshName());
        String body = "{\"_network\": \"elsewhere\", \"own\": 1}";

        assertThat(SERVER.as(user).put("/sessions/me", body).code()).isEqualTo(105);
        Reply made = SERVER.as(user).from("", Map.of()).post("/sessions", body);
        assertThat(made.status()).isEqualTo(201);
        assertThat(
                        SERVER.database()
                                .query(
                                        Sql.of(
                                                "SELECT 1 FROM app_test.\"_Session\" WHERE _network"
                                                        + " = 'elsewhere'"),
                                        row -> row.getInt(1)))
                .isEmpty();
    }
}
