package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.NewKey;
import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.server.WebhookReceiver.Asked;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What webhooks are asked, and what becomes of their answers.
final class WebhookCallsTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();

    private static TestServer server;
    private static WebhookReceiver webhooks;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        server.addKey(new NewKey(AppKeyKind.WEBHOOK, "webhook-key"));
        webhooks = new WebhookReceiver(server);
    }

    @AfterAll
    static void stop() {
        webhooks.close();
        server.close();
    }

    @Test
    void sendsTheKeyTheContextAndTheParametersOfTheAddress() {
        BlockingQueue<Asked> asked =
                webhooks.function("echo", body -> WebhookReceiver.success(body.path("params")));
        Reply reply =
                server.post(
                        CLIENT.with("X-Parse-Cloud-Context", "{\"a\":1}")
                                .with("X-Parse-Installation-Id", "phone")
                                .with("X-Own", "seen")
                                .with("Authorization", "Bearer secret"),
                        "/functions/echo?option=1&n=address",
                        "{\"n\":\"body\",\"m\":2}");
        assertThat(reply.body().path("result"))
                .isEqualTo(Json.read("{\"n\":\"address\",\"m\":2,\"option\":\"1\"}"));
        Asked first = WebhookReceiver.next(asked);
        assertThat(first.headers().get("X-parse-webhook-key")).containsExactly("webhook-key");
        assertThat(first.body().path("context")).isEqualTo(Json.read("{\"a\":1}"));
        assertThat(first.body().path("installationId").asString()).isEqualTo("phone");
        assertThat(first.body().path("master").asBoolean(true)).isFalse();
        assertThat(first.body().path("functionName").asString()).isEqualTo("echo");
        assertThat(first.body().path("ip").asString()).isEqualTo("127.0.0.1");
        assertThat(first.body().path("headers").path("x-own").asString()).isEqualTo("seen");
        assertThat(first.body().path("headers").toString()).doesNotContain("secret");
    }

    @Test
    void tellsTriggersOfTheClientsRequest() {
        BlockingQueue<Asked> asked = webhooks.trigger("Told", "beforeFind", _ -> Json.object());
        Sender keyed = MASTER.with("X-Own", "seen").with("Cookie", "secret");
        server.get(keyed, "/classes/Told?include=a,b.c&order=-n&limit=5&excludeKeys=x&count=1");
        JsonNode body = WebhookReceiver.next(asked).body();
        assertThat(body.path("headers").path("x-own").asString()).isEqualTo("seen");
        assertThat(body.toString()).doesNotContain(TestServer.MASTER_KEY).doesNotContain("secret");
        assertThat(body.path("master").asBoolean(false)).isTrue();
        assertThat(body.path("ip").asString()).isEqualTo("127.0.0.1");
        assertThat(body.path("isGet").asBoolean(true)).isFalse();
        assertThat(body.path("count").asBoolean(false)).isTrue();
        assertThat(body.path("query"))
                .isEqualTo(
                        json(
                                "{'className':'Told','where':{},'limit':5,'order':'-n',"
                                        + "'include':'a,b.c','excludeKeys':'x'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'c': 1} | {'a': 1, 'b': 2, 'c': 1}",
                "{'a': 9} | {'a': 9, 'b': 2}",
                "{'b': {'__op': 'Delete'}} | {'a': 1}",
                "{'a': {'__op': 'Increment', 'amount': 5}} | {'a': 6, 'b': 2}",
                "{} | {'a': 3, 'b': 2}",
                "true | {'a': 3, 'b': 2}",
            })
    void theAnswerTakesThePlaceOfTheUpdate(String answer, String stored) {
        String className = "Replaced" + Integer.toHexString(answer.hashCode());
        String id = server.create(CLIENT, className, "{\"a\":1,\"b\":2}");
        webhooks.trigger(className, "beforeSave", _ -> WebhookReceiver.success(json(answer)));
        Reply updated = server.put(CLIENT, "/classes/" + className + "/" + id, "{\"a\":3}");
        assertThat(updated.status()).as("%s", updated).isEqualTo(200);
        ObjectNode object =
                server.get(CLIENT, "/classes/" + className + "/" + id).body().asObject();
        object.remove(List.of("objectId", "createdAt", "updatedAt"));
        assertThat(object).isEqualTo(json(stored));
        // A client that takes the answer to its update for true is not misled.
        JsonNode told = updated.body().path("a");
        if (!told.isMissingNode()) {
            assertThat(told).isEqualTo(object.path("a"));
        } else {
            assertThat(object.path("a").asInt()).isEqualTo(3);
        }
    }

    @Test
    void theAnswerTakesThePlaceOfANewObject() {
        webhooks.trigger("Made", "beforeSave", _ -> WebhookReceiver.success(json("{'c':1}")));
        String id = server.create(CLIENT, "Made", "{\"a\":3}");
        JsonNode object = server.get(CLIENT, "/classes/Made/" + id).body();
        assertThat(object.has("a")).isFalse();
        assertThat(object.path("c").asInt()).isEqualTo(1);
    }

    @Test
    void tellsTheEndOfASessionAsTheObject() {
        BlockingQueue<Asked> asked =
                webhooks.trigger("_Session", "afterLogout", _ -> Json.object());
        Reply user = server.signUp("leaving");
        server.post(CLIENT.session(user.text("sessionToken")), "/logout", "{}");
        JsonNode body = WebhookReceiver.next(asked).body();
        assertThat(body.path("triggerName").asString()).isEqualTo("afterLogout");
        assertThat(body.path("object").path("className").asString()).isEqualTo("_Session");
        assertThat(body.path("object").path("user").path("objectId").asString())
                .isEqualTo(user.text("objectId"));
        assertThat(body.toString()).doesNotContain(user.text("sessionToken"));
    }

    @Test
    void callsTheTriggersOfFiles() {
        webhooks.trigger(
                "@File",
                "beforeSave",
                asked ->
                        asked.path("file").path("name").asString().startsWith("no")
                                ? Json.object().put("error", "not this one")
                                : Json.object());
        BlockingQueue<Asked> saved = webhooks.trigger("@File", "afterSave", _ -> Json.object());
        webhooks.trigger("@File", "beforeDelete", _ -> Json.object().put("error", "it stays"));
        Reply refused = server.upload(MASTER, "/files/no.txt", new byte[] {1});
        assertThat(refused.code()).as("%s", refused).isEqualTo(130);
        assertThat(refused.text("error")).isEqualTo("not this one");

        Reply stored = server.upload(MASTER, "/files/a%20(1).txt", new byte[] {1, 2});
        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        JsonNode told = WebhookReceiver.next(saved).body();
        assertThat(told.path("file").path("name").asString()).isEqualTo(stored.text("name"));
        assertThat(told.path("file").path("url").asString()).isEqualTo(stored.text("url"));
        assertThat(told.path("fileSize").asInt()).isEqualTo(2);

        Reply kept = server.delete(MASTER, "/files/" + stored.text("name").replace(" ", "%20"));
        assertThat(kept.code()).as("%s", kept).isEqualTo(153);
    }

    @Test
    void callsTheTriggersOfParameters() {
        webhooks.trigger(
                "@Config",
                "beforeSave",
                asked ->
                        asked.path("object").path("params").has("bad")
                                ? Json.object().put("error", "not this one")
                                : Json.object());
        BlockingQueue<Asked> saved = webhooks.trigger("@Config", "afterSave", _ -> Json.object());
        assertThat(server.put(MASTER, "/config", "{\"params\":{\"bad\":1}}").code()).isEqualTo(141);
        assertThat(server.put(MASTER, "/config", "{\"params\":{\"good\":1}}").status())
                .isEqualTo(200);
        assertThat(WebhookReceiver.next(saved).body().path("object").path("params"))
                .isEqualTo(json("{'good':1}"));
        assertThat(server.get(MASTER, "/config").body().path("params"))
                .isEqualTo(json("{'good':1}"));
    }

    @Test
    void refusesADeploymentWithATriggerThatWouldNeverBeCalled() {
        MicroAppSources sources =
                MicroAppSources.of("idle")
                        .withClass(
                                "Idle",
                                """
                                @Function("idle") public final class Idle {
                                  @Trigger(value = Moment.BEFORE_SAVE, of = "_JobStatus")
                                  public void saving(Saving saving) {}
                                }
                                """);
        Reply refused = server.upload(MASTER, "/micro-apps", sources.zip());
        assertThat(refused.status()).as("%s", refused).isEqualTo(422);
        assertThat(refused.body().toString())
                .contains("beforeSave of _JobStatus would never be called");
    }

    @Test
    void takesTwoSlashesWhereSdksSendThem() {
        assertThat(server.get(MASTER, "//hooks/functions").status()).isEqualTo(200);
        assertThat(server.get(CLIENT, "//hooks/functions").status()).isEqualTo(403);
        for (String path :
                List.of("///hooks/functions", "/hooks//functions", "//classes//A", "//")) {
            assertThat(server.get(MASTER, path).status()).as(path).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /push, 115",
        "GET, /push_audiences, 115",
        "DELETE, /push_audiences/x, 115",
        "POST, /validate_purchase, 108",
        "POST, /challenge, 108",
        "GET, /security, 108",
        "POST, /cloud_code/jobs, 108",
        "DELETE, /cloud_code/jobs/x, 108",
    })
    void tellsWithACodeWhatItDoesNotHave(String method, String path, int code) {
        Reply refused = server.send(MASTER, method, path, method.equals("POST") ? "{}" : "");
        assertThat(refused.status()).as("%s", refused).isEqualTo(400);
        assertThat(refused.code()).isEqualTo(code);
    }

    @Test
    void tellsDashboardsOfJobsLogsAndFeaturesWithTheMasterKeyOnly() {
        for (String path : List.of("/cloud_code/jobs", "/cloud_code/jobs/data", "/scriptlog")) {
            assertThat(server.get(MASTER, path).status()).as(path).isEqualTo(200);
            assertThat(server.get(CLIENT, path).status()).as(path).isEqualTo(403);
        }
        assertThat(server.get(MASTER, "/cloud_code/jobs/data").body())
                .isEqualTo(Json.read("{\"in_use\":[],\"jobs\":[]}"));
        assertThat(server.get(MASTER, "/scriptlog?level=error&n=5&order=asc").body().isArray())
                .isTrue();
        for (String wrong : List.of("level=x", "n=x", "order=x", "from=x")) {
            assertThat(server.get(MASTER, "/scriptlog?" + wrong).code()).as(wrong).isEqualTo(102);
        }
        JsonNode features = server.get(MASTER, "/serverInfo").body().path("features");
        assertThat(features.path("cloudCode").path("jobs").asBoolean(false)).isTrue();
        assertThat(features.path("logs").path("level").asBoolean(false)).isTrue();
        assertThat(features.path("push").path("immediatePush").asBoolean(true)).isFalse();
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }
}
