package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Sql;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Passkeys of an authenticator in Java. The conformance tests have a browser.
class PasskeysTest {
    private static final String SPENT =
            "its challenge was not asked, was answered before or is over";

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server =
                new TestServer(
                        Map.of(
                                "passkeys.rp-id", "example.com",
                                "passkeys.origins", "https://example.com, https://a.example.com",
                                "second-factor.options", "totp",
                                "second-factor.period", "5m"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// A user with a passkey.
    private record Holder(String id, Sender session, SoftAuthenticator device) {
        static Holder signedUp(String name) {
            return signedUp(name, new SoftAuthenticator());
        }

        static Holder signedUp(String name, SoftAuthenticator device) {
            Reply user = server.signUp(name);
            Sender session = Sender.client().session(user.text("sessionToken"));
            Reply key = register(session, device);
            assertThat(key.status()).as("%s", key.body()).isEqualTo(201);
            return new Holder(user.text("objectId"), session, device);
        }
    }

    private static Reply register(Sender session, SoftAuthenticator device) {
        return server.post(
                session,
                "/passkeys/registration",
                Json.write(device.register(registrationOptions(session))));
    }

    private static JsonNode registrationOptions(Sender session) {
        return server.post(session, "/passkeys/registration/options", "{}").body();
    }

    private static JsonNode signInOptions() {
        return server.post(Sender.client(), "/passkeys/sign-in/options", "{}").body();
    }

    private static Reply signIn(SoftAuthenticator device) {
        return signIn(device.signIn(signInOptions()));
    }

    private static Reply signIn(ObjectNode body) {
        return server.post(Sender.client(), "/passkeys/sign-in", Json.write(body));
    }

    private static void assertRefused(Reply reply, String why) {
        assertThat(reply.status()).as("%s", reply.body()).isEqualTo(404);
        assertThat(reply.code()).isEqualTo(101);
        assertThat(reply.text("error")).isEqualTo("The passkey was not accepted: " + why + ".");
    }

    @Test
    void signsInWithoutAUsername() {
        Holder ada = Holder.signedUp("ada");
        ada.device().counter++;

        Reply reply = signIn(ada.device());

        assertThat(reply.status()).as("%s", reply.body()).isEqualTo(200);
        assertThat(reply.text("objectId")).isEqualTo(ada.id());
        Sender session = Sender.client().session(reply.text("sessionToken"));
        assertThat(server.get(session, "/users/me").text("username")).isEqualTo("ada");
        assertThat(
                        server.get(session, "/sessions/me")
                                .body()
                                .at("/createdWith/authProvider")
                                .asString())
                .isEqualTo("passkey");
    }

    @Test
    void asksForWhatItNeedsAndNothingElse() {
        Reply user = server.signUp("asked");
        Sender session = Sender.client().session(user.text("sessionToken"));

        JsonNode options = registrationOptions(session);
        JsonNode again = registrationOptions(session);

        assertThat(options.path("rp"))
                .isEqualTo(Json.read("{\"id\":\"example.com\",\"name\":\"first\"}"));
        assertThat(options.path("attestation").asString()).isEqualTo("none");
        assertThat(options.at("/authenticatorSelection/residentKey").asString())
                .isEqualTo("required");
        assertThat(options.at("/authenticatorSelection/userVerification").asString())
                .isEqualTo("required");
        assertThat(options.at("/user/id").asString())
                .hasSize(43)
                .isEqualTo(again.at("/user/id").asString())
                .doesNotContain(user.text("objectId"));
        assertThat(options.path("challenge")).isNotEqualTo(again.path("challenge"));
        assertThat(signInOptions().path("allowCredentials").isEmpty()).isTrue();
        assertThat(server.post(Sender.client(), "/passkeys/registration/options", "{}").code())
                .isEqualTo(206);
    }

    @Test
    void keepsSeveralOfAUserByName() {
        Holder user = Holder.signedUp("collector");
        var second = new SoftAuthenticator();
        second.flags |= SoftAuthenticator.BACKUP_ELIGIBLE | SoftAuthenticator.BACKED_UP;
        JsonNode options = registrationOptions(user.session());
        assertThat(options.path("excludeCredentials").size()).isEqualTo(1);
        assertThat(options.at("/excludeCredentials/0/transports"))
                .isEqualTo(Json.read("[\"internal\"]"));
        Reply added =
                server.post(
                        user.session(),
                        "/passkeys/registration",
                        Json.write(second.register(options).put("name", " Phone ")));
        assertThat(added.text("name")).isEqualTo("Phone");
        assertThat(added.body().path("backedUp").asBoolean()).isTrue();
        String id = added.text("objectId");

        Sender stranger = Holder.signedUp("envious").session();
        assertThat(server.put(stranger, "/passkeys/" + id, "{\"name\":\"Mine\"}").code())
                .isEqualTo(101);
        assertThat(server.delete(stranger, "/passkeys/" + id).code()).isEqualTo(101);
        assertThat(server.put(user.session(), "/passkeys/" + id, "{\"name\":\"\"}").code())
                .isEqualTo(162);
        assertThat(server.put(user.session(), "/passkeys/" + id, "{\"name\":\"Work\"}").status())
                .isEqualTo(200);
        JsonNode all = server.get(user.session(), "/passkeys").body().path("results");
        assertThat(all.valueStream().map(each -> each.path("name").asString()))
                .containsExactly("Passkey", "Work");
        assertThat(all.toString()).doesNotContain("credential");
        assertThat(server.delete(user.session(), "/passkeys/" + id).status()).isEqualTo(200);
        assertRefused(signIn(second), "it is not known");
        user.device().counter++;
        assertThat(signIn(user.device()).status()).isEqualTo(200);
    }

    @Test
    void keepsBackupFlags() {
        var device = new SoftAuthenticator();
        device.flags |= SoftAuthenticator.BACKUP_ELIGIBLE;
        Holder user = Holder.signedUp("backed", device);
        device.counter = 2;
        device.flags |= SoftAuthenticator.BACKED_UP;
        assertThat(signIn(device).status()).isEqualTo(200);

        JsonNode key = server.get(user.session(), "/passkeys").body().at("/results/0");

        assertThat(key.path("backupEligible").asBoolean()).isTrue();
        assertThat(key.path("backedUp").asBoolean()).isTrue();
        assertThat(key.has("usedAt")).isTrue();
        device.counter = 3;
        device.flags &= ~(SoftAuthenticator.BACKUP_ELIGIBLE | SoftAuthenticator.BACKED_UP);
        assertRefused(signIn(device), "what it has signed is not valid");
    }

    static Stream<Arguments> wrongs() {
        return Stream.of(
                wrong(
                        "its origin is not one of passkeys.origins",
                        d -> d.origin = "https://b.example.com"),
                wrong(
                        "its origin is not one of passkeys.origins",
                        d -> d.origin = "https://example.com:8443"),
                wrong(
                        "its origin is not one of passkeys.origins",
                        d -> d.origin = "http://example.com"),
                wrong(
                        "its origin is not one of passkeys.origins",
                        d -> d.origin = "https://example.com.evil.net"),
                wrong("it is not for the domain of passkeys.rp-id", d -> d.rpId = "evil.net"),
                wrong("it has not verified its user", d -> d.flags = SoftAuthenticator.PRESENT),
                wrong("what it has signed is not valid", d -> d.flags = SoftAuthenticator.VERIFIED),
                wrong("it is not known", d -> d.handle = "AAAA"),
                wrong("it is not known", d -> d.handle = ""));
    }

    private static Arguments wrong(String why, Consumer<SoftAuthenticator> deed) {
        return Arguments.of(why, deed);
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void refusesWhatIsWrong(String why, Consumer<SoftAuthenticator> deed) {
        SoftAuthenticator device = Holder.signedUp("wrong" + System.nanoTime()).device();
        device.counter++;
        deed.accept(device);

        assertRefused(signIn(device), why);
    }

    @ParameterizedTest
    @CsvSource({
        "https://evil.net, example.com, 5",
        "https://example.com, evil.net, 5",
        "https://example.com, example.com, 1"
    })
    void registersNothingWrong(String origin, String rpId, int flags) {
        Reply user = server.signUp("misled" + System.nanoTime());
        var device = new SoftAuthenticator();
        device.origin = origin;
        device.rpId = rpId;
        device.flags = flags;

        Sender session = Sender.client().session(user.text("sessionToken"));
        assertThat(register(session, device).code()).isEqualTo(101);
        assertThat(server.get(session, "/passkeys").body().path("results").isEmpty()).isTrue();
    }

    @Test
    void usesAChallengeOnceUnderARace() throws Exception {
        SoftAuthenticator device = Holder.signedUp("replayed").device();
        // Authenticators that don't count can be told apart by challenges alone.
        device.counter = 5;
        String body = Json.write(device.signIn(signInOptions()));

        List<Reply> replies =
                TestServer.together(
                        30, () -> server.post(Sender.client(), "/passkeys/sign-in", body));

        assertThat(replies).filteredOn(reply -> reply.status() == 200).hasSize(1);
        assertRefused(server.post(Sender.client(), "/passkeys/sign-in", body), SPENT);
    }

    @Test
    void bindsChallengesToTheirPurposeAndUser() {
        Holder user = Holder.signedUp("bound");
        Holder other = Holder.signedUp("unbound");
        user.device().counter++;

        assertRefused(signIn(user.device().signIn(registrationOptions(user.session()))), SPENT);
        JsonNode ofOther = registrationOptions(other.session());
        assertRefused(
                server.post(
                        user.session(),
                        "/passkeys/registration",
                        Json.write(new SoftAuthenticator().register(ofOther))),
                SPENT);
        ObjectNode unasked = Json.object().put("challenge", "AAAA");
        assertRefused(signIn(user.device().signIn(unasked)), SPENT);
    }

    @Test
    void forgetsChallengesAfterFiveMinutes() throws Exception {
        SoftAuthenticator device = Holder.signedUp("slow").device();
        device.counter++;
        JsonNode options = signInOptions();
        try (var connection = server.connect();
                var statement = connection.createStatement()) {
            statement.executeUpdate(
                    "UPDATE app_first._passkey_challenge SET \"expiresAt\" = now() - interval '1s'");
        }

        assertRefused(signIn(device.signIn(options)), SPENT);
    }

    @Test
    void refusesCountersThatDoNotGrow() {
        Holder user = Holder.signedUp("cloned");
        user.device().counter = 7;
        assertThat(signIn(user.device()).status()).isEqualTo(200);

        assertRefused(
                signIn(user.device()), "its counter was used already, so it may have been cloned");
        user.device().counter = 6;
        assertRefused(
                signIn(user.device()), "its counter was used already, so it may have been cloned");
        assertThat(
                        server.get(user.session(), "/passkeys")
                                .body()
                                .at("/results/0")
                                .has("cloneSeenAt"))
                .isTrue();
    }

    @Test
    void refusesSignaturesOfOthers() {
        Holder user = Holder.signedUp("forged");
        user.device().counter++;
        ObjectNode body = user.device().signIn(signInOptions());
        var forger = new SoftAuthenticator();
        forger.handle = user.device().handle;
        forger.counter = 9;
        ObjectNode forged = forger.signIn(signInOptions());
        forged.withObject("/credential").put("id", body.at("/credential/id").asString());

        assertRefused(signIn(forged), "its signature is not valid");
    }

    @Test
    void knowsNoPasskeysOfOtherAppsAndDeletedUsers() {
        Holder user = Holder.signedUp("foreign");
        user.device().counter++;
        Sender other = new Sender(Map.of("X-Parse-Application-Id", TestServer.OTHER_APP));
        JsonNode options = server.post(other, "/passkeys/sign-in/options", "{}").body();
        assertRefused(
                server.post(other, "/passkeys/sign-in", Json.write(user.device().signIn(options))),
                "it is not known");
        assertRefused(
                server.post(
                        other,
                        "/passkeys/sign-in",
                        Json.write(user.device().signIn(signInOptions()))),
                SPENT);

        assertThat(server.delete(user.session(), "/users/" + user.id()).status()).isEqualTo(200);
        assertRefused(signIn(user.device()), "it is not known");
    }

    @Test
    void rejectsAnswersThatAreMalformed() {
        Holder user = Holder.signedUp("fuzzed");
        user.device().counter++;
        for (String body :
                List.of(
                        "{}",
                        "{\"credential\":1}",
                        "{\"credential\":{\"id\":\"!\",\"response\":{}}}")) {
            assertThat(server.post(Sender.client(), "/passkeys/sign-in", body).code())
                    .isEqualTo(162);
            assertThat(server.post(user.session(), "/passkeys/registration", body).code())
                    .isEqualTo(162);
        }
        for (String field : List.of("clientDataJSON", "authenticatorData", "signature")) {
            ObjectNode body = user.device().signIn(signInOptions());
            String whole = body.at("/credential/response/" + field).asString();
            for (int length = 0; length < whole.length(); length += 9) {
                body.withObject("/credential/response").put(field, whole.substring(0, length));
                Reply reply = signIn(body);
                assertThat(reply.status()).as(field + length).isBetween(400, 404);
                assertThat(reply.body().has("sessionToken")).isFalse();
            }
        }
        ObjectNode registration =
                new SoftAuthenticator().register(registrationOptions(user.session()));
        String whole = registration.at("/credential/response/attestationObject").asString();
        for (int length = 0; length < whole.length(); length += 5) {
            registration
                    .withObject("/credential/response")
                    .put("attestationObject", whole.substring(0, length));
            Reply reply =
                    server.post(user.session(), "/passkeys/registration", Json.write(registration));
            assertThat(reply.status()).as("%d %s", length, reply.body()).isBetween(400, 404);
        }
    }

    @Test
    void isTwoFactorsWhenItsUserIsVerified() {
        Holder user = Holder.signedUp("strong");
        String secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        var codes = new AuthenticatorApp(secret, java.time.Duration.ofMinutes(5));
        Reply set =
                server.put(
                        user.session(),
                        "/users/" + user.id(),
                        "{\"authData\":{\"mfa\":{\"secret\":\"%s\",\"token\":\"%s\"}}}"
                                .formatted(secret, codes.at(0)));
        assertThat(set.status()).as("%s", set.body()).isEqualTo(200);

        user.device().counter++;
        assertThat(signIn(user.device()).status()).isEqualTo(200);
        // One more passkey would be a way past the second factor.
        Reply added = register(user.session(), new SoftAuthenticator());
        assertThat(added.code()).isEqualTo(1403);
        Sender proven = user.session().with("X-Rialto-Step-Up", codes.at(0));
        assertThat(register(proven, new SoftAuthenticator()).status()).isEqualTo(201);

        Sender master = Sender.master();
        String setting = "{\"settings\":{\"passkeys.user-verification\":%s}}";
        assertThat(server.put(master, "/settings", setting.formatted("\"preferred\"")).status())
                .isEqualTo(200);
        try {
            user.device().flags = SoftAuthenticator.PRESENT;
            user.device().counter++;
            Reply weak = signIn(user.device());
            assertThat(weak.code()).as("%s", weak.body()).isEqualTo(-1);
            user.device().counter++;
            ObjectNode body = user.device().signIn(signInOptions());
            body.putObject("authData").putObject("mfa").put("token", codes.at(1));
            assertThat(signIn(body).status()).isEqualTo(200);
        } finally {
            server.put(master, "/settings", setting.formatted("null"));
        }
    }

    @Test
    void provesAnewWhoTheUserIs() {
        Holder user = Holder.signedUp("proven");
        Holder other = Holder.signedUp("unproven");
        JsonNode options = server.post(user.session(), "/passkeys/step-up/options", "{}").body();
        assertThat(options.path("allowCredentials").size()).isEqualTo(1);
        user.device().counter++;
        other.device().counter++;

        assertRefused(
                server.post(
                        user.session(),
                        "/passkeys/step-up",
                        Json.write(other.device().signIn(options))),
                "it is not known");
        JsonNode again = server.post(user.session(), "/passkeys/step-up/options", "{}").body();
        Reply proof =
                server.post(
                        user.session(),
                        "/passkeys/step-up",
                        Json.write(user.device().signIn(again)));
        assertThat(proof.text("stepUpToken")).as("%s", proof.body()).startsWith("step:");

        Sender master = Sender.master();
        String setting = "{\"settings\":{\"second-factor.step-up\":%s}}";
        server.put(master, "/settings", setting.formatted("\"passkeys.delete\""));
        try {
            assertThat(server.delete(user.session(), "/passkeys/x").code()).isEqualTo(1403);
            Sender proven = user.session().with("X-Rialto-Step-Up", proof.text("stepUpToken"));
            assertThat(server.delete(proven, "/passkeys/x").code()).isEqualTo(101);
        } finally {
            server.put(master, "/settings", setting.formatted("null"));
        }
    }

    /// A stolen session of a user who has nothing but a passkey.
    @Test
    void givesAStolenSessionNoOtherProof() {
        Holder user = Holder.signedUp("passwordless");
        server.database()
                .update(
                        Sql.of(
                                "update app_first.\"_User\" set _hashed_password = null where"
                                        + " \"objectId\" = ?",
                                user.id()));
        String key =
                server.get(user.session(), "/passkeys").body().at("/results/0/objectId").asString();
        Sender master = Sender.master();
        String setting = "{\"settings\":{\"second-factor.step-up\":%s}}";
        server.put(master, "/settings", setting.formatted("\"objects.delete\""));
        try {
            Reply begun = server.post(user.session(), "/second-factor/totp", "{}");
            var codes = new AuthenticatorApp(begun.text("secret"), java.time.Duration.ofMinutes(5));
            String token = "{\"token\":\"%s\"}".formatted(codes.at(0));
            String confirm = "/second-factor/totp/confirm";
            assertThat(server.post(user.session(), confirm, token).code()).isEqualTo(1403);
            assertThat(register(user.session(), new SoftAuthenticator()).code()).isEqualTo(1403);
            assertThat(server.delete(user.session(), "/passkeys/" + key).code()).isEqualTo(1403);
            String password = "{\"password\":\"mine\"}";
            String path = "/users/" + user.id();
            assertThat(server.put(user.session(), path, password).code()).isEqualTo(1403);

            user.device().counter++;
            JsonNode asked = server.post(user.session(), "/passkeys/step-up/options", "{}").body();
            String proof =
                    server.post(
                                    user.session(),
                                    "/passkeys/step-up",
                                    Json.write(user.device().signIn(asked)))
                            .text("stepUpToken");
            Sender proven = user.session().with("X-Rialto-Step-Up", proof);
            assertThat(server.post(proven, confirm, token).status()).isEqualTo(200);
            assertThat(server.put(proven, path, password).status()).isEqualTo(200);
        } finally {
            server.put(master, "/settings", setting.formatted("null"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "passkeys.rp-id, https://example.com",
        "passkeys.origins, http://example.com",
        "passkeys.origins, https://example.com/",
        "passkeys.origins, https://user@example.com",
        "passkeys.origins, https://example.org",
        "passkeys.origins, https://badexample.com",
        "passkeys.origins, *",
        "passkeys.user-verification, discouraged",
    })
    void rejectsSettingsThatAreNotSafe(String key, String value) {
        Reply set =
                server.put(
                        Sender.master(),
                        "/settings",
                        "{\"settings\":{\"%s\":\"%s\"}}".formatted(key, value));

        assertThat(set.code()).isEqualTo(162);
        assertThat(set.text("error")).contains(key);
    }
}
