package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SignInTest {
    private static final SignInServer WEB = new SignInServer();
    private static final TestServer SERVER = WEB.server;

    @AfterAll
    static void close() {
        WEB.close();
    }

    @BeforeAll
    static void linkByEmailInTheOtherApp() {
        Reply set =
                SERVER.put(
                        Sender.of(TestServer.OTHER_APP, "second-master-key"),
                        "/settings",
                        "{\"settings\": {\"sign-in.link-by-email\": true}}");
        assertThat(set.status()).as(set.toString()).isEqualTo(200);
    }

    @Test
    void signsUpAndInByAuthDataAndKeepsNoToken() {
        Reply first = SERVER.post(Sender.client(), "/users", WEB.authData("ada", ""));
        Reply again = SERVER.post(Sender.client(), "/users", WEB.authData("ada", ""));

        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text("objectId")).isEqualTo(first.text("objectId"));
        assertThat(again.body().path("authData").toString())
                .isEqualTo("{\"acme\":{\"id\":\"ada\"}}");
        assertThat(
                        SERVER.get(
                                        Sender.client().session(again.text("sessionToken")),
                                        "/sessions/me")
                                .body()
                                .path("createdWith")
                                .path("authProvider")
                                .asString(""))
                .isEqualTo("acme");
    }

    /// Parse Server's advisory "authData race".
    @Test
    void makesOneUserOfManyConcurrentSignInsWithANewIdentity() throws Exception {
        String body = WEB.authData("racer", "");

        List<Reply> replies =
                SignInServer.atOnce(20, _ -> SERVER.post(Sender.client(), "/users", body));

        assertThat(replies).allSatisfy(each -> assertThat(each.status()).isIn(200, 201));
        assertThat(SignInServer.ids(replies)).hasSize(1);
        assertThat(
                        SERVER.find(Sender.master(), "_User", "{\"authData.acme.id\": \"racer\"}")
                                .body()
                                .path("results"))
                .hasSize(1);
    }

    @Test
    void linksToTheUserOfASessionAndUnlinks() {
        Reply user = SERVER.signUp("linker");
        Sender self = Sender.client().session(user.text("sessionToken"));

        Reply linked = WEB.exchange(self, WEB.code("linked"), SignInServer.VERIFIER);

        assertThat(linked.text("objectId")).isEqualTo(user.text("objectId"));
        assertThat(linked.text("sessionToken")).isEqualTo(user.text("sessionToken"));
        assertThat(
                        SERVER.post(Sender.client(), "/users", WEB.authData("linked", ""))
                                .text("objectId"))
                .isEqualTo(user.text("objectId"));
        Reply stranger = SERVER.signUp("stranger");
        assertThat(
                        WEB.exchange(
                                        Sender.client().session(stranger.text("sessionToken")),
                                        WEB.code("linked"),
                                        SignInServer.VERIFIER)
                                .code())
                .isEqualTo(208);
        assertThat(
                        SERVER.put(
                                        self,
                                        "/users/" + user.text("objectId"),
                                        "{\"authData\": {\"acme\": null}}")
                                .status())
                .isEqualTo(200);
        assertThat(
                        SERVER.post(Sender.client(), "/users", WEB.authData("linked", ""))
                                .text("objectId"))
                .isNotEqualTo(user.text("objectId"));
    }

    /// SDKs send all of `authData` when they link one more.
    @Test
    void linksAnotherProviderBesideIdentitiesThatAreSentBackWithoutProof() {
        Reply user = WEB.exchange(Sender.client(), WEB.code("first of two"), SignInServer.VERIFIER);
        Sender self = Sender.client().session(user.text("sessionToken"));
        String path = "/users/" + user.text("objectId");
        String second = WEB.issuer.token("other", "second", "", "");
        String both =
                "{\"authData\": {\"acme\": {\"id\": \"%s\"},"
                        + " \"other\": {\"id\": \"second\", \"id_token\": \"%s\"}}}";

        assertThat(SERVER.put(self, path, both.formatted("somebody else", second)).code())
                .isEqualTo(101);
        assertThat(SERVER.put(self, path, both.formatted("first of two", "no token")).code())
                .isEqualTo(101);
        assertThat(SERVER.put(self, path, both.formatted("first of two", second)).status())
                .isEqualTo(200);
        assertThat(SERVER.get(self, path).body().path("authData").toString())
                .isEqualTo("{\"acme\":{\"id\":\"first of two\"},\"other\":{\"id\":\"second\"}}");
        assertThat(
                        SERVER.post(
                                        Sender.client(),
                                        "/users",
                                        "{\"authData\": {\"acme\": {\"id\": \"first of two\"}}}")
                                .code())
                .isEqualTo(101);
    }

    /// An account that was prepared with somebody's address must not become theirs, nor one of
    /// theirs become that of a provider's user who only claims the address.
    @Test
    void linksByEmailOnlyWhereBothHaveVerifiedItAndTheAppAsks() {
        Sender master = Sender.of(TestServer.OTHER_APP, "second-master-key");
        String verified = ", \"email\": \"%s@example.com\", \"email_verified\": true";
        Map<String, String> users = new HashMap<>();
        for (String name : List.of("both", "user", "provider", "first")) {
            Reply made =
                    SERVER.post(
                            master,
                            "/users",
                            "{\"username\":\"%1$s\",\"password\":\"p\",\"email\":\"%1$s@example.com\"}"
                                    .formatted(name));
            users.put(name, made.text("objectId"));
            if (!name.equals("provider")) {
                SERVER.put(master, "/users/" + made.text("objectId"), "{\"emailVerified\": true}");
            }
        }
        Reply both =
                SERVER.post(
                        SignInServer.other(),
                        "/users",
                        WEB.authData("e-both", verified.formatted("both")));
        assertThat(both.status()).as(both.toString()).isEqualTo(200);
        assertThat(both.text("objectId")).isEqualTo(users.get("both"));
        for (String more :
                List.of(
                        ", \"email\": \"user@example.com\", \"email_verified\": false",
                        verified.formatted("provider"))) {
            Reply apart =
                    SERVER.post(
                            SignInServer.other(),
                            "/users",
                            WEB.authData("e" + more.hashCode(), more));
            assertThat(apart.status()).as(apart.toString()).isEqualTo(201);
        }
        // The user has an identity there already: it is not replaced.
        assertThat(
                        SERVER.post(
                                        SignInServer.other(),
                                        "/users",
                                        WEB.authData("e-second", verified.formatted("both")))
                                .status())
                .isEqualTo(201);

        Reply off = SERVER.signUp("careful");
        SERVER.put(Sender.master(), "/users/" + off.text("objectId"), "{\"emailVerified\": true}");
        assertThat(
                        SERVER.post(
                                        Sender.client(),
                                        "/users",
                                        WEB.authData("e-off", verified.formatted("careful")))
                                .status())
                .isEqualTo(201);
    }

    @Test
    void holdsNoConnectionOfTheDatabaseWhileAProviderIsSlow() throws Exception {
        WEB.issuer.holdTokens();
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            waiting.add(
                    Thread.startVirtualThread(() ->
                            SERVER.post(
                                    Sender.client(),
                                    "/users",
                                    "{\"authData\": {\"acme\": {\"code\": \"slow\"}}}")));
        }
        try {
            WEB.issuer.awaitHeld(12);
            for (int i = 0; i < 3; i++) {
                assertThat(SERVER.get(Sender.client(), "/classes/Anything").status())
                        .isEqualTo(200);
            }
        } finally {
            WEB.issuer.releaseTokens();
        }
        for (Thread each : waiting) {
            each.join();
        }
    }

    @Test
    void showsTheOwnerThatAProviderNeedsAClientId() {
        Reply refused =
                SERVER.put(
                        Sender.of(TestServer.OTHER_APP, "second-master-key"),
                        "/settings",
                        "{\"settings\": {\"sign-in.providers\": \"google\"}}");

        assertThat(refused.code()).isEqualTo(162);
        assertThat(refused.text("error")).contains("sign-in.google.client-id must be set");
        assertThat(Json.write(refused.body())).doesNotContain("s3cret");
    }
}
