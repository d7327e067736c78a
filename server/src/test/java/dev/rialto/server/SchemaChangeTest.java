package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Changes of classes on a whole server.
final class SchemaChangeTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply signUp(Sender sender, String name, String password) {
        return server.post(
                sender,
                "/users",
                "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
    }

    @Test
    void aClassMayBeNamedLikeTheKeyOfAnother() {
        String target = server.create(Sender.master(), "Target", "{}");
        String pair =
                """
                {"r": {"__op": "AddRelation", "objects":
                [{"__type": "Pointer", "className": "Target", "objectId": "%s"}]}}
                """
                        .formatted(target);
        for (String name : List.of("Foo", "Foo_pkey", "Bar_pkey", "Bar")) {
            String id = server.create(Sender.master(), name, pair);

            assertThat(server.get(Sender.client(), "/classes/" + name + "/" + id).status())
                    .as(name)
                    .isEqualTo(200);
        }
    }

    @Test
    void keepsTheFieldsOfASystemClass() {
        for (String field : List.of("email", "username", "authData")) {
            Reply reply =
                    server.put(
                            Sender.master(),
                            "/schemas/_User",
                            "{\"fields\":{\"" + field + "\":{\"__op\":\"Delete\"}}}");
            assertThat(reply.code()).as(field).isEqualTo(136);
        }
    }

    @Test
    void keepsUniquenessWhenADevelopersIndexIsDropped() {
        String name = "\"unique_username\"";
        assertThat(
                        server.put(
                                        Sender.master(),
                                        "/schemas/_User",
                                        "{\"indexes\":{" + name + ":{\"username\":1}}}")
                                .status())
                .isEqualTo(200);
        assertThat(
                        server.put(
                                        Sender.master(),
                                        "/schemas/_User",
                                        "{\"indexes\":{" + name + ":{\"__op\":\"Delete\"}}}")
                                .status())
                .isEqualTo(200);
        assertThat(signUp(Sender.client(), "unique", "a").status()).isEqualTo(201);
        assertThat(signUp(Sender.client(), "unique", "b").code()).isEqualTo(202);
    }

    @Test
    void endsSessionsAndIdentitiesWithAPurgeOfUsers() throws IOException {
        try (var own = new TestServer()) {
            String anonymous = "{\"authData\":{\"anonymous\":{\"id\":\"abc-1\"}}}";
            Reply first = own.post(Sender.client(), "/users", anonymous);
            Sender user = Sender.client().session(first.text("sessionToken"));
            assertThat(own.get(user, "/users/me").status()).isEqualTo(200);
            assertThat(own.delete(Sender.master(), "/purge/_User").status()).isEqualTo(200);
            assertThat(own.get(user, "/users/me").code()).isEqualTo(209);
            assertThat(own.get(Sender.master(), "/sessions").body().path("results").isEmpty())
                    .isTrue();
            Reply second = own.post(Sender.client(), "/users", anonymous);
            assertThat(second.status()).isEqualTo(201);
            assertThat(second.text("objectId")).isNotEqualTo(first.text("objectId"));
        }
    }

    @Test
    void givesUpASchemaChangeThatWaitsForATable() throws Exception {
        server.create(Sender.client(), "Busy", "{\"n\":0}");
        try (Connection holder = server.connect();
                Statement statement = holder.createStatement()) {
            String table;
            try (ResultSet found =
                    statement.executeQuery(
                            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                                    + " WHERE tablename = 'Busy'")) {
                assertThat(found.next()).isTrue();
                table = found.getString(1);
            }
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE " + table + " IN ACCESS SHARE MODE");
            Reply refused = server.post(Sender.client(), "/classes/Busy", "{\"more\":1}");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(server.post(Sender.client(), "/classes/Busy", "{\"n\":1}").status())
                    .isEqualTo(201);
            holder.rollback();
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
        assertThat(server.post(Sender.client(), "/classes/Busy", "{\"more\":1}").status())
                .isEqualTo(201);
    }

    @Test
    void growsAClassFromManyRequestsAtOnce() throws Exception {
        List<Reply> replies =
                TestServer.together(
                        20,
                        () ->
                                server.post(
                                        Sender.client(),
                                        "/batch",
                                        "{\"transaction\":true,\"requests\":[{\"method\":\"POST\","
                                                + "\"path\":\"/v1/classes/Fresh\",\"body\":{\"n\":1}}]}"));
        assertThat(replies).allMatch(reply -> reply.status() == 200);
        assertThat(
                        server.get(Sender.client(), "/classes/Fresh?count=1&limit=0")
                                .body()
                                .path("count")
                                .asInt(0))
                .isEqualTo(20);
    }
}
