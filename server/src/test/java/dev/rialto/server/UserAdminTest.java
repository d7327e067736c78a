package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.store.Sql;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What owners do with users, on a whole server.
class UserAdminTest {
    private static final int FORBIDDEN = 119;
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server =
                new TestServer(
                        Map.of(
                                "user-data.delete-by",
                                "Letter.author",
                                "user-data.clear",
                                "Vote.by"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Sender as(Reply user) {
        return Sender.client().session(user.text("sessionToken"));
    }

    private static Reply logIn(String name) {
        return server.post(
                Sender.client(),
                "/login",
                "{\"username\":\"" + name + "\",\"password\":\"secret of " + name + "\"}");
    }

    private static String pointer(Reply user) {
        return "{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                + user.text("objectId")
                + "\"}";
    }

    private static String ownedBy(Reply user) {
        return "{\"" + user.text("objectId") + "\":{\"read\":true,\"write\":true}}";
    }

    /// Waits until a job is over.
    private static Reply ended(Sender sender, Reply begun) throws InterruptedException {
        assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
        while (true) {
            Reply job = server.get(sender, "/user-data/" + begun.text("id"));
            if (!job.text("state").equals("running")) {
                return job;
            }
            Thread.sleep(10);
        }
    }

    @Test
    void keepsADisabledUserOutUntilItIsEnabled() {
        Reply user = server.signUp("barred");
        String path = "/users/" + user.text("objectId") + "/disabled";

        assertThat(server.put(Sender.master(), path, "{\"reason\":\"spam\"}").status())
                .isEqualTo(200);

        assertThat(server.get(as(user), "/users/me").code()).isEqualTo(209);
        assertThat(logIn("barred").code()).isEqualTo(FORBIDDEN);
        assertThat(server.get(Sender.master(), "/disabled-users").body().toString())
                .contains("spam", user.text("objectId"));
        assertThat(server.delete(Sender.master(), path).status()).isEqualTo(200);
        assertThat(logIn("barred").status()).isEqualTo(200);
        assertThat(server.delete(Sender.master(), path).code()).isEqualTo(101);
    }

    @Test
    void tellsOnlyWhoKnowsThePasswordThatAUserIsDisabled() {
        Reply user = server.signUp("discreet");
        server.put(Sender.master(), "/users/" + user.text("objectId") + "/disabled", "{}");

        Reply guess =
                server.post(
                        Sender.client(),
                        "/login",
                        "{\"username\":\"discreet\",\"password\":\"wrong\"}");

        assertThat(guess.code()).isEqualTo(101);
        assertThat(guess.text("error")).isEqualTo("Invalid username/password.");
    }

    @Test
    void leavesNoSessionOfAUserThatIsDisabledWhileItSignsIn() throws Exception {
        for (int round = 0; round < 10; round++) {
            String name = "racing" + round;
            Reply user = server.signUp(name);
            Thread disabling =
                    Thread.startVirtualThread(() ->
                            server.put(
                                    Sender.master(),
                                    "/users/" + user.text("objectId") + "/disabled",
                                    "{}"));
            Reply signedIn = logIn(name);
            disabling.join();
            assertThat(server.get(as(signedIn), "/users/me").status()).isNotEqualTo(200);
        }
    }

    @Test
    void tracesWhoLogsInAsAUser() {
        Reply user = server.signUp("impersonated");
        String body =
                "{\"userId\":\"%s\",\"actor\":\"ada@support\",\"reason\":\"ticket 7\"}"
                        .formatted(user.text("objectId"));

        assertThat(server.post(Sender.master(), "/loginAs", body).status()).isEqualTo(200);
        server.post(
                Sender.master(),
                "/batch",
                "{\"requests\":[{\"method\":\"POST\",\"path\":\"/v1/loginAs\",\"body\":"
                        + body.replace("ticket 7", "ticket 8")
                        + "}]}");
        server.post(Sender.master(), "/loginAs", "{\"userId\":\"nobody\",\"actor\":\"ghost\"}");

        String trace = server.get(Sender.master(), "/impersonations").body().toString();
        assertThat(trace).contains("ada@support", "ticket 7", "ticket 8", "127.0.0.1");
        assertThat(trace).doesNotContain("ghost");
        assertThat(server.get(as(user), "/impersonations").status()).isEqualTo(403);
    }

    @Test
    void exportsWhatAUserMayKnowOfItself() throws Exception {
        Reply user = server.signUp("curious");
        Reply other = server.signUp("stranger");
        Sender self = as(user);
        server.create(self, "Note", "{\"text\":\"mine\",\"ACL\":" + ownedBy(user) + "}");
        server.create(
                Sender.master(), "Note", "{\"text\":\"hers\",\"ACL\":" + ownedBy(other) + "}");
        server.create(
                Sender.master(), "Report", "{\"text\":\"open\",\"about\":" + pointer(user) + "}");
        server.create(
                Sender.master(),
                "Report",
                "{\"text\":\"closed\",\"about\":" + pointer(user) + ",\"ACL\":{}}");

        Reply job = ended(self, server.post(self, "/users/me/export", "{}"));

        assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
        String lines =
                server.send(self, "GET", "/user-data/" + job.text("id") + "/lines", "")
                        .body()
                        .toString();
        assertThat(lines).contains("curious", "mine", "open", "session");
        assertThat(lines).doesNotContain("hers", "closed", "stranger");
        assertThat(lines).doesNotContain(user.text("sessionToken"), "_hashed_password", "argon2");
        assertThat(job.body().path("report").path("Note").asInt()).isEqualTo(1);
        assertThat(server.get(as(other), "/user-data/" + job.text("id")).code()).isEqualTo(101);
        assertThat(server.get(as(other), "/user-data/" + job.text("id") + "/lines").code())
                .isEqualTo(101);
    }

    @Test
    void exportsNothingThatATriggerHides() throws Exception {
        Reply user = server.signUp("accused");
        server.create(
                Sender.master(),
                "Complaint",
                "{\"text\":\"seen\",\"reporter\":\"whistleblower\",\"about\":"
                        + pointer(user)
                        + "}");
        try (var webhooks = new WebhookReceiver(server)) {
            webhooks.trigger(
                    "Complaint",
                    "afterFind",
                    asked -> {
                        asked.path("objects").forEach(each -> each.asObject().remove("reporter"));
                        return WebhookReceiver.success(asked.path("objects"));
                    });
            Reply job = ended(as(user), server.post(as(user), "/users/me/export", "{}"));
            String lines =
                    server.send(as(user), "GET", "/user-data/" + job.text("id") + "/lines", "")
                            .body()
                            .toString();
            assertThat(lines).contains("seen").doesNotContain("whistleblower");
        }
    }

    @Test
    void erasesAUserWithWhatBelongsToIt() throws Exception {
        Reply user = server.signUp("leaving");
        Reply other = server.signUp("staying");
        String own = server.create(as(user), "Diary", "{\"ACL\":" + ownedBy(user) + "}");
        String letter =
                server.create(Sender.master(), "Letter", "{\"author\":" + pointer(user) + "}");
        String vote = server.create(Sender.master(), "Vote", "{\"by\":" + pointer(user) + "}");
        String mention =
                server.create(Sender.master(), "Mention", "{\"of\":" + pointer(user) + "}");
        String hers = server.create(as(other), "Diary", "{\"ACL\":" + ownedBy(other) + "}");

        Reply job = ended(Sender.master(), server.post(as(user), "/users/me/erase", "{}"));

        assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
        assertThat(job.body().path("report").toString())
                .contains("\"Diary\":1", "\"Letter\":1", "\"Vote.by\":1", "\"Mention.of\":1");
        Sender master = Sender.master();
        assertThat(server.get(master, "/classes/Diary/" + own).code()).isEqualTo(101);
        assertThat(server.get(master, "/classes/Letter/" + letter).code()).isEqualTo(101);
        assertThat(server.get(master, "/classes/Vote/" + vote).body().has("by")).isFalse();
        assertThat(server.get(master, "/classes/Mention/" + mention).status()).isEqualTo(200);
        assertThat(server.get(master, "/classes/Diary/" + hers).status()).isEqualTo(200);
        assertThat(server.get(master, "/users/" + user.text("objectId")).code()).isEqualTo(101);
        assertThat(server.get(as(user), "/users/me").code()).isEqualTo(209);
    }

    @Test
    void takesOverWhatANodeLeftUndone() throws Exception {
        Reply user = server.signUp("abandoned");
        server.database()
                .update(
                        Sql.of(
                                "INSERT INTO app_first._user_data_job VALUES ('left', ?, 'export',"
                                        + " 'running', '{}', now() - interval '1 hour', NULL,"
                                        + " now() - interval '30 minutes')",
                                user.text("objectId")));

        server.tidy();

        Reply job;
        do {
            Thread.sleep(10);
            job = server.get(Sender.master(), "/user-data/left");
        } while (job.text("state").equals("running"));
        assertThat(job.text("state")).as(job.toString()).isEqualTo("done");
    }

    @Test
    void erasesNobodyInATransactionThatFails() {
        Reply user = server.signUp("undecided");

        Reply batch =
                server.post(
                        as(user),
                        "/batch",
                        """
                        {"transaction": true, "requests": [
                          {"method": "POST", "path": "/v1/users/me/erase", "body": {}},
                          {"method": "PUT", "path": "/v1/classes/Nothing/none", "body": {"a": 1}}]}
                        """);

        assertThat(batch.status()).isNotEqualTo(200);
        assertThat(server.get(Sender.master(), "/user-data").body().toString())
                .doesNotContain(user.text("objectId"));
        assertThat(server.get(as(user), "/users/me").status()).isEqualTo(200);
    }

    @Test
    void letsNobodyTouchOthersData() {
        Reply user = server.signUp("victim");
        Reply other = server.signUp("attacker");
        String path = "/users/" + user.text("objectId");

        for (String what : List.of("/export", "/erase")) {
            assertThat(server.post(as(other), path + what, "{}").code()).isEqualTo(FORBIDDEN);
            assertThat(server.post(Sender.client(), path + what, "{}").code()).isEqualTo(206);
            assertThat(server.post(Sender.client(), "/users/me" + what, "{}").code())
                    .isEqualTo(206);
        }
        assertThat(server.put(as(other), path + "/disabled", "{}").status()).isEqualTo(403);
        assertThat(server.get(as(user), "/users/me").status()).isEqualTo(200);
        assertThat(server.post(Sender.master(), "/users/nobody/erase", "{}").code()).isEqualTo(101);
    }

    @Test
    void lets5JobsADayBeAskedForByAUser() throws Exception {
        Sender self = as(server.signUp("eager"));
        for (int times = 0; times < 5; times++) {
            ended(self, server.post(self, "/users/me/export", "{}"));
        }

        assertThat(server.post(self, "/users/me/export", "{}").code()).isEqualTo(155);
    }
}
