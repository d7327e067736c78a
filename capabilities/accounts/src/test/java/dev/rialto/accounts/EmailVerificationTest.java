package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.kernel.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmailVerificationTest {
    private static final TestServer SERVER = new TestServer();
    private static final String VERIFY = "accounts.verify-user-emails";

    private final String name = SERVER.freshName();
    private final String address = name + "@example.com";

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @BeforeEach
    void requireVerification() {
        SERVER.mail.set(VERIFY, "true");
    }

    private Reply open(String token) {
        return SERVER.client.get("/apps/test/verify_email", "{\"token\": \"%s\"}".formatted(token));
    }

    private Reply ask(String email) {
        return SERVER.client.post("/verificationEmailRequest", "{\"email\": %s}".formatted(email));
    }

    private boolean isVerified() {
        return SERVER.master()
                .get("/users", "{\"where\": {\"username\": \"%s\"}}".formatted(name))
                .results()
                .getFirst()
                .path("emailVerified")
                .asBoolean(false);
    }

    private String token() {
        return SERVER.mail.token(address, "verification");
    }

    private Reply logIn() {
        return SERVER.client.post(
                "/login", "{\"username\": \"%s\", \"password\": \"secret\"}".formatted(name));
    }

    @Test
    void verifiesTheAddressOfANewUserByTheLinkItIsSent() {
        SERVER.signUp(name);

        assertThat(isVerified()).isFalse();
        assertThat(SERVER.mail.link(address, "verification").toString())
                .startsWith("https://api.example/v1/apps/test/verify_email?token=");
        assertThat(SERVER.mail.last(address, "verification").values())
                .containsEntry("app", "Example")
                .containsEntry("name", name)
                .containsEntry("hours", "24");
        assertThat(SERVER.mail.last(address, "verification").language()).isEqualTo("zh-CN");

        Reply page = open(token());
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text("page")).isEqualTo("verify-email-success");
        assertThat(isVerified()).isTrue();
    }

    @Test
    void aLinkWorksOnce() {
        SERVER.signUp(name);
        open(token());

        Reply again = open(token());
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.text("page")).isEqualTo("invalid-verification-link");
    }

    @Test
    void sendsNothingWithoutBeingAskedTo() {
        SERVER.mail.set();
        SERVER.signUp(name);
        assertThat(SERVER.mail.to(address)).isEmpty();

        SERVER.mail.set(VERIFY, "true", "accounts.send-user-email-verification", "false");
        String other = SERVER.freshName();
        SERVER.signUp(other);
        assertThat(SERVER.mail.to(other + "@example.com")).isEmpty();
    }

    @Test
    void whoSignsUpWithAnAddressThatMailCannotGoToIsRefused() {
        Reply refused =
                SERVER.client.post(
                        "/users",
                        """
                        {"username": "%s", "password": "p", "email": "invalid@%s"}
                        """
                                .formatted(name, name));
        assertThat(refused.code()).isEqualTo(125);
    }

    @Test
    void onlyVerifiedUsersLogInWhereThatIsAskedFor() {
        SERVER.mail.set(VERIFY, "true", "accounts.prevent-login-with-unverified-email", "true");
        Reply made = SERVER.signUp(name);
        assertThat(made.body().has("sessionToken")).as("a session").isFalse();

        Reply refused = logIn();
        assertThat(refused.code()).isEqualTo(205);
        assertThat(refused.error()).isEqualTo("User email is not verified.");
        String credentials =
                "{\"username\": \"%s\", \"password\": \"secret\", \"ignoreEmailVerification\": true}"
                        .formatted(name);
        assertThat(SERVER.client.post("/verifyPassword", credentials).code()).isEqualTo(205);
        assertThat(SERVER.master().post("/verifyPassword", credentials).status()).isEqualTo(200);
        assertThat(
                        SERVER.client
                                .post(
                                        "/login",
                                        "{\"username\": \"%s\", \"password\": \"no\"}"
                                                .formatted(name))
                                .code())
                .as("a wrong password tells nothing of the address")
                .isEqualTo(101);

        open(token());
        assertThat(logIn().status()).isEqualTo(200);
    }

    @Test
    void aSignUpWithoutASessionIsAnErrorWhereThatIsAskedFor() {
        SERVER.mail.set(
                VERIFY,
                "true",
                "accounts.prevent-login-with-unverified-email",
                "true",
                "accounts.prevent-signup-with-unverified-email",
                "true");
        Reply refused =
                SERVER.client.post(
                        "/users",
                        """
                        {"username": "%s", "password": "secret", "email": "%s"}
                        """
                                .formatted(name, address));
        assertThat(refused.code()).isEqualTo(205);
        assertThat(refused.error()).isEqualTo("User email is not verified.");

        open(token());
        assertThat(logIn().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"\" | 204 | you must provide an email",
                "null | 204 | you must provide an email",
                "{\"$ne\": null} | 125 | you must provide a valid email string",
                "[\"a@example.com\"] | 125 | you must provide a valid email string",
                "true | 125 | you must provide a valid email string",
            })
    void refusesWhatIsNotAnAddress(String email, int code, String error) {
        Reply refused = ask(email);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.error()).isEqualTo(error);
    }

    @Test
    void anotherLinkReplacesTheFirst() {
        SERVER.signUp(name);
        String first = token();
        assertThat(ask("\"" + address.toUpperCase(Locale.ROOT) + "\"").body()).isEmpty();
        assertThat(token()).isNotEqualTo(first);

        assertThat(open(first).text("page")).isEqualTo("invalid-verification-link");
        assertThat(open(token()).text("page")).isEqualTo("verify-email-success");
    }

    @Test
    void linksThatAreToBeReusedStayValid() {
        SERVER.mail.set(VERIFY, "true", "accounts.email-verify-token-reuse", "true");
        SERVER.signUp(name);
        String first = token();
        ask("\"" + address + "\"");

        assertThat(open(first).text("page")).isEqualTo("verify-email-success");
    }

    @Test
    void tellsNobodyWhoHasAnAddress() {
        SERVER.signUp(name);
        open(token());
        int before = SERVER.mail.to(address).size();

        Reply verified = ask("\"" + address + "\"");
        Reply unknown = ask("\"nobody@example.com\"");
        assertThat(verified).isEqualTo(unknown);
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(SERVER.mail.to(address)).hasSize(before);
    }

    @Test
    void tellsWhoHasAnAddressWhereTheAppWantsThat() {
        SERVER.mail.set(VERIFY, "true", "accounts.email-verify-success-on-invalid-email", "false");
        SERVER.signUp(name);
        open(token());

        Reply verified = ask("\"" + address + "\"");
        assertThat(verified.code()).isEqualTo(-1);
        assertThat(verified.error()).isEqualTo("Email " + address + " is already verified.");
        Reply unknown = ask("\"nobody@example.com\"");
        assertThat(unknown.code()).isEqualTo(205);
        assertThat(unknown.error()).isEqualTo("No user found with email nobody@example.com");
        assertThat(
                        SERVER.client
                                .post(
                                        "/apps/test/resend_verification_email",
                                        "{\"username\": \"nobody\"}")
                                .text("page"))
                .isEqualTo("link-send-fail");
    }

    @Test
    void sendsAnotherLinkToWhoeverFollowedOneThatHasExpired() {
        SERVER.signUp(name);
        String first = token();
        SERVER.clock.advance(Duration.ofHours(25));

        Reply page = open(first);
        assertThat(page.text("page")).isEqualTo("expired-verification-link");
        assertThat(isVerified()).isFalse();
        assertThat(
                        SERVER.client
                                .post(
                                        "/apps/test/resend_verification_email",
                                        "{\"token\": \"%s\"}".formatted(page.text("token")))
                                .text("page"))
                .isEqualTo("link-send-success");
        assertThat(open(token()).text("page")).isEqualTo("verify-email-success");
    }

    @Test
    void theResendPageTellsNobodyWhoHasAUsername() {
        SERVER.signUp(name);
        for (String username : List.of(name, "nobody")) {
            Reply page =
                    SERVER.client.post(
                            "/apps/test/resend_verification_email",
                            "{\"username\": \"%s\"}".formatted(username));
            assertThat(page.text("page")).isEqualTo("link-send-success");
        }
        assertThat(SERVER.mail.to(address)).hasSize(2);
    }

    @Test
    void sendsSoManyLinksInAnHour() {
        SERVER.mail.set(VERIFY, "true", "accounts.mails-per-hour", "3");
        SERVER.signUp(name);
        for (int i = 0; i < 5; i++) {
            assertThat(ask("\"" + address + "\"").status()).isEqualTo(200);
        }
        assertThat(SERVER.mail.to(address)).hasSize(3);
        assertThat(open(token()).text("page"))
                .as("the last link")
                .isEqualTo("verify-email-success");
    }

    @Test
    void requestsAtTheSameTimeExceedNoLimitTogether() {
        SERVER.mail.set(VERIFY, "true", "accounts.mails-per-hour", "3");
        SERVER.signUp(name);
        List<Future<Reply>> replies;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            replies =
                    IntStream.range(0, 20)
                            .mapToObj(_ -> threads.submit(() -> ask("\"" + address + "\"")))
                            .toList();
        }
        assertThat(replies).allMatch(each -> each.resultNow().status() == 200);
        assertThat(SERVER.mail.to(address)).hasSize(3);
    }

    @Test
    void linksAreForgottenSomeDaysAfterTheyHaveExpired() {
        SERVER.signUp(name);
        String first = token();
        SERVER.clock.advance(Duration.ofDays(7));
        SERVER.accounts.removeExpiredLinks(SERVER.app());
        assertThat(open(first).text("page")).isEqualTo("expired-verification-link");

        SERVER.clock.advance(Duration.ofDays(2));
        SERVER.accounts.removeExpiredLinks(SERVER.app());
        assertThat(open(first).text("page")).isEqualTo("invalid-verification-link");
    }

    @Test
    void aChangedAddressIsVerifiedAgainAndItsOldLinkIsVoid() {
        Reply made = SERVER.signUp(name);
        String first = token();
        String id = made.text("objectId");

        Reply changed =
                SERVER.as(made).put("/users/" + id, "{\"email\": \"new-%s\"}".formatted(address));
        assertThat(changed.status()).isEqualTo(200);

        assertThat(open(first).text("page")).isEqualTo("invalid-verification-link");
        assertThat(open(SERVER.mail.token("new-" + address, "verification")).text("page"))
                .isEqualTo("verify-email-success");
        assertThat(isVerified()).isTrue();
    }

    @Test
    void theHolderOfTheMasterKeyMayVouchForAnAddress() {
        SERVER.master()
                .post(
                        "/users",
                        """
                        {"username": "%s", "password": "p", "email": "%s", "emailVerified": true}
                        """
                                .formatted(name, address));
        assertThat(isVerified()).isTrue();
        assertThat(SERVER.mail.to(address)).isEmpty();
    }

    @Test
    void whoMovesUsersSendsNoMail() {
        SERVER.client
                .with(new Caller.Maintenance())
                .post(
                        "/users",
                        """
                        {"username": "%s", "_hashed_password": "x", "email": "%s"}
                        """
                                .formatted(name, address));
        assertThat(SERVER.mail.to(address)).isEmpty();
    }

    @Test
    void showsAButtonWhereProgramsMayOpenLinks() {
        SERVER.mail.set(VERIFY, "true", "accounts.verify-email-by-button", "true");
        SERVER.signUp(name);

        Reply page = open(token());
        assertThat(page.text("page")).isEqualTo("verify-email");
        assertThat(isVerified()).isFalse();
        assertThat(
                        SERVER.client
                                .post(
                                        "/apps/test/verify_email",
                                        "{\"token\": \"%s\"}".formatted(page.text("token")))
                                .text("page"))
                .isEqualTo("verify-email-success");
        assertThat(isVerified()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | invalid-link",
                "{\"token\": \"\"} | invalid-link",
                "{\"token\": {\"$ne\": null}} | invalid-link",
                "{\"token\": [\"x\"], \"username\": \"x\"} | invalid-link",
                "{\"token\": {\"$regex\": \".*\"}} | invalid-link",
                "{\"token\": \"x' OR 1=1 --\"} | invalid-verification-link",
            })
    void verificationTokensCannotBeInjected(String parameters, String page) {
        SERVER.signUp(name);
        Reply shown = SERVER.client.get("/apps/test/verify_email", parameters);
        assertThat(shown.status()).isEqualTo(400);
        assertThat(shown.text("page")).isEqualTo(page);
        assertThat(isVerified()).isFalse();
    }

    @Test
    void aNameThatCouldBeASentenceIsNotInMail() {
        String spam = "Visit https://evil.example now";
        SERVER.client.post(
                "/users",
                """
                {"username": "%s %s", "password": "p", "email": "%s"}
                """
                        .formatted(spam, name, address));
        assertThat(SERVER.mail.last(address, "verification").values()).doesNotContainKey("name");
    }

    @Test
    void unknownAppsHaveNoPages() {
        Reply refused = SERVER.client.get("/apps/nobody/verify_email", "{\"token\": \"x\"}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.error()).isEqualTo("unauthorized");
    }
}
