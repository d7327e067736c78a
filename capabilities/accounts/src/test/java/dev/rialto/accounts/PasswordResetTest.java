package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Settings;
import dev.rialto.store.Sql;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordResetTest {
    private static final TestServer SERVER = new TestServer();
    private static final int RACERS = 50;

    private final String name = SERVER.freshName();
    private final String address = name + "@example.com";

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @BeforeEach
    void useDefaults() {
        SERVER.mail.set();
    }

    private Reply request(String body) {
        return SERVER.client.post("/requestPasswordReset", body);
    }

    private String requested() {
        assertThat(request("{\"email\": \"%s\"}".formatted(address)).status()).isEqualTo(200);
        return SERVER.mail.token(address, "password-reset");
    }

    private Reply open(String token) {
        return SERVER.client.get(
                "/apps/test/request_password_reset", "{\"token\": \"%s\"}".formatted(token));
    }

    private Reply choose(String token, String password) {
        return SERVER.client.post(
                "/apps/test/request_password_reset",
                "{\"token\": \"%s\", \"new_password\": \"%s\"}".formatted(token, password));
    }

    private int logIn(String password) {
        return SERVER.client
                .post(
                        "/login",
                        "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(name, password))
                .status();
    }

    @Test
    void setsTheChosenPasswordAndEndsSessions() {
        Reply made = SERVER.signUp(name);
        String token = requested();
        assertThat(SERVER.mail.link(address, "password-reset").toString())
                .startsWith("https://api.example/v1/apps/test/request_password_reset?token=");

        Reply form = open(token);
        assertThat(form.text("page")).isEqualTo("choose-password");
        assertThat(form.text("username")).isEqualTo(name);
        assertThat(open(token).text("page")).as("opened twice").isEqualTo("choose-password");

        assertThat(choose(token, "chosen").text("page")).isEqualTo("password-reset-success");
        assertThat(logIn("secret")).isEqualTo(404);
        assertThat(logIn("chosen")).isEqualTo(200);
        assertThat(SERVER.as(made).get("/users/me").code()).isEqualTo(209);
        assertThat(SERVER.mail.last(address, "password-changed").language()).isEqualTo("zh-CN");
    }

    @Test
    void sessionsStayWhereTheAppWantsThat() {
        SERVER.mail.set(
                "accounts.revoke-session-on-password-reset", "false",
                "accounts.password-changed-mail", "false");
        Reply made = SERVER.signUp(name);
        choose(requested(), "chosen");

        assertThat(SERVER.as(made).get("/users/me").status()).isEqualTo(200);
        assertThat(SERVER.mail.to(address)).hasSize(1);
    }

    @Test
    void resetTokensCannotBeReused() {
        SERVER.signUp(name);
        String token = requested();
        choose(token, "first");

        assertThat(open(token).text("page")).isEqualTo("invalid-password-reset-link");
        assertThat(choose(token, "second").text("page")).isEqualTo("invalid-password-reset-link");
        assertThat(logIn("first")).isEqualTo(200);
    }

    @Test
    void ofFiftyAttemptsWithOneTokenOneSucceeds() throws Exception {
        SERVER.signUp(name);
        String token = requested();
        var start = new CountDownLatch(1);
        List<Future<Reply>> attempts;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            attempts =
                    IntStream.range(0, RACERS)
                            .mapToObj(i ->
                                    threads.submit(() -> {
                                        start.await();
                                        return choose(token, "racer" + i);
                                    }))
                            .toList();
            start.countDown();
        }
        List<String> pages = attempts.stream().map(each -> result(each).text("page")).toList();
        assertThat(pages).filteredOn("password-reset-success"::equals).hasSize(1);
        assertThat(pages).filteredOn("invalid-password-reset-link"::equals).hasSize(RACERS - 1);
        assertThat(logIn("racer" + pages.indexOf("password-reset-success"))).isEqualTo(200);
    }

    private static Reply result(Future<Reply> attempt) {
        try {
            return attempt.get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void aRefusedPasswordLeavesTheLinkAsItIs() {
        SERVER.signUp(name);
        String token = requested();

        Reply again = choose(token, "x".repeat(5_000));
        assertThat(again.text("page")).isEqualTo("choose-password");
        assertThat(again.text("error")).isEqualTo("a password must have at most 4096 characters");
        assertThat(choose(token, "").text("error")).isEqualTo("password is required");

        assertThat(choose(token, "chosen").text("page")).isEqualTo("password-reset-success");
    }

    @Test
    void expiredLinksAreReplacedByTheirTokens() {
        SERVER.signUp(name);
        String token = requested();
        SERVER.clock.advance(Duration.ofHours(3));

        assertThat(open(token).text("page")).isEqualTo("invalid-password-reset-link");
        assertThat(choose(token, "chosen").text("page")).isEqualTo("invalid-password-reset-link");
        assertThat(request("{\"token\": \"%s\"}".formatted(token)).status()).isEqualTo(200);
        assertThat(SERVER.mail.token(address, "password-reset")).isNotEqualTo(token);
    }

    @Test
    void anotherLinkReplacesTheFirstUnlessTheyAreReused() {
        SERVER.signUp(name);
        String first = requested();
        String second = requested();
        assertThat(open(first).text("page")).isEqualTo("invalid-password-reset-link");

        SERVER.mail.set("accounts.reset-token-reuse", "true");
        requested();
        assertThat(open(second).text("page")).isEqualTo("choose-password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "email"})
    void linksAreVoidOncePasswordOrAddressHaveChanged(String field) {
        Reply made = SERVER.signUp(name);
        String token = requested();
        SERVER.as(made)
                .put(
                        "/users/" + made.text("objectId"),
                        "{\"%s\": \"other-%s\"}".formatted(field, address));

        assertThat(choose(token, "chosen").text("page")).isEqualTo("invalid-password-reset-link");
    }

    @Test
    void tellsNobodyWhoHasAnAddress() {
        SERVER.signUp(name);
        Reply known = request("{\"email\": \"%s\"}".formatted(address));
        Reply unknown = request("{\"email\": \"nobody-%s\"}".formatted(address));
        assertThat(unknown).isEqualTo(known);
        assertThat(SERVER.mail.to("nobody-" + address)).isEmpty();

        SERVER.mail.set("accounts.reset-success-on-invalid-email", "false");
        Reply told = request("{\"email\": \"nobody-%s\"}".formatted(address));
        assertThat(told.code()).isEqualTo(101);
        assertThat(told.error()).isEqualTo("A user with that email does not exist.");
    }

    /// Letters that are the same in another case must not lead to the mailbox of somebody else.
    @Test
    void mailGoesToTheAddressOfTheUserAndNotToTheOneThatIsAskedFor() {
        SERVER.signUp(name);
        request("{\"email\": \"%s\"}".formatted(address.toUpperCase(Locale.ROOT)));
        assertThat(SERVER.mail.to(address)).hasSize(1);
        assertThat(SERVER.mail.to(address.toUpperCase(Locale.ROOT))).isEmpty();
    }

    @Test
    void aUsernameThatIsAnAddressWillDoForUsersWithoutAnother() {
        SERVER.client.post(
                "/users", "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(address));
        choose(requested(), "chosen");
        assertThat(
                        SERVER.client
                                .post(
                                        "/login",
                                        "{\"username\": \"%s\", \"password\": \"chosen\"}"
                                                .formatted(address))
                                .status())
                .isEqualTo(200);
    }

    /// Otherwise whoever takes the address of somebody else as a username is sent mail to there.
    @Test
    void aUsernameIsNotTakenForTheAddressOfAUserWhoHasAnother() {
        SERVER.client.post(
                "/users",
                """
                {"username": "%s", "password": "secret", "email": "own-%s"}
                """
                        .formatted(address, address));
        request("{\"email\": \"%s\"}".formatted(address));
        assertThat(SERVER.mail.to(address)).isEmpty();
        assertThat(SERVER.mail.to("own-" + address)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 204 | you must provide an email",
                "{\"email\": \"\"} | 204 | you must provide an email",
                "{\"email\": {\"$gt\": \"\"}} | 125 | you must provide a valid email string",
                "{\"email\": 5} | 125 | you must provide a valid email string",
                "{\"token\": {\"$ne\": null}} | 162 | token must be a string",
                "{\"token\": \"unknown\"} | 125 | you must provide a valid email string",
            })
    void refusesWhatIsNotAnAddress(String body, int code, String error) {
        Reply refused = request(body);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.error()).isEqualTo(error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ne\": null}",
                "{\"$regex\": \"^\"}",
                "{\"$exists\": true}",
                "[\"x\"]",
                "null",
                "true",
                "\"' OR ''='\"",
            })
    void resetTokensCannotBeInjected(String token) {
        SERVER.signUp(name);
        requested();
        Reply page =
                SERVER.client.post(
                        "/apps/test/request_password_reset",
                        "{\"token\": %s, \"username\": \"%s\", \"new_password\": \"stolen\"}"
                                .formatted(token, name));
        assertThat(page.text("page")).isEqualTo("invalid-password-reset-link");
        assertThat(
                        SERVER.client
                                .get(
                                        "/apps/test/request_password_reset",
                                        "{\"token\": %s}".formatted(token))
                                .text("page"))
                .isEqualTo("invalid-password-reset-link");
        assertThat(logIn("secret")).isEqualTo(200);
    }

    @Test
    void theDatabaseHasNoTokens() {
        SERVER.signUp(name);
        String token = requested();
        List<String> rows =
                SERVER.database()
                        .query(
                                Sql.of(
                                        "SELECT t::text FROM "
                                                + Sql.name(SERVER.app().schema())
                                                + ".\"_link_token\" t"),
                                row -> row.getString(1));
        assertThat(rows).isNotEmpty().noneMatch(row -> row.contains(token));
        assertThat(token).hasSize(64);
    }

    @Test
    void deletingAUserDeletesItsLinks() {
        Reply made = SERVER.signUp(name);
        String token = requested();
        SERVER.master().delete("/users/" + made.text("objectId"));
        assertThat(choose(token, "chosen").text("page")).isEqualTo("invalid-password-reset-link");
    }

    @Test
    void ownPagesAreToldWhatParseServerTellsThem() {
        SERVER.mail.set(
                "accounts.pages.choose-password", "https://shop.example/choose?a=1",
                "accounts.pages.invalid-link", "https://shop.example/invalid",
                "accounts.pages.frame", "https://shop.example/frame");
        SERVER.signUp(name);
        String token = requested();
        assertThat(SERVER.mail.link(address, "password-reset").toString())
                .isEqualTo(
                        "https://shop.example/frame?link=%2Fapps%2Ftest%2Frequest_password_reset"
                                + "&token="
                                + token);

        Reply form = open(token);
        assertThat(form.status()).isEqualTo(303);
        assertThat(form.headers().get("Location"))
                .startsWith("https://shop.example/choose?a=1&")
                .contains("token=" + token, "username=" + name, "appId=test", "id=test");
        assertThat(form.headers().get("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(open("unknown").headers().get("Location"))
                .startsWith("https://shop.example/invalid?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "//evil.example",
                "/relative",
                "https://user:password@shop.example/",
                "https://shop.example/#x",
                "not a url",
            })
    void ownPagesAreWholeAddressesOfPages(String address) {
        var in = new Settings(Map.of("accounts.pages.invalid-link", address), Map.of(), Map.of());
        assertThat(EmailSettings.read(in).pages().addresses()).isEmpty();
        assertThat(in.problems())
                .containsExactly(
                        "accounts.pages.invalid-link must be the http or https URL of a page,"
                                + " without a fragment");
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example", "//evil.example", "../../evil"})
    void noParameterLeadsElsewhere(String target) {
        SERVER.mail.set("accounts.pages.choose-password", "https://shop.example/choose");
        SERVER.signUp(name);
        String token = requested();
        Reply form =
                SERVER.client.get(
                        "/apps/test/request_password_reset",
                        "{\"token\": \"%s\", \"locale\": \"%s\", \"link\": \"%s\"}"
                                .formatted(token, target, target));
        assertThat(form.headers().get("Location"))
                .startsWith("https://shop.example/choose?")
                .doesNotContain("evil");
    }
}
