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
import org.junit.jupiter.params.provider.ValueSource;
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
                webhooks.trigger(
                        "_Session",
                        "afterLogout",
                        body ->
                                body.path("headers").has("x-late")
                                        ? json("{'error':{'code':400,'error':'too late'}}")
                                        : Json.object());
        Reply user = server.signUp("leaving");
        server.post(CLIENT.session(user.text("sessionToken")), "/logout", "{}");
        JsonNode body = WebhookReceiver.next(asked).body();
        assertThat(body.path("triggerName").asString()).isEqualTo("afterLogout");
        assertThat(body.path("object").path("className").asString()).isEqualTo("_Session");
        assertThat(body.path("object").path("user").path("objectId").asString())
                .isEqualTo(user.text("objectId"));
        assertThat(body.toString()).doesNotContain(user.text("sessionToken"));

        // What it refuses with is the answer, also to a request that names itself.
        Sender late =
                CLIENT.session(server.signUp("leaving-late").text("sessionToken"))
                        .with("X-Late", "yes")
                        .with("X-Parse-Request-Id", "of-a-log-out");
        assertThat(server.post(late, "/logout", "{}").code()).isEqualTo(400);
        assertThat(server.get(late, "/users/me").code()).isEqualTo(209);
    }

    @Test
    void callsTheTriggersOfParameters() {
        BlockingQueue<Asked> asked =
                webhooks.trigger(
                        "@Config",
                        "beforeSave",
                        body ->
                                body.path("object").path("params").has("bad")
                                        ? Json.object().put("error", "not this one")
                                        : Json.object());
        BlockingQueue<Asked> saved =
                webhooks.trigger(
                        "@Config",
                        "afterSave",
                        body -> {
                            JsonNode params = body.path("object").path("params");
                            assertThat(server.get(MASTER, "/config").body().path("params"))
                                    .isEqualTo(params);
                            return params.has("late")
                                    ? json("{'error':{'code':400,'error':'too late'}}")
                                    : Json.object();
                        });
        assertThat(server.put(MASTER, "/config", "{\"params\":{\"bad\":1}}").code()).isEqualTo(141);
        assertThat(WebhookReceiver.next(asked).body().has("original")).isFalse();
        assertThat(server.put(MASTER, "/config", "{\"params\":{\"good\":1}}").status())
                .isEqualTo(200);
        assertThat(WebhookReceiver.next(saved).body().path("object").path("params"))
                .isEqualTo(json("{'good':1}"));
        Reply late = server.put(MASTER, "/config", "{\"params\":{\"late\":2}}");
        assertThat(late.code()).as("%s", late).isEqualTo(400);
        JsonNode told = WebhookReceiver.next(saved).body();
        assertThat(told.path("object").path("params")).isEqualTo(json("{'good':1,'late':2}"));
        assertThat(told.path("original").path("params")).isEqualTo(json("{'good':1}"));

        // A request that names itself is no different, and is done once.
        Sender named = MASTER.with("X-Parse-Request-Id", "of-parameters");
        assertThat(server.put(named, "/config", "{\"params\":{\"bad\":1}}").code()).isEqualTo(141);
        assertThat(server.put(named, "/config", "{\"params\":{\"named\":3}}").code())
                .isEqualTo(400);
        assertThat(WebhookReceiver.next(saved).body().path("object").path("params").path("named"))
                .isEqualTo(json("3"));
        assertThat(server.get(MASTER, "/config").body().path("params").path("named"))
                .isEqualTo(json("3"));
        assertThat(server.put(named, "/config", "{\"params\":{\"named\":4}}").code())
                .isEqualTo(159);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'secret': {'__op': 'Delete'}} | {'made': 1, 'secret': {'__op': 'Delete'}}",
                "{'a': 7, 'made': 2} | {'a': 7, 'made': 2}",
                "{'objectId': 'x', 'a': 3, 'secret': 4} | {'made': {'__op': 'Delete'}}",
                "{'secret': {'__op': 'Increment', 'amount': 1}} | {'made': 1}",
                "{} | {'made': 1}",
            })
    void returnsTheResultOfAfterSave(String answer, String told) {
        String className = "Told" + Integer.toHexString(answer.hashCode());
        webhooks.trigger(
                className,
                "beforeSave",
                body ->
                        WebhookReceiver.success(
                                body.path("object").deepCopy().asObject().put("made", 1)));
        webhooks.trigger(className, "afterSave", _ -> WebhookReceiver.success(json(answer)));
        Reply created = server.post(CLIENT, "/classes/" + className, "{\"a\":3,\"secret\":4}");
        assertThat(created.status()).as("%s", created).isEqualTo(201);
        ObjectNode object = created.body().asObject();
        String id = object.path("objectId").asString();
        object.remove(List.of("objectId", "createdAt", "updatedAt"));
        assertThat(object).isEqualTo(json(told));
        assertThat(server.get(CLIENT, "/classes/" + className + "/" + id).body().path("secret"))
                .isEqualTo(Json.nodes().numberNode(4));
    }

    @Test
    void answersObjectsInPlaceOfWhatWouldBeFound() {
        String id = server.create(CLIENT, "Instead", "{\"n\":1}");
        String hidden = server.create(MASTER, "Instead", "{\"n\":2,\"ACL\":{}}");
        String objects =
                "{'success':[{'className':'Instead','objectId':'%s','n':9},{'objectId':'%s','n':9},{'n':3}]}"
                        .formatted(id, hidden);
        webhooks.trigger("Instead", "beforeFind", _ -> json(objects));
        JsonNode found = server.get(CLIENT, "/classes/Instead?count=1").body();
        assertThat(found.path("results").valueStream().map(each -> each.path("n").asInt()))
                .containsExactly(1, 3);
        assertThat(found.path("count").asInt()).isEqualTo(2);
        JsonNode all = server.get(MASTER, "/classes/Instead").body().path("results");
        assertThat(all.valueStream().map(each -> each.path("n").asInt())).containsExactly(9, 9, 3);
        assertThat(server.get(CLIENT, "/classes/Instead/" + id).body().path("n").asInt())
                .isEqualTo(1);
        // Where nothing but a condition is made of it, it is one on the ids.
        String inQuery =
                "/classes/Outer?where=%7B%22to%22:%7B%22$inQuery%22:%7B%22className%22:%22Instead%22,"
                        + "%22where%22:%7B%7D%7D%7D%7D";
        String pointer =
                "{\"to\":{\"__type\":\"Pointer\",\"className\":\"Instead\",\"objectId\":\"%s\"}}";
        server.create(CLIENT, "Outer", pointer.formatted(id));
        server.create(CLIENT, "Outer", pointer.formatted(hidden));
        assertThat(server.get(CLIENT, inQuery).body().path("results").size()).isOne();
    }

    @Test
    void tellsLogInTriggersOfTheUserAndTheApp() {
        BlockingQueue<Asked> asked = webhooks.trigger("_User", "afterLogin", _ -> Json.object());
        server.signUp("arriving");
        server.post(
                CLIENT,
                "/login",
                "{\"username\":\"arriving\",\"password\":\"secret of arriving\"}");
        JsonNode body = WebhookReceiver.next(asked).body();
        assertThat(body.path("user").path("username").asString()).isEqualTo("arriving");
        assertThat(body.path("config").path("applicationId").asString()).isEqualTo(TestServer.APP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_JobStatus", "@File"})
    void refusesADeploymentWithATriggerThatWouldNeverBeCalled(String className) {
        MicroAppSources sources =
                MicroAppSources.of("idle")
                        .withClass(
                                "Idle",
                                """
                                @Function("idle") public final class Idle {
                                  @Trigger(value = Moment.BEFORE_SAVE, of = "%s")
                                  public void saving(Saving saving) {}
                                }
                                """
                                        .formatted(className));
        Reply refused = server.upload(MASTER, "/micro-apps", sources.zip());
        assertThat(refused.status()).as("%s", refused).isEqualTo(422);
        assertThat(refused.body().toString())
                .contains("beforeSave of " + className + " would never be called");
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
