package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.accounts.Client.Reply;
import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.Triggers.Moment;
import dev.rialto.store.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Users whose address was proven by somebody who may not be who had them before.
class TakenBackTest {
    private static final TestServer SERVER = new TestServer();
    private static final List<String> DISOWNED = new ArrayList<>();

    private final String name = SERVER.freshName();
    private final String address = name + "@example.com";
    private final String identity = "device of " + name;

    @BeforeAll
    static void keepRecords() {
        SERVER.accounts.users().keep(new Keys());
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @AfterEach
    void forget() {
        SERVER.triggers.forget();
        SERVER.mail.set();
    }

    /// What another capability keeps.
    private static final class Keys implements UserRecords {
        @Override
        public String name() {
            return "keys";
        }

        @Override
        public List<ObjectNode> of(App app, ObjectNode user) {
            return List.of();
        }

        @Override
        public void disown(App app, String userId) {
            DISOWNED.add(userId);
        }

        @Override
        public void forget(App app, String userId) {}

        @Override
        public void forgetAll(App app) {}
    }

    /// How somebody proves to own the address.
    enum Proof {
        PROVEN,
        RESET,
        UNDONE
    }

    private static ObjectNode stored(String userId) {
        return SERVER.accounts.users().find(SERVER.app(), userId).orElseThrow();
    }

    private Reply logIn(String password) {
        return SERVER.client.post(
                "/login", "{\"username\": \"%s\", \"password\": \"%s\"}".formatted(name, password));
    }

    private static String token(String address, String template) {
        return "{\"token\": \"%s\", \"new_password\": \"mine\"}"
                .formatted(SERVER.mail.token(address, template));
    }

    /// A user with every way in that somebody could leave.
    private String prepared() {
        Reply thief = SERVER.signUp(name);
        String id = thief.text("objectId");
        String path = "/users/" + id;
        SERVER.mail.set("accounts.confirm-email-change", "true");
        assertThat(
                        SERVER.as(thief)
                                .put(
                                        path,
                                        """
                                        {"authData": {"anonymous": {"id": "%s"}},
                                         "ACL": {"*": {"read": true}, "other": {"write": true},
                                           "role:other": {"read": true, "write": true}},
                                         "email": "thief-%s"}
                                        """
                                                .formatted(identity, address))
                                .status())
                .isEqualTo(200);
        String phone = "+49151%08d".formatted(Math.abs(name.hashCode() % 100_000_000));
        SERVER.master().put(path, "{\"phone\": \"%s\", \"phoneVerified\": true}".formatted(phone));
        return id;
    }

    private void prove(Proof proof, String id) {
        switch (proof) {
            case PROVEN -> SERVER.accounts.users().prove(SERVER.app(), stored(id), "email");
            case RESET -> {
                SERVER.client.post(
                        "/requestPasswordReset", "{\"email\": \"%s\"}".formatted(address));
                SERVER.client.post(
                        "/apps/test/request_password_reset", token(address, "password-reset"));
            }
            case UNDONE -> {
                SERVER.client.post(
                        "/apps/test/confirm_email_change",
                        token("thief-" + address, "email-change"));
                SERVER.client.post("/apps/test/undo_email_change", token(address, "email-changed"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Proof.class)
    void leavesNoWayInToWhoHadTheUserBefore(Proof proof) {
        String id = prepared();

        prove(proof, id);

        ObjectNode user = stored(id);
        assertThat(user.path("email").asString("")).isEqualTo(address);
        assertThat(user.path("emailVerified").asBoolean(false)).isTrue();
        assertThat(user.path("ACL"))
                .isEqualTo(
                        Json.read(
                                "{\"%s\": {\"read\": true, \"write\": true}, \"*\": {\"read\": true}}"
                                        .formatted(id)));
        assertThat(user.path("phone").asString("")).as("the phone").isEmpty();
        assertThat(user.path(PhoneFields.VERIFIED).asString("")).as("the phone").isEmpty();
        assertThat(DISOWNED).contains(id);
        Reply byIdentity =
                SERVER.client.post(
                        "/users",
                        "{\"authData\": {\"anonymous\": {\"id\": \"%s\"}}}".formatted(identity));
        assertThat(byIdentity.status()).as("a new user").isEqualTo(201);
        assertThat(logIn("secret").code()).as("the password").isEqualTo(101);
        assertThat(
                        SERVER.client
                                .post(
                                        "/apps/test/confirm_email_change",
                                        token("thief-" + address, "email-change"))
                                .text("page"))
                .as("the link that was sent before")
                .isEqualTo("invalid-link");
        assertThat(logIn("mine").status()).isEqualTo(proof == Proof.RESET ? 200 : 404);
    }

    @Test
    void aResetAtAnAddressThatIsVerifiedRemovesNothing() {
        String id = prepared();
        SERVER.master().put("/users/" + id, "{\"emailVerified\": true}");

        prove(Proof.RESET, id);

        assertThat(stored(id).path("authData").has("anonymous")).isTrue();
        assertThat(stored(id).path("phoneVerified").asBoolean(false)).isTrue();
        assertThat(DISOWNED).doesNotContain(id);
    }

    /// Another request changes the address between the look at it and the write.
    private void changeMeanwhile(String id) {
        SERVER.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_SAVE,
                _ -> {
                    SERVER.database()
                            .update(
                                    Sql.of(
                                            "UPDATE app_test.\"_User\" SET email = ? WHERE"
                                                    + " \"objectId\" = ?",
                                            "victim-" + address,
                                            id));
                    return NullNode.getInstance();
                });
    }

    @Test
    void anAddressThatChangesMeanwhileIsNotVerified() {
        SERVER.mail.set("accounts.verify-user-emails", "true");
        Reply user = SERVER.signUp(name);
        String id = user.text("objectId");
        changeMeanwhile(id);

        Reply page = SERVER.client.post("/apps/test/verify_email", token(address, "verification"));
        assertThat(page.text("page")).isEqualTo("invalid-verification-link");
        assertThat(stored(id).path("emailVerified").asBoolean(false)).isFalse();
    }

    @Test
    void aRefusedChangeKeepsTheLinkThatUndoesIt() {
        String id = prepared();
        SERVER.client.post(
                "/apps/test/confirm_email_change", token("thief-" + address, "email-change"));
        String undo = token(address, "email-changed");
        SERVER.triggers.on(
                UserRules.CLASS,
                Moment.BEFORE_SAVE,
                _ -> {
                    throw new RialtoException(ErrorCode.VALIDATION_FAILED, "not now");
                });
        assertThat(SERVER.client.post("/apps/test/undo_email_change", undo).code()).isEqualTo(142);

        SERVER.triggers.forget();
        assertThat(SERVER.client.post("/apps/test/undo_email_change", undo).text("page"))
                .isEqualTo("choose-password");
        assertThat(Optional.of(stored(id).path("email").asString(""))).contains(address);
    }
}
