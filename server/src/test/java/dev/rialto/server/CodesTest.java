package dev.rialto.server;

import static dev.rialto.server.CodesServer.body;
import static dev.rialto.server.CodesServer.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Logging in by codes.
final class CodesTest {
    private static final String APP = TestServer.APP;
    private static final String OTHER = TestServer.OTHER_APP;
    private static final int WRONG_CODE = 101;
    private static final int FORBIDDEN = 119;
    private static final int TOO_MANY = 155;
    private static final int INVALID = 162;

    private static CodesServer codes;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        codes =
                new CodesServer(
                        Map.of(
                                "http.trusted-proxies", "127.0.0.1",
                                "codes.sms-countries", "DE,US"));
        server = codes.server;
        codes.set(OTHER, Map.of("codes.sign-up", true));
    }

    @AfterAll
    static void stop() {
        codes.close();
    }

    /// A user whose password is `secret of NAME`.
    private static String mailOf(String name) {
        server.signUp(name);
        return name + "@example.com";
    }

    private static Reply whoIs(Reply loggedIn) {
        return server.get(Sender.client().session(loggedIn.text("sessionToken")), "/users/me");
    }

    @Test
    void logsInByCodeOnce() {
        String ada = mailOf("ada");
        Sender client = codes.client();
        Reply asked = codes.ask(client, body("email", ada));
        assertThat(asked.status()).as(asked.toString()).isEqualTo(200);
        assertThat(asked.body().path("expiresIn").asInt()).isEqualTo(600);
        String code = codes.code(APP, ada);
        assertThat(codes.logIn(client, "email", ada, wrong(code)).code()).isEqualTo(WRONG_CODE);

        Reply in = codes.logIn(client, "email", ada, " " + code + " ");
        assertThat(in.status()).as(in.toString()).isEqualTo(200);
        assertThat(in.text("username")).isEqualTo("ada");
        assertThat(in.body().path("emailVerified").asBoolean()).isTrue();
        assertThat(whoIs(in).text("username")).isEqualTo("ada");
        assertThat(in.body().propertyNames()).noneMatch(each -> each.startsWith("_"));
        assertThat(codes.logIn(client, "email", ada, code).code()).isEqualTo(WRONG_CODE);
    }

    @Test
    void admitsOneOfManyAtOnce() throws Exception {
        String grace = mailOf("grace");
        codes.ask(codes.client(), body("email", grace));
        String code = codes.code(APP, grace);
        List<Reply> replies =
                TestServer.together(100, () -> codes.logIn(codes.client(), "email", grace, code));
        assertThat(replies).filteredOn(each -> each.status() == 200).hasSize(1);
        assertThat(replies)
                .filteredOn(each -> each.status() != 200)
                .allMatch(each -> each.code() == WRONG_CODE || each.code() == TOO_MANY);
    }

    @Test
    void takesAwayWhatSomebodyElseMayHaveSetUp() {
        String victim = mailOf("squatted");
        Reply squatter =
                server.post(
                        Sender.client(),
                        "/login",
                        "{\"username\":\"squatted\",\"password\":\"secret of squatted\"}");
        String id = squatter.text("objectId");
        server.database()
                .update(
                        Sql.of(
                                "insert into app_first._passkey values (?, ''::bytea, ?, 'mine',"
                                        + " '', 0, true, false, false, '{}', now())",
                                id,
                                id));
        codes.ask(codes.client(), body("email", victim));
        assertThat(codes.logIn(codes.client(), "email", victim, codes.code(APP, victim)).status())
                .isEqualTo(200);
        assertThat(whoIs(squatter).code()).isEqualTo(209);
        assertThat(
                        server.database()
                                .query(
                                        Sql.of(
                                                "select 1 from app_first._passkey where \"userId\" ="
                                                        + " ?",
                                                id),
                                        row -> row.getInt(1)))
                .isEmpty();
        assertThat(
                        server.post(
                                        Sender.client(),
                                        "/login",
                                        "{\"username\":\"squatted\",\"password\":\"secret of"
                                                + " squatted\"}")
                                .status())
                .isEqualTo(404);
    }

    /// Whoever reads the mail of a user but may not log in destroys nothing.
    @Test
    void takesNothingAwayWhenTheLogInIsRefused() {
        String mail = mailOf("kept");
        String logIn = "{\"username\":\"kept\",\"password\":\"secret of kept\"}";
        Reply user = server.post(Sender.client(), "/login", logIn);
        String disabled = "/users/" + user.text("objectId") + "/disabled";
        assertThat(server.put(Sender.master(), disabled, "{}").status()).isEqualTo(200);
        codes.ask(codes.client(), body("email", mail));
        assertThat(codes.logIn(codes.client(), "email", mail, codes.code(APP, mail)).code())
                .isEqualTo(FORBIDDEN);

        assertThat(server.delete(Sender.master(), disabled).status()).isEqualTo(200);
        assertThat(server.post(Sender.client(), "/login", logIn).status()).isEqualTo(200);
    }

    @Test
    void findsAUserWhateverTheCaseOfItsAddress() {
        Reply user =
                server.post(
                        Sender.client(),
                        "/users",
                        "{\"username\":\"Cased\",\"password\":\"p\",\"email\":\"Ca.Sed@Example.com\"}");
        codes.ask(codes.client(), body("email", "ca.sed@example.com"));
        String code = codes.code(APP, "Ca.Sed@Example.com");
        Reply in = codes.logIn(codes.client(), "email", "CA.SED@example.com", code);
        assertThat(in.text("objectId")).isEqualTo(user.text("objectId"));
    }

    @Test
    void bindsCodesToPurposeAddressAndApp() {
        String one = mailOf("one");
        String two = mailOf("two");
        Reply in =
                server.post(
                        Sender.client(),
                        "/login",
                        "{\"username\":\"two\",\"password\":\"secret of two\"}");
        Sender session = codes.client().session(in.text("sessionToken"));
        codes.ask(codes.client(), body("email", one));
        codes.ask(codes.client(), body("email", two));
        String ofOne = codes.code(APP, one);
        assertThat(codes.logIn(codes.client(), "email", two, ofOne).code()).isEqualTo(WRONG_CODE);
        Reply verified =
                server.post(session, "/codes/verify", body("email", two, codes.code(APP, two)));
        assertThat(verified.code()).isEqualTo(WRONG_CODE);
        assertThat(
                        server.post(codes.client(OTHER), "/login/code", body("email", one, ofOne))
                                .code())
                .isEqualTo(WRONG_CODE);
        assertThat(codes.logIn(codes.client(), "email", one, ofOne).status()).isEqualTo(200);
    }

    @Test
    void replacesCodesAndLetsThemExpire() {
        String mail = mailOf("later");
        codes.ask(codes.client(), body("email", mail));
        String first = codes.code(APP, mail);
        codes.ask(codes.client(), body("email", mail));
        String second = codes.code(APP, mail);
        if (!first.equals(second)) {
            assertThat(codes.logIn(codes.client(), "email", mail, first).code())
                    .isEqualTo(WRONG_CODE);
        }
        server.database()
                .update(
                        Sql.of(
                                "update app_first._one_time_code set expires_at = now() where"
                                        + " recipient = ?",
                                "mail:" + mail));
        assertThat(codes.logIn(codes.client(), "email", mail, second).code()).isEqualTo(WRONG_CODE);
    }

    @Test
    void boundsTriesOnAllNodesHoweverOftenCodesAreAskedFor() throws Exception {
        String mail = mailOf("guessed");
        codes.ask(codes.client(), body("email", mail));
        String code = codes.code(APP, mail);
        try (RialtoServer node = server.anotherNode()) {
            List<Reply> first =
                    TestServer.together(
                            30,
                            () ->
                                    server.sendTo(
                                            node,
                                            codes.client(),
                                            "POST",
                                            "/login/code",
                                            body("email", mail, wrong(code))));
            assertThat(first).filteredOn(each -> each.code() == WRONG_CODE).hasSize(10);
            assertThat(first).filteredOn(each -> each.code() == TOO_MANY).hasSize(20);
        }
        Integer tries =
                server.database()
                        .queryFirst(
                                Sql.of(
                                        "select tries from app_first._one_time_code where recipient"
                                                + " = ?",
                                        "mail:" + mail),
                                row -> row.getInt(1))
                        .orElseThrow();
        assertThat(tries).isEqualTo(5);
        assertThat(codes.ask(codes.client(), body("email", mail)).status()).isEqualTo(200);
        Reply right = codes.logIn(codes.client(), "email", mail, codes.code(APP, mail));
        assertThat(right.code()).isEqualTo(TOO_MANY);
        assertThat(right.headers().firstValue("Retry-After")).isPresent();
    }

    /// What a transaction counts is gone when it is rolled back.
    @Test
    void refusesTransactions() {
        String mail = mailOf("batched");
        codes.ask(codes.client(), body("email", mail));
        String code = codes.code(APP, mail);
        for (String path : List.of("/v1/login/code", "/v1/codes")) {
            Reply reply =
                    server.post(
                            codes.client(),
                            "/batch",
                            """
                            {"transaction": true, "requests": [
                              {"method": "POST", "path": "%s", "body": %s}]}
                            """
                                    .formatted(path, body("email", mail, code)));
            assertThat(reply.code()).as(reply.toString()).isEqualTo(FORBIDDEN);
        }
        assertThat(codes.logIn(codes.client(), "email", mail, code).status()).isEqualTo(200);
    }

    @Test
    void doesNotTellWhoHasAnAccount() {
        String known = mailOf("known");
        String unknown = "unknown@example.com";
        Reply toKnown = codes.ask(codes.client(), body("email", known));
        Reply toUnknown = codes.ask(codes.client(), body("email", unknown));
        assertThat(toUnknown.status()).isEqualTo(toKnown.status());
        assertThat(toUnknown.body()).isEqualTo(toKnown.body());
        assertThat(codes.sent(APP, "mail", known)).isEqualTo(1);
        assertThat(codes.sent(APP, "mail", unknown)).isZero();
        List<String> stored =
                server.database()
                        .query(
                                Sql.of(
                                        "select recipient from app_first._one_time_code where"
                                                + " recipient in (?, ?)",
                                        "mail:" + known,
                                        "mail:" + unknown),
                                row -> row.getString(1));
        assertThat(stored).hasSize(2);
        Reply wrongKnown = codes.logIn(codes.client(), "email", known, "abc");
        Reply wrongUnknown = codes.logIn(codes.client(), "email", unknown, "abc");
        assertThat(wrongUnknown.body()).isEqualTo(wrongKnown.body());
    }

    /// The sign of Kelvin becomes a k in small letters: another mailbox, whose owner could log in.
    @Test
    void sendsNothingToMailboxesThatLookLikeThatOfAUser() {
        String mail = mailOf("kelvin");
        String alike = mail.replace('k', '\u212a');
        codes.ask(codes.client(), body("email", alike));
        assertThat(codes.sent(APP, "mail", alike)).isZero();
        assertThat(codes.sent(APP, "mail", mail)).isZero();
        String loud = mail.toUpperCase(Locale.ROOT);
        codes.ask(codes.client(), body("email", loud));
        assertThat(codes.sent(APP, "mail", loud)).isZero();
        assertThat(codes.logIn(codes.client(), "email", loud, codes.code(APP, mail)).status())
                .isEqualTo(200);

        Reply eve = server.signUp("kelvin2");
        Reply foreign =
                codes.ask(
                        codes.client().session(eve.text("sessionToken")),
                        "{\"purpose\":\"verify\",\"email\":\"\u212aelvin2@example.com\"}");
        assertThat(foreign.code()).isEqualTo(INVALID);
    }

    @Test
    void countsInstallationsWithAnyId() {
        Sender client = codes.client().with("X-Parse-Installation-Id", "i".repeat(5_000));
        assertThat(codes.ask(client, body("email", "long@example.com")).status()).isEqualTo(200);
    }

    @Test
    void signsUpByPhoneWhereTheAppAllows() {
        String number = codes.number();
        String spelled = number.replace("+49", "0049 (0) ");
        Sender client = codes.client(OTHER);
        assertThat(codes.ask(client, body("phone", spelled)).status()).isEqualTo(200);
        Reply in = codes.logIn(client, "phone", number, codes.code(OTHER, number));
        assertThat(in.status()).as(in.toString()).isEqualTo(200);
        assertThat(in.text("phone")).isEqualTo(number);
        assertThat(in.body().path("phoneVerified").asBoolean()).isTrue();
        assertThat(in.text("username")).isNotEmpty();
        codes.ask(client, body("phone", number));
        Reply again = codes.logIn(client, "phone", spelled, codes.code(OTHER, number));
        assertThat(again.text("objectId")).isEqualTo(in.text("objectId"));

        Sender other = codes.client();
        assertThat(codes.ask(other, body("phone", number)).status()).isEqualTo(200);
        assertThat(codes.sent(APP, "sms", number)).isZero();
    }

    @Test
    void verifiesPhonesThatUsersOwn() {
        String number = codes.number();
        Reply bob = server.signUp("bob");
        Reply eve = server.signUp("eve");
        Sender bobs = codes.client().session(bob.text("sessionToken"));
        Sender eves = codes.client().session(eve.text("sessionToken"));
        String eveAt = "/users/" + eve.text("objectId");
        assertThat(server.put(eves, eveAt, body("phone", number)).status()).isEqualTo(200);
        assertThat(server.put(eves, eveAt, "{\"phoneVerified\": true}").code())
                .isEqualTo(FORBIDDEN);

        String wanted = "{\"purpose\":\"verify\",\"phone\":\"" + number + "\"}";
        assertThat(codes.ask(codes.client(), wanted).code()).isEqualTo(206);
        assertThat(codes.ask(bobs, wanted).status()).isEqualTo(200);
        String code = codes.code(APP, number);
        assertThat(server.post(eves, "/codes/verify", body("phone", number, code)).code())
                .isEqualTo(WRONG_CODE);
        Reply verified = server.post(bobs, "/codes/verify", body("phone", number, code));
        assertThat(verified.body().path("phoneVerified").asBoolean()).isTrue();

        codes.ask(codes.client(), body("phone", number));
        Reply in = codes.logIn(codes.client(), "phone", number, codes.code(APP, number));
        assertThat(in.text("objectId")).isEqualTo(bob.text("objectId"));
        codes.ask(eves, wanted);
        assertThat(
                        server.post(
                                        eves,
                                        "/codes/verify",
                                        body("phone", number, codes.code(APP, number)))
                                .code())
                .isEqualTo(137);

        String bobAt = "/users/" + bob.text("objectId");
        server.put(
                Sender.master(),
                bobAt,
                "{\"ACL\": {\"*\": {\"read\": true}, \"%s\": {\"read\": true, \"write\": true}}}"
                        .formatted(bob.text("objectId")));
        assertThat(server.get(eves, bobAt).body().has("phone")).isFalse();
        assertThat(server.get(bobs, bobAt).text("phone")).isEqualTo(number);
        server.put(bobs, bobAt, body("phone", "+4915199999999"));
        assertThat(server.get(bobs, bobAt).body().path("phoneVerified").asBoolean()).isFalse();
        assertThat(
                        server.put(
                                        Sender.master(),
                                        bobAt,
                                        "{\"phone\": \"1\", \"phoneVerified\": true}")
                                .code())
                .isEqualTo(INVALID);
    }

    @Test
    void verifiesNoMailButTheUsersOwn() {
        String mail = mailOf("mine");
        Reply in =
                server.post(
                        Sender.client(),
                        "/login",
                        "{\"username\":\"mine\",\"password\":\"secret of mine\"}");
        Sender session = codes.client().session(in.text("sessionToken"));
        Reply foreign =
                codes.ask(session, "{\"purpose\":\"verify\",\"email\":\"other@example.com\"}");
        assertThat(foreign.code()).isEqualTo(INVALID);
        codes.ask(session, "{\"purpose\":\"verify\",\"email\":\"" + mail + "\"}");
        Reply verified =
                server.post(session, "/codes/verify", body("email", mail, codes.code(APP, mail)));
        assertThat(verified.body().path("emailVerified").asBoolean()).isTrue();
        assertThat(whoIs(in).status()).isEqualTo(200);
    }

    @Test
    void rejectsWhatIsNotAnAddressOrNotAllowed() {
        Map<String, Integer> cases =
                Map.of(
                        "{}", INVALID,
                        "{\"email\": \"a@b.c\", \"phone\": \"+4915112345678\"}", INVALID,
                        "{\"phone\": 1}", INVALID,
                        "{\"phone\": \"0151 12345678\"}", INVALID,
                        "{\"phone\": \"+49 30 901820\"}", INVALID,
                        "{\"phone\": \"+86 131 2345 6789\"}", FORBIDDEN,
                        "{\"email\": \"a@b.c,d@e.f\"}", 125,
                        "{\"email\": \"a@b.c\", \"purpose\": \"other\"}", INVALID,
                        "{\"phone\": \"+4915112345678\", \"link\": true}", INVALID,
                        "{\"email\": \"a@b.c\", \"link\": true, \"url\": \"https://evil.example/\"}",
                                INVALID);
        cases.forEach((body, code) ->
                assertThat(codes.ask(codes.client(), body).code()).as(body).isEqualTo(code));
    }
}
