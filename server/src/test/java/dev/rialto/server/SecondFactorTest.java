package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Sql;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Codes of a period of five minutes are right during a test: those of now and of the next period
/// are accepted, in this order.
class SecondFactorTest {
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final String SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    private static final String OTHER_SECRET = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";
    private static final AuthenticatorApp CODES = new AuthenticatorApp(SECRET, PERIOD);

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server =
                new TestServer(
                        Map.of(
                                "server.secret-key", "A".repeat(43) + "=",
                                "second-factor.options", "totp, sms",
                                "codes.sms-countries", "DE",
                                "second-factor.period", "5m",
                                "accounts.lockout-after", "0"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// A user with a second factor.
    private record Enrolled(String name, String id, Sender session, List<String> recovery) {
        Reply logIn(String mfa) {
            return server.post(Sender.client(), "/login", body(mfa));
        }

        String body(String mfa) {
            ObjectNode body =
                    Json.object().put("username", name).put("password", "secret of " + name);
            if (!mfa.isEmpty()) {
                body.putObject("authData").set("mfa", Json.read(mfa));
            }
            return Json.write(body);
        }

        Reply write(String mfa) {
            return server.put(
                    session, "/users/" + id, "{\"authData\":{\"mfa\":%s}}".formatted(mfa));
        }
    }

    private static Enrolled enrolled(String name) {
        Reply user = server.signUp(name);
        Sender session = Sender.client().session(user.text("sessionToken"));
        var plain = new Enrolled(name, user.text("objectId"), session, List.of());
        Reply reply = plain.write(setUp(CODES, CODES.at(0)));
        assertThat(reply.status()).as("%s", reply.body()).isEqualTo(200);
        String recovery = reply.body().at("/authDataResponse/mfa/recovery").asString();
        return new Enrolled(name, plain.id(), session, List.of(recovery.split(", ")));
    }

    private static String setUp(AuthenticatorApp codes, String token) {
        return Json.write(Json.object().put("secret", codes.secret()).put("token", token));
    }

    private static String token(String code) {
        return Json.write(Json.object().put("token", code));
    }

    private static void assertRefused(Reply reply, int code, String message) {
        assertThat(reply.code()).as("%s", reply.body()).isEqualTo(code);
        assertThat(reply.text("error")).isEqualTo(message);
    }

    private static void assertWrong(Reply reply) {
        assertRefused(reply, 141, "Invalid MFA token");
    }

    @Test
    void asksForACodeAtLogIn() {
        Enrolled user = enrolled("ada");

        assertThat(user.recovery()).hasSize(2).allMatch(code -> code.length() == 30);
        assertRefused(user.logIn(""), -1, "Missing additional authData mfa");
        assertThat(user.logIn("").status()).isEqualTo(400);
        assertWrong(user.logIn(token("abcd")));
        assertWrong(user.logIn(token("")));
        assertWrong(user.logIn("{\"token\": 123456}"));
        assertWrong(user.logIn("{}"));
        assertWrong(user.logIn("[]"));
        Reply reply = user.logIn(token(CODES.at(0)));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().at("/authData"))
                .isEqualTo(Json.read("{\"mfa\":{\"status\":\"enabled\"}}"));
        assertThat(reply.body().has("authDataResponse")).isTrue();
        assertThat(reply.text("sessionToken")).isNotEmpty();
        String query =
                "/login?username=ada&password=secret%20of%20ada&authData="
                        + URLEncoder.encode(
                                "{\"mfa\":" + token(CODES.at(1)) + "}", StandardCharsets.UTF_8);
        assertThat(server.get(Sender.client(), query).status()).isEqualTo(200);
    }

    @Test
    void asksInBatchesToo() {
        Enrolled user = enrolled("batched");
        String entry =
                "{\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/login\",\"body\":%s}]%s}";

        Reply without = server.post(Sender.client(), "/batch", entry.formatted(user.body(""), ""));
        assertThat(without.body().at("/0/error/code").asInt()).isEqualTo(-1);
        // Else wrong guesses would be forgotten with the transaction.
        Reply guess =
                server.post(
                        Sender.client(),
                        "/batch",
                        entry.formatted(user.body(token(CODES.at(0))), ",\"transaction\":true"));
        assertThat(guess.body().toString()).contains("119").doesNotContain("sessionToken");
        Reply right =
                server.post(
                        Sender.client(),
                        "/batch",
                        entry.formatted(user.body(token(CODES.at(0))), ""));
        assertThat(right.body().at("/0/success/sessionToken").asString()).isNotEmpty();
    }

    @Test
    void acceptsACodeOnceUnderARace() throws Exception {
        Enrolled user = enrolled("raced");
        String code = token(CODES.at(0));

        List<Reply> replies = TestServer.together(100, () -> user.logIn(code));

        assertThat(replies).filteredOn(reply -> reply.status() == 200).hasSize(1);
        assertWrong(user.logIn(code));
        assertThat(user.logIn(token(CODES.at(1))).status()).isEqualTo(200);
        // The code before it is over, too.
        assertWrong(user.logIn(code));
    }

    @Test
    void acceptsARecoveryCodeOnceUnderARace() throws Exception {
        Enrolled user = enrolled("recovered");
        String code = token(user.recovery().getFirst());

        List<Reply> replies = TestServer.together(50, () -> user.logIn(code));

        assertThat(replies).filteredOn(reply -> reply.status() == 200).hasSize(1);
    }

    @Test
    void locksAfterFiveWrongCodesOnAllNodes() throws Exception {
        Enrolled user = enrolled("guessed");
        String wrong = token(CODES.at(7));
        try (RialtoServer other = server.anotherNode()) {
            for (int i = 0; i < 3; i++) {
                assertWrong(user.logIn(wrong));
            }
            for (int i = 0; i < 2; i++) {
                assertWrong(
                        server.sendTo(other, Sender.client(), "POST", "/login", user.body(wrong)));
            }
        }
        Reply locked = user.logIn(token(CODES.at(0)));
        assertRefused(locked, 155, "too many wrong codes; try again after 1 minute(s)");
        assertThat(locked.status()).isEqualTo(429);
        assertThat(locked.headers().firstValue("Retry-After")).isPresent();
        // Neither does another door help.
        assertThat(user.write("{\"old\":\"%s\"}".formatted(CODES.at(0))).code()).isEqualTo(155);
    }

    @Test
    void countsGuessesThatAreMadeAtOnce() throws Exception {
        Enrolled user = enrolled("stormed");
        String wrong = token(CODES.at(7));

        List<Reply> replies = TestServer.together(40, () -> user.logIn(wrong));

        assertThat(replies).filteredOn(reply -> reply.code() == 141).hasSize(5);
        assertThat(replies).filteredOn(reply -> reply.code() == 155).hasSize(35);
    }

    @Test
    void replacesAndRemovesWithProofAlone() {
        Enrolled user = enrolled("careful");
        var other = new AuthenticatorApp(OTHER_SECRET, PERIOD);

        assertWrong(user.write(setUp(other, other.at(0))));
        assertWrong(user.write("null"));
        assertWrong(user.write("{\"old\":\"123\"}"));
        Reply stranger =
                server.put(
                        enrolled("stranger").session(),
                        "/users/" + user.id(),
                        "{\"authData\":{\"mfa\":{\"old\":\"%s\"}}}".formatted(CODES.at(0)));
        assertThat(stranger.status()).isEqualTo(400);
        Reply replaced =
                user.write(
                        "{\"secret\":\"%s\",\"token\":\"%s\",\"old\":\"%s\"}"
                                .formatted(OTHER_SECRET, other.at(0), CODES.at(0)));
        assertThat(replaced.status()).as("%s", replaced.body()).isEqualTo(200);
        assertWrong(user.logIn(token(CODES.at(1))));
        assertWrong(user.logIn(token(user.recovery().getFirst())));
        assertThat(user.logIn(token(other.at(0))).status()).isEqualTo(200);
        assertThat(user.write("{\"old\":\"%s\"}".formatted(other.at(1))).status()).isEqualTo(200);
        assertThat(user.logIn("").status()).isEqualTo(200);
        assertThat(server.get(user.session(), "/users/me").body().has("authData")).isFalse();
    }

    @Test
    void letsTheMasterKeyRemoveIt() {
        Enrolled user = enrolled("lost");

        Reply removed =
                server.put(Sender.master(), "/users/" + user.id(), "{\"authData\":{\"mfa\":null}}");

        assertThat(removed.status()).isEqualTo(200);
        assertThat(user.logIn("").status()).isEqualTo(200);
    }

    @Test
    void rejectsWhatIsNotASetUp() {
        Reply signedUp = server.signUp("clumsy");
        var user =
                new Enrolled(
                        "clumsy",
                        signedUp.text("objectId"),
                        Sender.client().session(signedUp.text("sessionToken")),
                        List.of());

        assertWrong(user.write(setUp(CODES, CODES.at(7))));
        for (String mfa :
                List.of(
                        "{}",
                        "{\"secret\":\"%s\"}".formatted(SECRET),
                        "{\"secret\":1,\"token\":\"123456\"}",
                        "{\"secret\":\"short\",\"token\":\"123456\"}",
                        "{\"secret\":\"%s\",\"token\":\"123456\"}".formatted("1".repeat(32)),
                        "{\"mobile\":1}",
                        "{\"mobile\":\"nonsense\"}",
                        "{\"mobile\":\"+4915112345678\",\"token\":\"123456\"}")) {
            assertThat(user.write(mfa).text("error")).as(mfa).isNotEmpty();
        }
        assertThat(user.logIn("").status()).isEqualTo(200);
        assertThat(server.get(user.session(), "/users/me").body().has("authData")).isFalse();
    }

    @Test
    void showsNobodyTheSecret() throws Exception {
        Enrolled user = enrolled("secretive");

        for (Sender sender : List.of(user.session(), Sender.master(), Sender.readOnlyMaster())) {
            Reply shown = server.get(sender, "/users/" + user.id());
            assertThat(shown.body().at("/authData/mfa"))
                    .isEqualTo(Json.read("{\"status\":\"enabled\"}"));
            assertThat(shown.body().toString()).doesNotContain(SECRET);
        }
        Reply stranger = server.get(Sender.client(), "/users/" + user.id());
        assertThat(stranger.body().toString()).doesNotContain("mfa");
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT string_agg(f::text, ' ') FROM app_first._second_factor f")) {
            rows.next();
            assertThat(rows.getString(1))
                    .contains(user.id())
                    .doesNotContain(SECRET)
                    .doesNotContain(user.recovery().getFirst());
        }
    }

    @Test
    void acceptsWhatClientsHaveRead() {
        Enrolled user = enrolled("linker");

        Reply linked =
                server.put(
                        user.session(),
                        "/users/" + user.id(),
                        "{\"authData\":{\"mfa\":{\"status\":\"disabled\"},"
                                + "\"anonymous\":{\"id\":\"linker-device\"}}}");

        assertThat(linked.status()).as("%s", linked.body()).isEqualTo(200);
        assertThat(server.get(user.session(), "/users/me").body().at("/authData/mfa/status"))
                .isEqualTo(Json.nodes().stringNode("enabled"));
    }

    @Test
    void asksWhoeverSignsInByAuthData() {
        String anonymous = "\"anonymous\":{\"id\":\"device-of-nobody\"}";
        Reply signedUp =
                server.post(Sender.client(), "/users", "{\"authData\":{" + anonymous + "}}");
        Sender session = Sender.client().session(signedUp.text("sessionToken"));
        server.put(
                session,
                "/users/" + signedUp.text("objectId"),
                "{\"authData\":{\"mfa\":%s}}".formatted(setUp(CODES, CODES.at(0))));

        Reply without =
                server.post(Sender.client(), "/users", "{\"authData\":{" + anonymous + "}}");
        assertRefused(without, -1, "Missing additional authData mfa");
        Reply with =
                server.post(
                        Sender.client(),
                        "/users",
                        "{\"authData\":{%s,\"mfa\":%s}}".formatted(anonymous, token(CODES.at(0))));
        assertThat(with.status()).as("%s", with.body()).isEqualTo(200);
        assertThat(with.text("sessionToken")).isNotEmpty();
    }

    @Test
    void setsUpWhileSigningUp() {
        assertThat(
                        server.post(
                                        Sender.client(),
                                        "/users",
                                        "{\"authData\":{\"mfa\":%s}}"
                                                .formatted(setUp(CODES, CODES.at(0))))
                                .code())
                .as("bad or missing username")
                .isEqualTo(200);
        Reply user =
                server.post(
                        Sender.client(),
                        "/users",
                        "{\"username\":\"early\",\"password\":\"secret of early\",%s}"
                                .formatted("\"authData\":{\"mfa\":%s}")
                                .formatted(setUp(CODES, CODES.at(0))));

        assertThat(user.status()).as("%s", user.body()).isEqualTo(201);
        assertThat(user.body().at("/authDataResponse/mfa/recovery").asString()).contains(", ");
        Reply session =
                server.get(Sender.client().session(user.text("sessionToken")), "/sessions/me");
        assertThat(session.body().at("/createdWith/authProvider").asString()).isEqualTo("password");
        var early = new Enrolled("early", "", Sender.client(), List.of());
        assertRefused(early.logIn(""), -1, "Missing additional authData mfa");
    }

    @Test
    void exemptsTheMasterKeyAndPasswordChecks() {
        Enrolled user = enrolled("exempt");

        assertThat(
                        server.post(
                                        Sender.master(),
                                        "/loginAs",
                                        "{\"userId\":\"%s\"}".formatted(user.id()))
                                .text("sessionToken"))
                .isNotEmpty();
        assertThat(server.post(Sender.client(), "/verifyPassword", user.body("")).status())
                .isEqualTo(200);
    }

    @Test
    void takesOverWhatParseServerStored() throws Exception {
        Reply user = server.signUp("imported");
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    """
                    UPDATE app_first."_User" SET "authData" =
                    '{"mfa": {"secret": "%s", "recovery": ["first-code", "second-code"]}}'
                    WHERE "objectId" = '%s'\
                    """
                            .formatted(SECRET, user.text("objectId")));
        }
        var imported = new Enrolled("imported", user.text("objectId"), Sender.client(), List.of());

        assertThat(server.get(Sender.master(), "/users/" + imported.id()).body().toString())
                .contains("enabled")
                .doesNotContain(SECRET);
        assertRefused(imported.logIn(""), -1, "Missing additional authData mfa");
        assertThat(imported.logIn(token(CODES.at(0))).status()).isEqualTo(200);
        assertThat(imported.logIn(token("first-code")).status()).isEqualTo(200);
        assertWrong(imported.logIn(token("first-code")));
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT \"authData\"::text FROM app_first.\"_User\" WHERE"
                                        + " username = 'imported'")) {
            rows.next();
            assertThat(rows.getString(1)).doesNotContain(SECRET);
        }
    }

    /// The newest code that was sent to a number.
    private static String sent(String number) {
        String text =
                server.database()
                        .queryFirst(
                                Sql.of(
                                        "SELECT body FROM rialto.message WHERE recipient = ? ORDER"
                                                + " BY created_at DESC LIMIT 1",
                                        number),
                                row -> row.getString(1))
                        .orElseThrow();
        return Pattern.compile("\\b\\d{6}\\b")
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group();
    }

    @Test
    void sendsCodesToPhones() {
        String number = "+4915123456789";
        Reply signedUp = server.signUp("phoner");
        var user =
                new Enrolled(
                        "phoner",
                        signedUp.text("objectId"),
                        Sender.client().session(signedUp.text("sessionToken")),
                        List.of());
        String mobile = "{\"mobile\":\"" + number + "\"}";

        assertThat(user.write(mobile).status()).isEqualTo(200);
        assertThat(server.get(user.session(), "/users/me").body().path("authData"))
                .isEqualTo(Json.read("{\"mfa\":{\"status\":\"disabled\"}}"));
        assertThat(user.logIn("").status()).isEqualTo(200);
        String confirmation = "{\"mobile\":\"%s\",\"token\":\"%s\"}";
        assertWrong(user.write(confirmation.formatted(number, CodesServer.wrong(sent(number)))));
        assertRefused(
                user.write(confirmation.formatted("+4915123456780", sent(number))),
                141,
                "This number is not pending");
        Reply confirmed = user.write(confirmation.formatted(number, sent(number)));
        assertThat(confirmed.status()).as("%s", confirmed.body()).isEqualTo(200);
        assertThat(server.get(user.session(), "/second-factor").text("kind")).isEqualTo("sms");

        assertRefused(user.logIn(""), -1, "Missing additional authData mfa");
        assertWrong(user.logIn(token(sent(number))));
        assertRefused(user.logIn(token("request")), 141, "Please enter the token");
        String code = sent(number);
        assertWrong(user.logIn(token(CodesServer.wrong(code))));
        assertThat(user.logIn(token(code)).status()).isEqualTo(200);
        assertWrong(user.logIn(token(code)));
        assertWrong(user.write("null"));
        assertThat(user.write(mobile).code()).isEqualTo(141);
        Reply asked = server.post(user.session(), "/second-factor/sms/request", "{}");
        assertThat(asked.status()).as("%s", asked.body()).isEqualTo(200);
        assertThat(user.write("{\"old\":\"%s\"}".formatted(sent(number))).status()).isEqualTo(200);
        assertThat(user.logIn("").status()).isEqualTo(200);
    }

    @Test
    void isSetUpByRestAsWell() {
        Reply user = server.signUp("rested");
        Sender session = Sender.client().session(user.text("sessionToken"));
        var rested = new Enrolled("rested", user.text("objectId"), session, List.of());

        assertThat(server.post(Sender.client(), "/second-factor/totp", "{}").code()).isEqualTo(206);
        assertThat(server.post(session, "/second-factor/totp/confirm", "{}").code()).isEqualTo(141);
        Reply begun = server.post(session, "/second-factor/totp", "{}");
        assertThat(begun.text("uri")).startsWith("otpauth://totp/first:rested?secret=");
        assertThat(begun.text("qr")).startsWith("<svg ");
        assertThat(server.get(session, "/second-factor").text("status")).isEqualTo("disabled");
        assertThat(rested.logIn("").status()).isEqualTo(200);
        var codes = new AuthenticatorApp(begun.text("secret"), PERIOD);
        assertWrong(server.post(session, "/second-factor/totp/confirm", token(codes.at(7))));
        Reply confirmed = server.post(session, "/second-factor/totp/confirm", token(codes.at(0)));
        assertThat(confirmed.body().path("recovery").size()).isEqualTo(2);
        assertThat(server.get(session, "/second-factor").body())
                .isEqualTo(
                        Json.read(
                                "{\"status\":\"enabled\",\"kind\":\"totp\",\"recoveryCodes\":2,"
                                        + "\"options\":[\"sms\",\"totp\"]}"));
        assertThat(server.get(session, "/users/me").body().at("/authData/mfa/status").asString())
                .isEqualTo("enabled");
        assertWrong(server.send(session, "DELETE", "/second-factor", ""));
        assertWrong(server.send(session, "DELETE", "/second-factor", token(codes.at(7))));
        assertThat(server.send(session, "DELETE", "/second-factor", token(codes.at(0))).status())
                .isEqualTo(200);
        assertThat(rested.logIn("").status()).isEqualTo(200);
    }

    @Test
    void goesWithItsUser() throws Exception {
        Enrolled user = enrolled("leaving");
        assertThat(server.delete(user.session(), "/users/" + user.id()).status()).isEqualTo(200);

        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT count(*) FROM app_first._second_factor WHERE \"userId\" = '"
                                        + user.id()
                                        + "'")) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    /// Step-up, in an app of its own.
    private record Guarded(Sender key, Sender session, String name, String id) {
        static Guarded app(String stepUp) {
            Sender key = Sender.of(TestServer.OTHER_APP, "second-master-key");
            server.deleteOther();
            server.createOther();
            Sender anybody = new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
            Reply user =
                    server.post(anybody, "/users", "{\"username\":\"eve\",\"password\":\"pw\"}");
            server.post(key, "/classes/Note", "{}");
            Reply set =
                    server.put(
                            key,
                            "/settings",
                            "{\"settings\":{\"second-factor.step-up\":\"%s\"}}".formatted(stepUp));
            assertThat(set.status()).as("%s", set.body()).isEqualTo(200);
            return new Guarded(
                    key, anybody.session(user.text("sessionToken")), "eve", user.text("objectId"));
        }

        String note() {
            return server.post(session, "/classes/Note", "{}").text("objectId");
        }

        Reply deleteNote(Optional<String> proof) {
            Sender sender =
                    proof.map(each -> session.with("X-Rialto-Step-Up", each)).orElse(session);
            return server.delete(sender, "/classes/Note/" + note());
        }

        Reply stepUp(String body) {
            return server.post(session, "/second-factor/step-up", body);
        }
    }

    @Test
    void asksForAProofBeforeWhatTheAppLists() {
        Guarded app = Guarded.app("objects.delete, accounts.*");

        Reply refused = app.deleteNote(Optional.empty());
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo(1403);
        assertThat(refused.text("error")).contains("objects.delete", "X-Rialto-Step-Up");
        assertThat(app.deleteNote(Optional.of("step:1234")).code()).isEqualTo(1403);
        assertThat(app.deleteNote(Optional.of("123456")).code()).isEqualTo(1403);
        assertThat(server.delete(app.key(), "/classes/Note/" + app.note()).status()).isEqualTo(200);
        Reply batch =
                server.post(
                        app.session(),
                        "/batch",
                        "{\"requests\":[{\"method\":\"DELETE\",\"path\":\"/v1/classes/Note/%s\"}]}"
                                .formatted(app.note()));
        assertThat(batch.body().at("/0/error/code").asInt()).isEqualTo(1403);
        // A session alone does not make itself able to prove more.
        Reply begun = server.post(app.session(), "/second-factor/totp", "{}");
        var codes = new AuthenticatorApp(begun.text("secret"), PERIOD);
        assertThat(
                        server.post(
                                        app.session(),
                                        "/second-factor/totp/confirm",
                                        token(codes.at(0)))
                                .code())
                .isEqualTo(1403);

        assertThat(app.stepUp("{}").code()).isEqualTo(201);
        assertThat(app.stepUp("{\"password\":\"wrong\"}").code()).isEqualTo(101);
        String proof = app.stepUp("{\"password\":\"pw\"}").text("stepUpToken");
        assertThat(app.deleteNote(Optional.of(proof)).status()).isEqualTo(200);
        Sender proven = app.session().with("X-Rialto-Step-Up", proof);
        assertThat(server.post(proven, "/second-factor/totp/confirm", token(codes.at(0))).status())
                .isEqualTo(200);

        assertWrong(app.stepUp("{\"password\":\"pw\"}"));
        assertThat(app.deleteNote(Optional.of(codes.at(0))).status()).isEqualTo(200);
        assertThat(app.deleteNote(Optional.of(codes.at(0))).code()).isEqualTo(1403);
        assertThat(
                        app.stepUp("{\"password\":\"pw\",\"token\":\"%s\"}".formatted(codes.at(1)))
                                .status())
                .isEqualTo(200);
        assertThat(server.post(app.session(), "/logout", "{}").status()).isEqualTo(200);
    }

    @Test
    void asksOnSocketsAndForWhatIsPushed() {
        Reply user = server.signUp("pusher");
        String token = user.text("sessionToken");
        Sender master = Sender.master();
        String setting = "{\"settings\":{\"second-factor.step-up\":%s}}";
        server.post(master, "/classes/Pushed", "{}");
        Reply set =
                server.put(
                        master,
                        "/settings",
                        setting.formatted("\"live.subscribe, objects.create\""));
        assertThat(set.status()).as("%s", set.body()).isEqualTo(200);
        try (var live = new LiveClient(server.port(), ",\"sessionToken\":\"" + token + "\"")) {
            live.next();
            assertThat(
                            live.subscribe(1, "{\"className\":\"Pushed\",\"where\":{}}", "")
                                    .path("code")
                                    .asInt())
                    .isEqualTo(1403);
            Reply pushed =
                    server.post(
                            Sender.client().session(token),
                            "/sync",
                            "{\"operations\":[{\"id\":\"p1\",\"op\":\"create\","
                                    + "\"className\":\"Pushed\",\"localId\":\"local:p1\","
                                    + "\"fields\":{}}]}");
            assertThat(pushed.body().toString()).contains("1403");
            assertThat(server.find(master, "Pushed", "{}").body().path("results").size())
                    .isEqualTo(1);
        } finally {
            server.put(master, "/settings", setting.formatted("null"));
        }
    }

    /// Whatever the list has: a stolen session would change the password, and prove itself by that.
    @Test
    void asksBeforeAUserChangesHowItSignsIn() {
        Guarded app = Guarded.app("objects.delete");
        Sender proven =
                app.session()
                        .with(
                                "X-Rialto-Step-Up",
                                app.stepUp("{\"password\":\"pw\"}").text("stepUpToken"));
        String path = "/users/" + app.id();
        for (String harmless :
                List.of(
                        "{\"colour\":\"red\"}",
                        "{\"username\":\"eve\",\"email\":null}",
                        "{\"authData\":{\"anonymous\":null}}")) {
            assertThat(server.put(app.session(), path, harmless).status())
                    .as(harmless)
                    .isEqualTo(200);
        }
        for (String change :
                List.of(
                        "{\"email\":\"thief@example.com\"}",
                        "{\"phone\":\"+4915112345678\"}",
                        "{\"authData\":{\"anonymous\":{\"id\":\"of a thief\"}}}",
                        "{\"ACL\":{\"thief\":{\"write\":true}}}",
                        "{\"password\":\"pw2\"}")) {
            assertThat(server.put(app.session(), path, change).code()).as(change).isEqualTo(1403);
            Reply changed = server.put(proven, path, change);
            assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
        }
        Reply verified =
                server.post(
                        app.session(),
                        "/codes/verify",
                        "{\"phone\":\"+4915112345678\",\"code\":\"123456\"}");
        assertThat(verified.status()).isNotEqualTo(200);
        assertThat(server.put(app.key(), path, "{\"email\":\"owner@example.com\"}").status())
                .as("a key")
                .isEqualTo(200);
    }

    /// Nobody could let it in again.
    @Test
    void asksNobodyWhoHasNothingToProveWith() {
        Guarded app = Guarded.app("objects.delete");
        Sender anybody = new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
        Reply user =
                server.post(
                        anybody, "/users", "{\"authData\":{\"anonymous\":{\"id\":\"device\"}}}");
        Sender session = anybody.session(user.text("sessionToken"));
        String path = "/users/" + user.text("objectId");
        String upgrade =
                "{\"username\":\"ann\",\"password\":\"pw\",\"authData\":{\"anonymous\":null}}";
        assertThat(server.put(session, path, upgrade).status()).isEqualTo(200);
        assertThat(app.deleteNote(Optional.empty()).code()).isEqualTo(1403);
    }

    @Test
    void bindsProofsToTheirSession() {
        Guarded app = Guarded.app("objects.delete");
        String proof = app.stepUp("{\"password\":\"pw\"}").text("stepUpToken");
        Sender anybody = new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
        Reply again = server.post(anybody, "/login", "{\"username\":\"eve\",\"password\":\"pw\"}");

        Reply elsewhere =
                server.delete(
                        anybody.session(again.text("sessionToken")).with("X-Rialto-Step-Up", proof),
                        "/classes/Note/" + app.note());

        assertThat(elsewhere.code()).isEqualTo(1403);
    }

    @Test
    void asksByWhateverPath() {
        Guarded byClass = Guarded.app("objects.delete");
        for (String path : List.of("/users/", "/classes/_User/")) {
            assertThat(server.delete(byClass.session(), path + byClass.id()).code())
                    .as(path)
                    .isEqualTo(1403);
        }
        Guarded byPath = Guarded.app("accounts.*");
        for (String path : List.of("/users/", "/classes/_User/")) {
            assertThat(server.put(byPath.session(), path + byPath.id(), "{}").code())
                    .as(path)
                    .isEqualTo(1403);
        }
        assertThat(server.delete(byPath.session(), "/classes/Note/" + byPath.note()).status())
                .isEqualTo(200);
    }

    @Test
    void rejectsPatternsAboutNothing() {
        Guarded app = Guarded.app("objects.delete");

        Reply set =
                server.put(
                        app.key(),
                        "/settings",
                        "{\"settings\":{\"second-factor.step-up\":\"objects.delet\"}}");

        assertThat(set.code()).isEqualTo(162);
        assertThat(set.text("error")).contains("there is no operation objects.delet");
    }
}
