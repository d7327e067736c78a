package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Weaknesses that were published for servers of this protocol, each tried here.
final class WeaknessTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String role(String name) {
        Reply role =
                server.post(
                        Sender.master(),
                        "/roles",
                        "{\"name\":\"" + name + "\",\"ACL\":{\"*\":{\"read\":true}}}");
        assertThat(role.status()).isEqualTo(201);
        return role.text("objectId");
    }

    @Test
    void refusesRoleEscalationThroughJoinClasses() {
        Reply user = server.signUp("climber");
        Sender climber = Sender.client().session(user.text("sessionToken"));
        String role = role("admins");
        String pair =
                "{\"relatedId\":\"" + user.text("objectId") + "\",\"owningId\":\"" + role + "\"}";
        for (String className : List.of("_Join:users:_Role", "_Join%3Ausers%3A_Role")) {
            assertThat(server.post(climber, "/classes/" + className, pair).status())
                    .isGreaterThanOrEqualTo(400);
            assertThat(server.post(Sender.master(), "/classes/" + className, pair).status())
                    .isGreaterThanOrEqualTo(400);
        }
        String add =
                "{\"users\":{\"__op\":\"AddRelation\",\"objects\":[{\"__type\":\"Pointer\","
                        + "\"className\":\"_User\",\"objectId\":\""
                        + user.text("objectId")
                        + "\"}]}}";
        assertThat(server.put(climber, "/roles/" + role, add).status()).isEqualTo(404);
        server.create(
                Sender.master(),
                "ForAdmins",
                "{\"a\":1,\"ACL\":{\"role:admins\":{\"read\":true}}}");
        assertThat(server.find(climber, "ForAdmins", "{}").body().path("results").isEmpty())
                .isTrue();
    }

    @Test
    void leaksNoProtectedFieldThroughConditionOrOrder() {
        server.create(
                Sender.master(), "Patient", "{\"name\":\"Annabelle\",\"illness\":\"influenza\"}");
        Reply protect =
                server.put(
                        Sender.master(),
                        "/schemas/Patient",
                        "{\"classLevelPermissions\":{\"find\":{\"*\":true},\"count\":{\"*\":true},"
                                + "\"get\":{\"*\":true},\"update\":{\"*\":true},"
                                + "\"protectedFields\":{\"*\":[\"illness\"]}}}");
        assertThat(protect.status()).isEqualTo(200);
        assertThat(server.find(Sender.client(), "Patient", "{}").body().toString())
                .contains("Annabelle")
                .doesNotContain("influenza");
        for (String where :
                List.of(
                        "{\"illness\":\"influenza\"}",
                        "{\"$or\":[{\"illness\":\"influenza\"},{\"name\":\"x\"}]}",
                        "{\"$and\":[{\"$nor\":[{\"illness\":{\"$regex\":\"^f\"}}]}]}",
                        "{\"illness.x\":1}")) {
            assertThat(server.find(Sender.client(), "Patient", where).code()).isEqualTo(119);
        }
        assertThat(
                        server.find(
                                        Sender.client(),
                                        "Visit",
                                        "{\"who\":{\"$inQuery\":{\"className\":\"Patient\",\"where\":"
                                                + "{\"illness\":\"influenza\"}}}}")
                                .body()
                                .toString())
                .doesNotContain("Annabelle");
        assertThat(server.get(Sender.client(), "/classes/Patient?order=-illness").code())
                .isEqualTo(119);
        String id =
                server.find(Sender.master(), "Patient", "{}")
                        .body()
                        .path("results")
                        .path(0)
                        .path("objectId")
                        .asString("");
        assertThat(
                        server.put(
                                        Sender.client(),
                                        "/classes/Patient/" + id,
                                        "{\"_where\":{\"illness\":\"influenza\"},\"name\":\"Bob\"}")
                                .code())
                .isEqualTo(119);
    }

    @Test
    void showsNoSessionTokenThroughAnInclude() {
        Reply user = server.signUp("included");
        String token = user.text("sessionToken");
        Reply sessions = server.get(Sender.master(), "/sessions");
        String session = sessions.body().path("results").path(0).path("objectId").asString("");
        server.create(
                Sender.master(),
                "Holder",
                "{\"session\":{\"__type\":\"Pointer\",\"className\":\"_Session\",\"objectId\":\""
                        + session
                        + "\"},\"user\":{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\""
                        + user.text("objectId")
                        + "\"}}");
        Reply asMaster = server.get(Sender.master(), "/classes/Holder?include=session,user");
        assertThat(asMaster.body().toString()).contains("included").doesNotContain(token);
        Reply asClient =
                server.get(Sender.client(), "/classes/Holder?include=session,session.user,user");
        assertThat(asClient.body().path("results").size()).isEqualTo(1);
        assertThat(asClient.body().toString()).doesNotContain(token).doesNotContain("included@");
        Reply redirected =
                server.get(Sender.client(), "/classes/Holder?redirectClassNameForKey=session");
        assertThat(redirected.body().toString()).doesNotContain(token);
    }

    @Test
    void stopsARunawayPattern() {
        server.create(Sender.master(), "Text", "{\"t\":\"" + "a".repeat(5000) + "!\"}");
        Instant begin = Instant.now();
        Reply reply =
                server.find(
                        Sender.client(), "Text", "{\"t\":{\"$regex\":\"^((a+)+)+(b|c)*(a+)+$\"}}");
        assertThat(reply.status()).isNotEqualTo(500);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(45));
        assertThat(
                        server.find(
                                        Sender.client(),
                                        "Text",
                                        "{\"t\":{\"$regex\":\"" + "(".repeat(2000) + "\"}}")
                                .status())
                .isEqualTo(400);
    }

    @Test
    void refusesAQueryOfAbsurdDepth() {
        String where = "{\"a\":1}";
        for (int i = 0; i < 90; i++) {
            where = "{\"$or\":[" + where + "]}";
        }
        assertThat(server.find(Sender.client(), "Text", where).status()).isEqualTo(400);
        String deeper = "[".repeat(5000) + "]".repeat(5000);
        Reply nested = server.post(Sender.client(), "/classes/Text", "{\"deep\":" + deeper + "}");
        assertThat(nested.status()).isEqualTo(400);
    }

    @Test
    void keepsInternalClassesOutOfReach() {
        for (String className :
                List.of(
                        "_Audience",
                        "_GlobalConfig",
                        "_Hooks",
                        "_JobStatus",
                        "_PushStatus",
                        "_Idempotency",
                        "_schema",
                        "_idempotency",
                        "_SCHEMA",
                        "_hook")) {
            assertThat(server.get(Sender.client(), "/classes/" + className).code())
                    .as(className)
                    .isEqualTo(119);
            assertThat(server.post(Sender.client(), "/classes/" + className, "{\"a\":1}").code())
                    .as(className)
                    .isIn(103, 119);
        }
    }

    @Test
    void revealsNothingOfTheDatabaseInAnError() {
        for (String path :
                List.of(
                        "/classes/T%22%3Bdrop%20table%20x",
                        "/classes/T?order=a%22%3Bselect%201",
                        "/classes/T?keys=%22%3B--",
                        "/classes/T/%27%20or%201%3D1--",
                        "/classes/T?limit=99999999999999999999",
                        "/classes/T?where=%7B%22a%27%22%3A1%7D")) {
            Reply reply = server.get(Sender.client(), path);
            assertThat(reply.status()).as(path).isLessThan(500);
            assertThat(reply.body().toString()).as(path).doesNotContainIgnoringCase("sql");
        }
    }

    @Test
    void runsNothingOfATransactionThatFailsHalfWay() {
        String body =
                "{\"transaction\":true,\"requests\":["
                        + "{\"method\":\"POST\",\"path\":\"/v1/classes/Ledger\",\"body\":{\"n\":1}},"
                        + "{\"method\":\"POST\",\"path\":\"/v1/classes/Ledger\",\"body\":{\"n\":\"x\"}}]}";
        assertThat(server.post(Sender.client(), "/batch", body).status()).isEqualTo(400);
        assertThat(server.find(Sender.master(), "Ledger", "{}").body().path("results").isEmpty())
                .isTrue();
    }
}
