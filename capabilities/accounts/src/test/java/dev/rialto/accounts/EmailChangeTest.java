package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailChangeTest {
    private static final TestServer SERVER = new TestServer();

    private final String name = SERVER.freshName();
    private final String old = name + "@example.com";
    private final String fresh = "new-" + old;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @BeforeEach
    void requireConfirmation() {
        SERVER.mail.set("accounts.confirm-email-change", "true");
    }

    private static Reply change(Reply user, String address) {
        return SERVER.as(user)
                .put(
                        "/users/" + user.text("objectId"),
                        "{\"email\": \"%s\", \"n\": 1}".formatted(address));
    }

    private static Reply press(String page, String token) {
        return SERVER.client.post("/apps/test/" + page, "{\"token\": \"%s\"}".formatted(token));
    }

    private static Reply confirm(String address) {
        return press("confirm_email_change", SERVER.mail.token(address, "email-change"));
    }

    private static Reply undo(String address) {
        return press("undo_email_change", SERVER.mail.token(address, "email-changed"));
    }

    private static String addressOf(Reply user) {
        return SERVER.master().get("/users/" + user.text("objectId")).text("email");
    }

    @Test
    void aNewAddressHoldsOnceItIsConfirmed() {
        Reply user = SERVER.signUp(name);
        Reply answer = change(user, fresh);
        assertThat(answer.text("email")).as("what the SDK is told").isEqualTo(old);
        assertThat(addressOf(user)).isEqualTo(old);
        assertThat(SERVER.mail.to(old)).isEmpty();

        String token = SERVER.mail.token(fresh, "email-change");
        Reply page =
                SERVER.client.get(
                        "/apps/test/confirm_email_change", "{\"token\": \"%s\"}".formatted(token));
        assertThat(page.text("page")).isEqualTo("confirm-email-change");
        assertThat(page.text("address")).isEqualTo(fresh);
        assertThat(addressOf(user)).as("opened, but not confirmed").isEqualTo(old);

        assertThat(confirm(fresh).text("page")).isEqualTo("email-change-success");
        assertThat(addressOf(user)).isEqualTo(fresh);
        assertThat(
                        SERVER.master()
                                .get("/users/" + user.text("objectId"))
                                .body()
                                .path("emailVerified")
                                .asBoolean(false))
                .isTrue();
        assertThat(confirm(fresh).text("page")).as("twice").isEqualTo("invalid-link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "{\"__op\": \"Delete\"}"})
    void removingAnAddressIsNoWayAroundTheConfirmation(String nothing) {
        Reply user = SERVER.signUp(name);

        Reply refused =
                SERVER.as(user)
                        .put("/users/" + user.text("objectId"), "{\"email\": " + nothing + "}");

        assertThat(refused.code()).isEqualTo(119);
        assertThat(addressOf(user)).isEqualTo(old);
    }

    @Test
    void theOldAddressCanUndoIt() {
        Reply user = SERVER.signUp(name);
        change(user, fresh);
        confirm(fresh);
        assertThat(SERVER.mail.last(old, "email-changed").values()).containsEntry("days", "7");

        Reply page = undo(old);
        assertThat(page.text("page")).as("a new password is chosen").isEqualTo("choose-password");
        assertThat(addressOf(user)).isEqualTo(old);
        assertThat(SERVER.as(user).get("/users/me").code()).isEqualTo(209);
        assertThat(
                        SERVER.client
                                .post(
                                        "/apps/test/request_password_reset",
                                        "{\"token\": \"%s\", \"new_password\": \"mine\"}"
                                                .formatted(page.text("token")))
                                .text("page"))
                .isEqualTo("password-reset-success");
        assertThat(undo(old).text("page")).as("twice").isEqualTo("invalid-link");
    }

    @Test
    void theFirstAddressUndoesLaterChangesToo() {
        Reply user = SERVER.signUp(name);
        change(user, fresh);
        confirm(fresh);
        SERVER.clock.advance(Duration.ofMinutes(1));
        change(user, "third-" + old);
        confirm("third-" + old);

        assertThat(undo(old).text("page")).isEqualTo("choose-password");
        assertThat(addressOf(user)).isEqualTo(old);
        assertThat(undo(fresh).text("page")).as("the second address").isEqualTo("invalid-link");
        assertThat(addressOf(user)).isEqualTo(old);
    }

    @Test
    void nobodyElseTakesAnAddressThatCanStillBeGivenBack() {
        Reply user = SERVER.signUp(name);
        change(user, fresh);
        confirm(fresh);

        Reply refused =
                SERVER.client.post(
                        "/users",
                        """
                        {"username": "thief-%s", "password": "p", "email": "%s"}
                        """
                                .formatted(name, old));
        assertThat(refused.code()).isEqualTo(203);
        SERVER.clock.advance(Duration.ofDays(8));
        assertThat(undo(old).text("page")).as("too late").isEqualTo("invalid-link");
    }

    @Test
    void anAddressThatSomebodyHasIsRefused() {
        Reply user = SERVER.signUp(name);
        String other = SERVER.freshName();
        SERVER.signUp(other);
        assertThat(change(user, other.toUpperCase(Locale.ROOT) + "@example.com").code())
                .isEqualTo(203);

        change(user, fresh);
        SERVER.client.post(
                "/users",
                """
                {"username": "fast-%s", "password": "p", "email": "%s"}
                """
                        .formatted(name, fresh));
        assertThat(confirm(fresh).text("page")).as("taken meanwhile").isEqualTo("invalid-link");
        assertThat(addressOf(user)).isEqualTo(old);
    }

    @Test
    void theHolderOfTheMasterKeyChangesAddressesAtOnce() {
        Reply user = SERVER.signUp(name);
        SERVER.master()
                .put("/users/" + user.text("objectId"), "{\"email\": \"%s\"}".formatted(fresh));
        assertThat(addressOf(user)).isEqualTo(fresh);
    }
}
