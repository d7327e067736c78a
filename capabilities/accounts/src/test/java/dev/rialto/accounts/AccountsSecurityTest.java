package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.objects.spi.Draft;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways round the rules of accounts that other servers have had.
class AccountsSecurityTest {
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
        Reply reply =
                client.post(
                        "/users",
                        """
                        {"username": "%s", "password": "p", "email": "%s@example.com"}
                        """
                                .formatted(username, username));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        return reply;
    }

    private Client as(Reply reply) {
        return client.with(reply.text("sessionToken"));
    }

    private static List<Reply> atOnce(int times, Callable<Reply> request) throws Exception {
        List<Reply> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> running = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                running.add(threads.submit(request));
            }
            for (Future<Reply> each : running) {
                replies.add(each.get());
            }
        }
        return replies;
    }

    @Test
    void concurrentSignUpsWithTheSameIdentityMakeOneUser() throws Exception {
        for (String path : new String[] {"/users", "/classes/_User"}) {
            String body = "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(name());

            List<Reply> replies = atOnce(20, () -> client.post(path, body));

            Set<String> ids = new HashSet<>();
            for (Reply reply : replies) {
                if (reply.code() == 0) {
                    ids.add(reply.text("objectId"));
                } else {
                    assertThat(reply.code()).as(path).isEqualTo(208);
                    assertThat(path).isEqualTo("/classes/_User");
                }
            }
            assertThat(ids).hasSize(1);
            assertThat(replies.stream().filter(reply -> reply.status() == 201)).hasSize(1);
        }
    }

    @Test
    void concurrentSignUpsWithTheSameNameMakeOneUser() throws Exception {
        String body = "{\"username\": \"%s\", \"password\": \"p\"}".formatted(name());

        List<Reply> replies = atOnce(10, () -> client.post("/users", body));

        assertThat(replies.stream().filter(reply -> reply.status() == 201)).hasSize(1);
        assertThat(replies.stream().filter(reply -> reply.code() == 202)).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"_Join:users:_Role", "_Join:roles:_Role", "_identity", "_schema", "_Join"})
    void rolesCanNotBeGainedByWritingJoinClasses(String className) {
        Reply user = signUp(name());
        Reply role =
                SERVER.master().post("/roles", "{\"name\": \"%s\", \"ACL\": {}}".formatted(name()));
        String pair =
                "{\"owningId\": \"%s\", \"relatedId\": \"%s\"}"
                        .formatted(role.text("objectId"), user.text("objectId"));

        for (Client each : new Client[] {client, as(user), SERVER.master()}) {
            assertThat(each.post("/classes/" + className, pair).status())
                    .as(className)
                    .isGreaterThanOrEqualTo(400)
                    .isLessThan(500);
        }
        Reply refused =
                as(user).put(
                                "/roles/" + role.text("objectId"),
                                """
                                {"users": {"__op": "AddRelation", "objects":
                                  [{"__type": "Pointer", "className": "_User", "objectId": "%s"}]}}
                                """
                                        .formatted(user.text("objectId")));
        assertThat(refused.code()).isEqualTo(101);
        assertThat(
                        SERVER.accounts
                                .authenticator()
                                .authenticate(SERVER.app(), user.text("sessionToken"))
                                .roles())
                .isEmpty();
    }

    @Test
    void sessionTokensDoNotLeakThroughIncludes() {
        Reply victim = signUp(name());
        Reply attacker = signUp(name());
        String session = as(victim).get("/sessions/me").text("objectId");
        String type = "Holder" + NUMBER.incrementAndGet();
        Reply made =
                as(attacker)
                        .post(
                                "/classes/" + type,
                                """
                                {"s": {"__type": "Pointer", "className": "_Session", "objectId": "%s"},
                                 "u": {"__type": "Pointer", "className": "_User", "objectId": "%s"},
                                 "all": [{"__type": "Pointer", "className": "_Session", "objectId": "%s"}]}
                                """
                                        .formatted(session, victim.text("objectId"), session));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);

        for (Client each : new Client[] {client, as(attacker), as(victim)}) {
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
                if (!each.equals(as(victim))) {
                    assertThat(found.body().toString())
                            .doesNotContain(victim.text("sessionToken"))
                            .doesNotContain("@example.com");
                }
            }
        }
    }

    @Test
    void sessionTokensCanNotBeGuessedThroughSubQueries() {
        Reply victim = signUp(name());
        Reply attacker = signUp(name());
        String session = as(victim).get("/sessions/me").text("objectId");
        String token = victim.text("sessionToken");
        String type = "Guess" + NUMBER.incrementAndGet();
        as(attacker)
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
            for (Client each : new Client[] {client, as(attacker)}) {
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
        Reply user = signUp(name());
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"ACL\": {\"*\": {\"read\": true}}}");
        for (Client each : new Client[] {client, as(signUp(name()))}) {
            for (String path : new String[] {"/users", "/classes/_User"}) {
                Reply refused = each.get(path, "{\"where\": %s}".formatted(where));
                assertThat(refused.code()).as(refused.toString()).isIn(102, 105, 119);
            }
        }
    }

    @Test
    void hiddenColumnsCanNotBeReadByName() {
        Reply user = signUp(name());
        String path = "/users/" + user.text("objectId");

        for (Client each : new Client[] {as(user), SERVER.master()}) {
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
        Reply user = signUp(name());
        String path = "/users/" + user.text("objectId");
        String hash = SERVER.hasher.hash("known");

        for (String body :
                new String[] {
                    "{\"_hashed_password\": \"%s\"}".formatted(hash),
                    "{\"_password_changed_at\": null}",
                    "{\"_hashed_password\": {\"__op\": \"Delete\"}}",
                    "{\"_perishable_token\": \"x\"}"
                }) {
            for (Client each : new Client[] {as(user), SERVER.master()}) {
                assertThat(each.put(path, body).code()).as(body).isEqualTo(105);
            }
            assertThat(client.post("/users", body).code()).isEqualTo(105);
        }
    }

    @Test
    void aHashIsNoPassword() {
        String name = name();
        String stolen = SERVER.hasher.hash("p");
        client.post(
                "/users", "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(name, stolen));

        assertThat(
                        client.post(
                                        "/login",
                                        "{\"username\": \"%s\", \"password\": \"p\"}"
                                                .formatted(name))
                                .code())
                .isEqualTo(101);
    }

    @Test
    void aPasswordIsHashedWhetherOrNotTheUserExists() {
        String name = name();
        Reply user = signUp(name);
        SERVER.database()
                .update(
                        Sql.of(
                                "UPDATE \"app_test\".\"_User\" SET \"_hashed_password\" = NULL"
                                        + " WHERE \"objectId\" = ?",
                                signUp(name + "x").text("objectId")));
        SERVER.master().put("/users/" + user.text("objectId"), "{\"ACL\": {}}");

        for (String username : new String[] {"nobody at all", name, name + "x"}) {
            int before = SERVER.hasher.compared();
            Reply refused =
                    client.post(
                            "/login",
                            "{\"username\": \"%s\", \"password\": \"p\"}".formatted(username));

            assertThat(refused.code()).isEqualTo(101);
            assertThat(refused.error()).isEqualTo("Invalid username/password.");
            assertThat(SERVER.hasher.compared() - before).as(username).isEqualTo(1);
        }
    }

    @Test
    void logInAndVerifyPasswordHonourProtectedFields() {
        String name = name();
        Reply user = signUp(name);
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"secret\": \"s\", \"open\": \"o\"}");
        Reply other = signUp(name());
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"ACL\": {\"*\": {\"read\": true}}}");

        assertThat(as(other).get("/users/" + user.text("objectId")).body().has("email")).isFalse();
        String said = "{\"username\": \"%s\", \"password\": \"p\"}".formatted(name);
        String seen = client.get("/users/" + user.text("objectId")).body().toString();
        assertThat(seen).contains("secret").doesNotContain("email");
        for (String path : new String[] {"/login", "/verifyPassword"}) {
            Reply own = client.post(path, said);
            Set<String> expected =
                    new HashSet<>(
                            as(user).get("/users/" + user.text("objectId")).body().propertyNames());
            expected.remove("sessionToken");
            Set<String> shown = new HashSet<>(own.body().propertyNames());
            shown.remove("sessionToken");
            assertThat(shown).as(path).isEqualTo(expected);
        }
    }

    @Test
    void theReadOnlyMasterKeyCanNotLogInAsAnybodyNorChangeAccounts() {
        Reply user = signUp(name());
        Client reader = client.with(new Caller.ReadOnlyMaster());
        String path = "/users/" + user.text("objectId");

        assertThat(
                        reader.post(
                                        "/loginAs",
                                        "{\"userId\": \"%s\"}".formatted(user.text("objectId")))
                                .code())
                .isEqualTo(119);
        for (Reply refused :
                new Reply[] {
                    reader.put(path, "{\"password\": \"x\"}"),
                    reader.delete(path),
                    reader.post("/users", "{\"username\": \"ro\", \"password\": \"x\"}"),
                    reader.post("/users", "{\"authData\": {\"anonymous\": {\"id\": \"ro\"}}}"),
                    reader.post("/sessions", "{}"),
                    reader.post("/roles", "{\"name\": \"ro\", \"ACL\": {}}")
                }) {
            assertThat(refused.code()).as(refused.toString()).isEqualTo(119);
        }
        assertThat(as(user).get("/users/me").status()).isEqualTo(200);
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

        new PasswordField(SERVER.hasher, SERVER.clock).hash(draft);

        assertThat(draft.fields().toString()).doesNotContain(secret).doesNotContain("argon2");
        Reply refused =
                client.post(
                        "/users",
                        "{\"username\": \"x\", \"password\": \"%s\", \"email\": \"bad\"}"
                                .formatted(secret));
        assertThat(refused.error()).doesNotContain(secret);
    }

    @Test
    void aLongPasswordIsRefusedBeforeItIsHashed() {
        String body =
                "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(name(), "x".repeat(5000));
        int before = SERVER.hasher.compared();

        assertThat(client.post("/users", body).code()).isEqualTo(142);
        assertThat(client.post("/login", body).code()).isEqualTo(101);
        assertThat(SERVER.hasher.compared()).isEqualTo(before);
    }

    @Test
    void aChangeThatFailsKeepsTheSessions() {
        Reply first = signUp(name());
        Reply second = signUp(name());

        Reply refused =
                as(second)
                        .put(
                                "/users/" + second.text("objectId"),
                                """
                                {"password": "new", "username": "%s"}
                                """
                                        .formatted(as(first).get("/users/me").text("username")));

        assertThat(refused.code()).isEqualTo(202);
        assertThat(as(second).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void aTokenInAnErrorIsNotRepeated() {
        assertThatThrownBy(() ->
                        SERVER.accounts.authenticator().authenticate(SERVER.app(), "r:secret"))
                .hasMessageNotContaining("secret");
    }
}
