package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogInTest {
    private static final TestServer SERVER = new TestServer();
    private final Client client = SERVER.client;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private Optional<String> column(String userId, String column) {
        return SERVER.database()
                .queryFirst(
                        Sql.of(
                                "SELECT "
                                        + Sql.name(column)
                                        + "::text FROM "
                                        + Table.of(SERVER.app(), "_User")
                                        + " WHERE \"objectId\" = ?",
                                userId),
                        row -> Optional.ofNullable(row.getString(1)))
                .orElseThrow();
    }

    @Test
    void logsInByUsernameOrEmailOrBoth() {
        String name = SERVER.freshName();
        Reply user = SERVER.signUp(name);
        String email = name + "@example.com";

        for (String credentials :
                new String[] {
                    "\"username\": \"%s\"".formatted(name),
                    "\"email\": \"%s\"".formatted(email),
                    "\"username\": \"%s\"".formatted(email),
                    "\"username\": \"%s\", \"email\": \"%s\"".formatted(name, email)
                }) {
            String said = "{%s, \"password\": \"secret\"}".formatted(credentials);
            for (Reply reply :
                    new Reply[] {client.post("/login", said), client.get("/login", said)}) {
                assertThat(reply.status()).as(said).isEqualTo(200);
                assertThat(reply.text("objectId")).isEqualTo(user.text("objectId"));
                assertThat(reply.text("email")).isEqualTo(email);
                assertThat(reply.body().propertyNames())
                        .containsExactlyInAnyOrder(
                                "objectId",
                                "createdAt",
                                "updatedAt",
                                "username",
                                "email",
                                "ACL",
                                "sessionToken");
                assertThat(SERVER.as(reply).get("/users/me").text("objectId"))
                        .isEqualTo(user.text("objectId"));
            }
        }
        assertThat(
                        client.post(
                                        "/login",
                                        "{\"username\": \"%s\", \"email\": \"x@y.z\", \"password\": \"secret\"}"
                                                .formatted(name))
                                .code())
                .isEqualTo(101);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"password\": \"p\"}|200|400",
                "{\"username\": \"x\"}|201|400",
                "{\"username\": \"nobody\", \"password\": \"p\"}|101|404",
                "{\"username\": {\"$ne\": 1}, \"password\": \"p\"}|101|404",
                "{\"username\": \"x\", \"password\": {\"$ne\": 1}}|101|404",
                "{\"username\": \"x\", \"email\": [], \"password\": \"p\"}|101|404",
            })
    void refusesLogIns(String body, int code, int status) {
        for (String path : new String[] {"/login", "/verifyPassword"}) {
            for (Reply reply : new Reply[] {client.post(path, body), client.get(path, body)}) {
                assertThat(reply.code()).isEqualTo(code);
                assertThat(reply.status()).isEqualTo(status);
            }
        }
    }

    @Test
    void aLockedOutUserCanNotLogIn() {
        String name = SERVER.freshName();
        Reply user = SERVER.signUp(name);
        SERVER.master().put("/users/" + user.text("objectId"), "{\"ACL\": {}}");

        assertThat(
                        client.post(
                                        "/login",
                                        "{\"username\": \"%s\", \"password\": \"secret\"}"
                                                .formatted(name))
                                .code())
                .isEqualTo(101);
    }

    @Test
    void aBcryptHashOfParseServerIsReplacedAtTheNextLogIn() {
        String name = SERVER.freshName();
        Reply user = SERVER.signUp(name);
        String bcrypt =
                OpenBSDBCrypt.generate(
                        "2b",
                        "from parse".getBytes(StandardCharsets.UTF_8),
                        "sixteen bytes ok".getBytes(StandardCharsets.UTF_8),
                        4);
        SERVER.database()
                .update(
                        Sql.of(
                                "UPDATE "
                                        + Table.of(SERVER.app(), "_User")
                                        + " SET \"_hashed_password\" = ? WHERE \"objectId\" = ?",
                                bcrypt,
                                user.text("objectId")));
        String said = "{\"username\": \"%s\", \"password\": \"from parse\"}".formatted(name);

        assertThat(client.post("/login", said).status()).isEqualTo(200);

        assertThat(column(user.text("objectId"), "_hashed_password").orElseThrow())
                .startsWith("$argon2id$");
        assertThat(client.post("/login", said).status()).isEqualTo(200);
        assertThat(SERVER.as(user).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void verifyPasswordOpensNoSession() {
        String name = SERVER.freshName();
        Reply user = SERVER.signUp(name);
        String said = "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name);

        Reply verified = client.get("/verifyPassword", said);

        assertThat(verified.status()).isEqualTo(200);
        assertThat(verified.text("objectId")).isEqualTo(user.text("objectId"));
        assertThat(verified.body().has("sessionToken")).isFalse();
        assertThat(SERVER.as(user).get("/sessions").results()).hasSize(1);
    }
}
