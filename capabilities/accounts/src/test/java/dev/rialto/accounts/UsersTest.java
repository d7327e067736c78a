package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.objects.Table;
import dev.rialto.store.Sql;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
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
                        {"username": "%s", "password": "secret", "email": "%s@example.com"}
                        """
                                .formatted(username, username));
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        return reply;
    }

    private Client as(Reply reply) {
        return client.with(reply.text("sessionToken"));
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

    @ParameterizedTest
    @ValueSource(strings = {"/users", "/classes/_User"})
    void signUpAnswersIdTimeAndTokenAndNothingElse(String path) {
        Reply reply =
                client.post(path, "{\"username\": \"%s\", \"password\": \"p\"}".formatted(name()));

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body().propertyNames())
                .containsExactly("objectId", "createdAt", "sessionToken");
        assertThat(reply.text("sessionToken")).matches("r:[0-9a-f]{32}");
        assertThat(reply.headers())
                .containsEntry("Location", "http://localhost/v1/users/" + reply.text("objectId"));
    }

    @Test
    void aSignUpWithTheMasterKeyOpensNoSession() {
        Reply reply =
                SERVER.master()
                        .post(
                                "/users",
                                "{\"username\": \"%s\", \"password\": \"p\"}".formatted(name()));

        assertThat(reply.body().propertyNames()).containsExactly("objectId", "createdAt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|200|bad or missing username",
                "{\"username\": 1, \"password\": \"x\"}|200|bad or missing username",
                "{\"username\": \"\", \"password\": \"x\"}|200|bad or missing username",
                "{\"username\": \"x\"}|201|password is required",
                "{\"username\": \"x\", \"password\": 5}|201|password is required",
                "{\"username\": \"x\", \"password\": \"\"}|201|password is required",
                "{\"username\": \"x\", \"password\": {\"__op\": \"Delete\"}}|201|password is required",
                "{\"username\": \"x\", \"password\": \"x\", \"email\": \"bad\"}|125|Email address format is invalid.",
                "{\"username\": \"x\", \"password\": \"x\", \"emailVerified\": true}|119|Clients aren't allowed to manually update email verification.",
                "{\"username\": \"x\", \"password\": \"x\", \"_hashed_password\": \"z\"}|105|Invalid field name: _hashed_password.",
                "{\"authData\": {}}|200|bad or missing username",
                "{\"authData\": null}|200|bad or missing username",
                "{\"authData\": 5}|200|bad or missing username",
                "{\"authData\": {\"anonymous\": {}}}|200|bad or missing username",
                "{\"authData\": {\"anonymous\": null}}|200|bad or missing username",
                "{\"authData\": {\"nope\": {\"id\": \"1\"}}}|252|This authentication method is unsupported.",
                "{\"authData\": {\"anonymous\": {\"id\": 5}}}|252|authData.anonymous needs an id of type String",
            })
    void refusesSignUps(String body, int code, String message) {
        Reply reply = client.post("/users", body);

        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.error()).isEqualTo(message);
        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void usernamesAndEmailsAreUniqueWhateverTheirCase() {
        String name = name();
        signUp(name);

        Reply sameName =
                client.post(
                        "/users",
                        "{\"username\": \"%s\", \"password\": \"p\"}"
                                .formatted(name.toUpperCase(Locale.ROOT)));
        Reply sameEmail =
                client.post(
                        "/users",
                        "{\"username\": \"%s\", \"password\": \"p\", \"email\": \"%s@EXAMPLE.com\"}"
                                .formatted(name(), name));

        assertThat(sameName.code()).isEqualTo(202);
        assertThat(sameName.error()).isEqualTo("Account already exists for this username.");
        assertThat(sameEmail.code()).isEqualTo(203);
        assertThat(sameEmail.error()).isEqualTo("Account already exists for this email address.");
    }

    @Test
    void severalUsersMayHaveNoEmail() {
        for (int i = 0; i < 2; i++) {
            Reply reply =
                    client.post(
                            "/users",
                            "{\"username\": \"%s\", \"password\": \"p\", \"email\": \"\"}"
                                    .formatted(name()));
            assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        }
    }

    @Test
    void aNewUserIsPrivate() {
        Reply user = signUp(name());
        String path = "/users/" + user.text("objectId");

        assertThat(client.get(path).code()).isEqualTo(101);
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(as(signUp(name())).get(path).code()).isEqualTo(101);
        assertThat(as(user).get(path).text("email")).endsWith("@example.com");
        assertThat(as(user).get(path).text("sessionToken")).isEqualTo(user.text("sessionToken"));
    }

    @Test
    void passwordsAreHashedAndNeverShown() {
        Reply user = signUp(name());
        String id = user.text("objectId");

        assertThat(column(id, "_hashed_password").orElseThrow()).startsWith("$argon2id$");
        assertThat(column(id, "password")).isEmpty();
        for (Client each : new Client[] {as(user), SERVER.master()}) {
            assertThat(each.get("/users/" + id).body().propertyNames())
                    .contains("username")
                    .noneMatch(field -> field.startsWith("_") || field.equals("password"));
            assertThat(each.get("/users").body().toString())
                    .doesNotContain("argon2")
                    .doesNotContain("password");
        }
    }

    @Test
    void logsInByUsernameOrEmailOrBoth() {
        String name = name();
        Reply user = signUp(name);
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
                assertThat(as(reply).get("/users/me").text("objectId"))
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
        String name = name();
        Reply user = signUp(name);
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
    void onlyTheUserItselfOrTheMasterKeyChangesAUser() {
        Reply user = signUp(name());
        Reply other = signUp(name());
        String path = "/users/" + user.text("objectId");
        SERVER.master().put(path, "{\"ACL\": {\"*\": {\"read\": true, \"write\": true}}}");

        for (Client each : new Client[] {client, as(other)}) {
            Reply refused = each.put(path, "{\"a\": 1}");
            assertThat(refused.code()).isEqualTo(206);
            assertThat(refused.error())
                    .isEqualTo("Cannot modify user " + user.text("objectId") + ".");
            assertThat(each.delete(path).code()).isEqualTo(206);
        }
        assertThat(as(user).put(path, "{\"a\": 1}").status()).isEqualTo(200);
        assertThat(SERVER.master().put(path, "{\"a\": 2}").status()).isEqualTo(200);
        assertThat(client.with(new Caller.ReadOnlyMaster()).put(path, "{\"a\": 3}").code())
                .isEqualTo(119);
    }

    @Test
    void nobodyShutsItselfOut() {
        Reply user = signUp(name());
        String path = "/users/" + user.text("objectId");

        assertThat(as(user).put(path, "{\"ACL\": {\"*\": {\"read\": true}}}").status())
                .isEqualTo(200);

        assertThat(as(user).put(path, "{\"a\": 1}").status()).isEqualTo(200);
        assertThat(client.get(path).body().has("email")).isFalse();
        assertThat(client.get(path).text("username")).isNotEmpty();
    }

    @Test
    void aNewPasswordEndsAllSessionsAndOpensOne() {
        String name = name();
        Reply user = signUp(name);
        String login = "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name);
        Reply second = client.post("/login", login);

        Reply changed =
                as(user).put("/users/" + user.text("objectId"), "{\"password\": \"other\"}");

        assertThat(changed.body().propertyNames())
                .containsExactlyInAnyOrder("updatedAt", "sessionToken");
        assertThat(as(user).get("/users/me").code()).isEqualTo(209);
        assertThat(as(second).get("/users/me").code()).isEqualTo(209);
        assertThat(as(changed).get("/users/me").status()).isEqualTo(200);
        assertThat(client.post("/login", login).code()).isEqualTo(101);
    }

    @Test
    void aPasswordSetByTheMasterKeyEndsAllSessions() {
        Reply user = signUp(name());

        Reply changed =
                SERVER.master().put("/users/" + user.text("objectId"), "{\"password\": \"other\"}");

        assertThat(changed.body().propertyNames()).containsExactly("updatedAt");
        assertThat(as(user).get("/users/me").code()).isEqualTo(209);
    }

    @Test
    void aBcryptHashOfParseServerIsReplacedAtTheNextLogIn() {
        String name = name();
        Reply user = signUp(name);
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
        assertThat(as(user).get("/users/me").status()).isEqualTo(200);
    }

    @Test
    void anAnonymousUserComesBackWithTheSameIdentity() {
        String authData = "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(name());

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
        assertThat(as(again).get("/sessions/me").body().path("createdWith").toString())
                .isEqualTo("{\"action\":\"login\",\"authProvider\":\"anonymous\"}");
    }

    @Test
    void anAnonymousUserBecomesANamedOneWithAFreshToken() {
        String identity = "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(name());
        Reply anonymous = client.post("/users", identity);
        String name = name();
        String path = "/users/" + anonymous.text("objectId");

        Reply named =
                as(anonymous)
                        .put(
                                path,
                                """
                                {"username": "%s", "password": "p", "authData": {"anonymous": null}}
                                """
                                        .formatted(name));

        assertThat(named.status()).as(named.toString()).isEqualTo(200);
        assertThat(as(anonymous).get("/users/me").code()).isEqualTo(209);
        Reply self = as(named).get("/users/me");
        assertThat(self.text("username")).isEqualTo(name);
        assertThat(self.body().has("authData")).isFalse();
        assertThat(client.post("/users", identity).text("objectId"))
                .isNotEqualTo(anonymous.text("objectId"));
    }

    @Test
    void anIdentityOfAnotherUserCanNotBeLinked() {
        String identity = "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(name());
        client.post("/users", identity);
        Reply user = signUp(name());

        Reply refused = as(user).put("/users/" + user.text("objectId"), identity);

        assertThat(refused.code()).isEqualTo(208);
        assertThat(refused.error()).isEqualTo("this auth is already used");
        assertThat(as(user).post("/users", identity).code()).isEqualTo(208);
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
        Reply user = signUp(name());

        assertThat(as(user).put("/users/" + user.text("objectId"), body).code()).isEqualTo(252);
    }

    @Test
    void anIdentityCanNotBeWrittenPastTheCheck() {
        Reply user = signUp(name());
        String path = "/users/" + user.text("objectId");

        assertThat(as(user).put(path, "{\"authData.anonymous\": {\"id\": \"x\"}}").code())
                .isEqualTo(105);
        assertThat(as(user).put(path, "{\"password.a\": 1}").code()).isEqualTo(105);
    }

    @Test
    void verifyPasswordOpensNoSession() {
        String name = name();
        Reply user = signUp(name);
        String said = "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name);

        Reply verified = client.get("/verifyPassword", said);

        assertThat(verified.status()).isEqualTo(200);
        assertThat(verified.text("objectId")).isEqualTo(user.text("objectId"));
        assertThat(verified.body().has("sessionToken")).isFalse();
        assertThat(as(user).get("/sessions").results()).hasSize(1);
    }

    @Test
    void aDeletedUserIsGoneWithItsSessionsAndIdentities() {
        String identity = "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(name());
        Reply user = client.post("/users", identity);

        assertThat(as(user).delete("/users/" + user.text("objectId")).status()).isEqualTo(200);

        assertThat(as(user).get("/users/me").code()).isEqualTo(209);
        assertThat(client.post("/users", identity).status()).isEqualTo(201);
    }

    @Test
    void emailNeedsAnotherVerificationWhenItChanges() {
        Reply user = signUp(name());
        String path = "/users/" + user.text("objectId");
        SERVER.master().put(path, "{\"emailVerified\": true}");

        as(user).put(path, "{\"email\": \"%s@example.com\"}".formatted(name()));

        assertThat(as(user).get(path).body().path("emailVerified").asBoolean(true)).isFalse();
    }

    @Test
    void passwordResetSaysThatItNeedsEmail() {
        assertThat(client.post("/requestPasswordReset", "{\"email\": \"x@y.z\"}").error())
                .contains("emailAdapter");
    }

    @Test
    void usersWhoWereBroughtInAreLinkedToTheirIdentities() {
        String id = name();
        Reply user = signUp(name());
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
