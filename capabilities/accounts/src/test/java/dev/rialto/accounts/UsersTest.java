package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
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

    @ParameterizedTest
    @ValueSource(strings = {"/users", "/classes/_User"})
    void signUpAnswersIdTimeAndTokenAndNothingElse(String path) {
        Reply reply =
                client.post(
                        path,
                        "{\"username\": \"%s\", \"password\": \"p\"}"
                                .formatted(SERVER.freshName()));

        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.body().propertyNames())
                .containsExactly("objectId", "createdAt", "sessionToken");
        assertThat(reply.text("sessionToken")).matches("r:[0-9a-f]{32}");
        assertThat(reply.headers())
                .containsEntry("Location", "http://localhost/v1/users/" + reply.text("objectId"));
    }

    @Test
    void aSignUpWithTheMasterKeyOpensASession() {
        Reply reply =
                SERVER.master()
                        .post(
                                "/users",
                                "{\"username\": \"%s\", \"password\": \"p\"}"
                                        .formatted(SERVER.freshName()));

        assertThat(reply.body().propertyNames())
                .containsExactly("objectId", "createdAt", "sessionToken");
        assertThat(SERVER.as(reply).get("/users/me").text("objectId"))
                .isEqualTo(reply.text("objectId"));
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
        String name = SERVER.freshName();
        SERVER.signUp(name);

        Reply sameName =
                client.post(
                        "/users",
                        "{\"username\": \"%s\", \"password\": \"p\"}"
                                .formatted(name.toUpperCase(Locale.ROOT)));
        Reply sameEmail =
                client.post(
                        "/users",
                        "{\"username\": \"%s\", \"password\": \"p\", \"email\": \"%s@EXAMPLE.com\"}"
                                .formatted(SERVER.freshName(), name));

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
                                    .formatted(SERVER.freshName()));
            assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        }
    }

    @Test
    void aNewUserIsPrivate() {
        Reply user = SERVER.signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");

        assertThat(client.get(path).code()).isEqualTo(101);
        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(SERVER.as(SERVER.signUp(SERVER.freshName())).get(path).code()).isEqualTo(101);
        assertThat(SERVER.as(user).get(path).text("email")).endsWith("@example.com");
        assertThat(SERVER.as(user).get(path).text("sessionToken"))
                .isEqualTo(user.text("sessionToken"));
    }

    @Test
    void passwordsAreHashedAndNeverShown() {
        Reply user = SERVER.signUp(SERVER.freshName());
        String id = user.text("objectId");

        assertThat(column(id, "_hashed_password").orElseThrow()).startsWith("$argon2id$");
        assertThat(column(id, "password")).isEmpty();
        for (Client each : new Client[] {SERVER.as(user), SERVER.master()}) {
            assertThat(each.get("/users/" + id).body().propertyNames())
                    .contains("username")
                    .noneMatch(field -> field.startsWith("_") || field.equals("password"));
            assertThat(each.get("/users").body().toString())
                    .doesNotContain("argon2")
                    .doesNotContain("password");
        }
    }

    @Test
    void onlyTheUserItselfOrTheMasterKeyChangesAUserUntilItsAclSaysMore() {
        Reply user = SERVER.signUp(SERVER.freshName());
        Reply other = SERVER.signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");

        for (Client each : new Client[] {client, SERVER.as(other)}) {
            assertThat(each.put(path, "{\"a\": 1}").code()).isEqualTo(206);
            assertThat(each.delete(path).code()).isEqualTo(206);
        }
        assertThat(SERVER.as(user).put(path, "{\"a\": 1}").status()).isEqualTo(200);
        assertThat(client.with(new Caller.ReadOnlyMaster()).put(path, "{\"a\": 3}").code())
                .isEqualTo(119);

        SERVER.master().put(path, "{\"ACL\": {\"*\": {\"read\": true, \"write\": true}}}");
        assertThat(client.put(path, "{\"a\": 1}").code()).isEqualTo(206);
        assertThat(client.delete(path).code()).isEqualTo(206);
        Reply changed = SERVER.as(other).put(path, "{\"password\": \"new\", \"a\": 4}");
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.body().has("sessionToken")).isFalse();
        assertThat(SERVER.as(other).delete(path).status()).isEqualTo(200);
    }

    @Test
    void tellsTheTokenOfItsSessionAtEachDoor() {
        Reply user = SERVER.signUp(SERVER.freshName());
        Reply other = SERVER.signUp(SERVER.freshName());
        for (String path : new String[] {"/users/", "/classes/_User/"}) {
            assertThat(SERVER.as(user).get(path + user.text("objectId")).text("sessionToken"))
                    .isEqualTo(user.text("sessionToken"));
            assertThat(
                            SERVER.as(user)
                                    .get(path + other.text("objectId"))
                                    .body()
                                    .has("sessionToken"))
                    .isFalse();
            assertThat(SERVER.master().get(path + user.text("objectId")).body().has("sessionToken"))
                    .isFalse();
        }
    }

    @Test
    void nobodyShutsItselfOut() {
        Reply user = SERVER.signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");

        assertThat(SERVER.as(user).put(path, "{\"ACL\": {\"*\": {\"read\": true}}}").status())
                .isEqualTo(200);

        assertThat(SERVER.as(user).put(path, "{\"a\": 1}").status()).isEqualTo(200);
        assertThat(client.get(path).body().has("email")).isFalse();
        assertThat(client.get(path).text("username")).isNotEmpty();
    }

    @Test
    void aNewPasswordEndsAllSessionsAndOpensOne() {
        String name = SERVER.freshName();
        Reply user = SERVER.signUp(name);
        String login = "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name);
        Reply second = client.post("/login", login);

        Reply changed =
                SERVER.as(user).put("/users/" + user.text("objectId"), "{\"password\": \"other\"}");

        assertThat(changed.body().propertyNames())
                .containsExactlyInAnyOrder("updatedAt", "sessionToken");
        assertThat(SERVER.as(user).get("/users/me").code()).isEqualTo(209);
        assertThat(SERVER.as(second).get("/users/me").code()).isEqualTo(209);
        assertThat(SERVER.as(changed).get("/users/me").status()).isEqualTo(200);
        assertThat(client.post("/login", login).code()).isEqualTo(101);
    }

    @Test
    void aPasswordSetByTheMasterKeyEndsAllSessions() {
        Reply user = SERVER.signUp(SERVER.freshName());

        Reply changed =
                SERVER.master().put("/users/" + user.text("objectId"), "{\"password\": \"other\"}");

        assertThat(changed.body().propertyNames()).containsExactly("updatedAt");
        assertThat(SERVER.as(user).get("/users/me").code()).isEqualTo(209);
    }

    @Test
    void aDeletedUserIsGoneWithItsSessionsAndIdentities() {
        String identity =
                "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(SERVER.freshName());
        Reply user = client.post("/users", identity);

        assertThat(SERVER.as(user).delete("/users/" + user.text("objectId")).status())
                .isEqualTo(200);

        assertThat(SERVER.as(user).get("/users/me").code()).isEqualTo(209);
        assertThat(client.post("/users", identity).status()).isEqualTo(201);
    }

    @Test
    void emailNeedsAnotherVerificationWhenItChanges() {
        Reply user = SERVER.signUp(SERVER.freshName());
        String path = "/users/" + user.text("objectId");
        SERVER.master().put(path, "{\"emailVerified\": true}");

        SERVER.as(user).put(path, "{\"email\": \"%s@example.com\"}".formatted(SERVER.freshName()));

        assertThat(SERVER.as(user).get(path).body().path("emailVerified").asBoolean(true))
                .isFalse();
    }

    /// `A@example.com` is the verified address of one user, `b@example.com` the username of another
    /// one who has no address, and `c@example.com` an address that nobody has verified.
    @ParameterizedTest
    @CsvSource({
        "username, a@EXAMPLE.com, 202",
        "email, B@example.com, 203",
        "username, c@example.com, 0",
        "email, plain@example.com, 0"
    })
    void nobodyTakesANameByWhichAnotherUserIsReached(String field, String value, int code) {
        String prefix = SERVER.freshName();
        String first = signUp(prefix + "a", ", \"email\": \"%sA@example.com\"".formatted(prefix));
        SERVER.master().put("/users/" + first, "{\"emailVerified\": true}");
        signUp(prefix + "b@example.com", "");
        signUp(prefix + "c", ", \"email\": \"%sc@example.com\"".formatted(prefix));
        String set = "\"%s\": \"%s\"".formatted(field, prefix + value);
        String name = field.equals("email") ? "\"username\": \"%s\",".formatted(prefix + "d") : "";
        Reply other = SERVER.signUp(SERVER.freshName());

        Reply changed = SERVER.as(other).put("/users/" + other.text("objectId"), "{" + set + "}");
        assertThat(changed.code()).isEqualTo(code);
        if (code != 0) {
            Reply made = client.post("/users", "{%s \"password\": \"p\", %s}".formatted(name, set));
            assertThat(made.code()).isEqualTo(code);
        }
    }

    private String signUp(String username, String more) {
        return client.post(
                        "/users",
                        "{\"username\": \"%s\", \"password\": \"p\"%s}".formatted(username, more))
                .text("objectId");
    }

    @Test
    void aUserMayHaveItsAddressAsItsName() {
        String address = SERVER.freshName() + "@example.com";
        String user = signUp(address, ", \"email\": \"%s\"".formatted(address));
        SERVER.master().put("/users/" + user, "{\"emailVerified\": true}");
        Reply self =
                client.post(
                        "/login", "{\"username\": \"%s\", \"password\": \"p\"}".formatted(address));
        String set = "{\"username\": \"%1$s\", \"email\": \"%1$s\"}".formatted(address);
        assertThat(SERVER.as(self).put("/users/" + user, set).status()).isEqualTo(200);
    }
}
