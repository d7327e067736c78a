package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.NullNode;

/// Ways round the rules of accounts that other servers have had.
class AccountsSecurityTest {
    private static final TestServer SERVER = new TestServer();
    private final Client client = SERVER.client;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static Reply signUp(String username) {
        return SERVER.signUp(username, "p");
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
            String body =
                    "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}"
                            .formatted(SERVER.freshName());

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
        String body = "{\"username\": \"%s\", \"password\": \"p\"}".formatted(SERVER.freshName());

        List<Reply> replies = atOnce(10, () -> client.post("/users", body));

        assertThat(replies.stream().filter(reply -> reply.status() == 201)).hasSize(1);
        assertThat(replies.stream().filter(reply -> reply.code() == 202)).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"_Join:users:_Role", "_Join:roles:_Role", "_identity", "_schema", "_Join"})
    void rolesCanNotBeGainedByWritingJoinClasses(String className) {
        Reply user = signUp(SERVER.freshName());
        Reply role =
                SERVER.master()
                        .post(
                                "/roles",
                                "{\"name\": \"%s\", \"ACL\": {}}".formatted(SERVER.freshName()));
        String pair =
                "{\"owningId\": \"%s\", \"relatedId\": \"%s\"}"
                        .formatted(role.text("objectId"), user.text("objectId"));

        for (Client each : new Client[] {client, SERVER.as(user), SERVER.master()}) {
            assertThat(each.post("/classes/" + className, pair).status())
                    .as(className)
                    .isGreaterThanOrEqualTo(400)
                    .isLessThan(500);
        }
        Reply refused =
                SERVER.as(user)
                        .put(
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
    void aHashIsNoPassword() {
        String name = SERVER.freshName();
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
        String name = SERVER.freshName();
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
    void theReadOnlyMasterKeyCanNotLogInAsAnybodyNorChangeAccounts() {
        Reply user = signUp(SERVER.freshName());
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
        assertThat(SERVER.as(user).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void aLongPasswordIsRefusedBeforeItIsHashed() {
        String body =
                "{\"username\": \"%s\", \"password\": \"%s\"}"
                        .formatted(SERVER.freshName(), "x".repeat(5000));
        int before = SERVER.hasher.compared();

        assertThat(client.post("/users", body).code()).isEqualTo(142);
        assertThat(client.post("/login", body).code()).isEqualTo(101);
        assertThat(SERVER.hasher.compared()).isEqualTo(before);
    }

    /// A node that has not heard of the end of a session trusts it for a while.
    @ParameterizedTest
    @CsvSource({"POST, /sessions", "POST, /upgradeToRevocableSession", "PUT, /users/"})
    void aSessionThatHasEndedBringsForthNothing(String method, String path) {
        String name = SERVER.freshName();
        Reply user = signUp(name);
        Client deaf = SERVER.deafNode().client().with(user.text("sessionToken"));
        assertThat(deaf.get("/users/me").status()).isEqualTo(200);
        SERVER.accounts.users().endSessions(SERVER.app(), user.text("objectId"));
        assertThat(deaf.get("/users/me").status()).as("it still trusts it").isEqualTo(200);

        Reply refused =
                method.equals("POST")
                        ? deaf.post(path, "{}")
                        : deaf.put(path + user.text("objectId"), "{\"password\": \"thief\"}");

        assertThat(refused.code()).isEqualTo(209);
        assertThat(logIn(name, "p").status()).isEqualTo(200);
    }

    private Reply logIn(String name, String password) {
        return client.post(
                "/login", "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(name, password));
    }

    @Test
    void aPasswordThatChangesWhileItLogsInOpensNoSession() {
        String name = SERVER.freshName();
        Reply user = signUp(name);
        SERVER.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_LOGIN,
                _ -> {
                    SERVER.triggers.forget();
                    SERVER.master()
                            .put("/users/" + user.text("objectId"), "{\"password\": \"new\"}");
                    return NullNode.getInstance();
                });

        assertThat(logIn(name, "p").code()).isEqualTo(101);
        assertThat(
                        SERVER.master()
                                .get(
                                        "/sessions",
                                        "{\"where\": {\"user\": %s}}"
                                                .formatted(Sessions.pointer(user.text("objectId"))))
                                .results())
                .isEmpty();
        assertThat(logIn(name, "new").status()).isEqualTo(200);
    }

    @Test
    void aChangeThatFailsKeepsTheSessions() {
        Reply first = signUp(SERVER.freshName());
        Reply second = signUp(SERVER.freshName());

        Reply refused =
                SERVER.as(second)
                        .put(
                                "/users/" + second.text("objectId"),
                                """
                                {"password": "new", "username": "%s"}
                                """
                                        .formatted(
                                                SERVER.as(first)
                                                        .get("/users/me")
                                                        .text("username")));

        assertThat(refused.code()).isEqualTo(202);
        assertThat(SERVER.as(second).get("/users/me").status()).isEqualTo(200);
    }
}
