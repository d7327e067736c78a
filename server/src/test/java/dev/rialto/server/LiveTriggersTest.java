package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.testing.EventReader;
import dev.rialto.testing.EventReader.Event;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Whose rights and triggers decide what followers of changes see.
final class LiveTriggersTest {
    private static final Sender CLIENT = Sender.client();
    private static final Sender MASTER = Sender.master();
    private static final String AS_MASTER = ",\"masterKey\":\"" + TestServer.MASTER_KEY + "\"";

    private static TestServer server;
    private static WebhookReceiver webhooks;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        webhooks = new WebhookReceiver(server);
        webhooks.trigger(
                "Masked",
                "afterFind",
                asked -> {
                    asked.path("objects").forEach(each -> each.asObject().put("secret", "***"));
                    return WebhookReceiver.success(asked.path("objects"));
                });
        webhooks.trigger(
                "Shut",
                "beforeFind",
                asked -> {
                    ObjectNode query = asked.path("query").asObject();
                    query.withObject("where").put("open", true);
                    return WebhookReceiver.success(query);
                });
    }

    @AfterAll
    static void stop() {
        webhooks.close();
        server.close();
    }

    private static LiveClient connect(String credentials) {
        var client = new LiveClient(server.port(), credentials);
        assertThat(client.next().path("op").asString()).isEqualTo("connected");
        return client;
    }

    private static String query(String className) {
        return "{\"className\":\"" + className + "\",\"where\":{}}";
    }

    private static String session(Reply user) {
        return ",\"sessionToken\":\"" + user.text("sessionToken") + "\"";
    }

    @Test
    void aSubscriptionStaysWhenTheOneInItsPlaceIsRefused() {
        try (LiveClient client = connect("")) {
            assertThat(client.subscribe(1, query("Plain"), "").path("op").asString())
                    .isEqualTo("subscribed");
            assertThat(
                            client.subscribe(1, query("Plain"), ",\"resume\":\"nonsense\"")
                                    .path("op")
                                    .asString())
                    .isEqualTo("error");
            client.send("{\"op\":\"unsubscribe\",\"requestId\":1}");
            assertThat(client.next().path("op").asString()).isEqualTo("unsubscribed");
        }
    }

    @Test
    void feedsTellWhatTriggersLetBeSeen() {
        String id = server.create(CLIENT, "Masked", "{\"n\":1,\"secret\":\"a\"}");
        try (EventReader feed = server.events(CLIENT, "/feeds/Masked")) {
            assertThat(feed.next().type()).isEqualTo("open");
            server.put(CLIENT, "/classes/Masked/" + id, "{\"n\":2,\"secret\":\"b\"}");
            Event event = feed.next();
            assertThat(event.type()).isEqualTo("update");
            assertThat(event.data().path("object").path("n").asInt()).isEqualTo(2);
            assertThat(event.data().path("object").path("secret").asString()).isEqualTo("***");
            assertThat(event.data().path("original").path("secret").asString()).isEqualTo("***");
        }
    }

    @Test
    void followersFollowTheQueryThatATriggerReturns() {
        try (EventReader feed = server.events(CLIENT, "/feeds/Shut")) {
            assertThat(feed.next().type()).isEqualTo("open");
            server.create(CLIENT, "Shut", "{\"n\":1}");
            server.create(CLIENT, "Shut", "{\"n\":2,\"open\":true}");
            assertThat(feed.next().data().path("object").path("n").asInt()).isEqualTo(2);
        }
    }

    @Test
    void endsWhatIsFollowedWhenItsClassGetsATriggerThatHides() {
        try (EventReader feed = server.events(CLIENT, "/feeds/Later")) {
            assertThat(feed.next().type()).isEqualTo("open");
            webhooks.trigger("Later", "beforeFind", _ -> Json.object());
            server.create(CLIENT, "Later", "{\"n\":1}");
            Event end = feed.next();
            assertThat(end.type()).isEqualTo("error");
            assertThat(end.data().has("object")).isFalse();
        }
    }

    @Test
    void syncTellsWhatTriggersLetBeSeen() {
        String id = server.create(CLIENT, "Masked", "{\"n\":5,\"secret\":\"c\"}");
        JsonNode pulled =
                server.get(CLIENT, "/sync?classes=%7B%22Masked%22%3A%7B%22n%22%3A5%7D%7D").body();
        assertThat(Json.write(pulled)).contains(id).contains("***").doesNotContain("\"c\"");
        String update =
                """
                {"operations": [{"id": "one", "op": "update", "className": "Masked",
                 "objectId": "%s", "fields": {"n": 6}, "policy": "client-wins"}]}
                """
                        .formatted(id);
        JsonNode pushed = server.post(CLIENT, "/sync", update).body();
        assertThat(Json.write(pushed)).contains(id).contains("***").doesNotContain("\"c\"");
    }

    @Test
    void usersSeeThemselvesAsTriggersLetThem() {
        Reply user = server.signUp("masked");
        Sender self = CLIENT.session(user.text("sessionToken"));
        webhooks.trigger(
                "_User",
                "afterFind",
                asked -> {
                    asked.path("objects").forEach(each -> each.asObject().put("email", "***"));
                    return WebhookReceiver.success(asked.path("objects"));
                });
        for (String path : List.of("/users/me", "/users/" + user.text("objectId"))) {
            Reply seen = server.get(self, path);
            assertThat(seen.text("email")).as("%s", seen).isEqualTo("***");
        }
        assertThat(server.get(self, "/users/me").text("sessionToken"))
                .isEqualTo(user.text("sessionToken"));
    }

    @Test
    void aSubscriptionHasTheRightsOfItsOwnSession() {
        Reply owner = server.signUp("owner");
        Reply other = server.signUp("other");
        String acl =
                "{\"ACL\":{\"%s\":{\"read\":true,\"write\":true}}}"
                        .formatted(owner.text("objectId"));
        try (LiveClient client = connect(AS_MASTER)) {
            client.subscribe(1, query("Private"), session(owner));
            client.subscribe(2, query("Private"), session(other));
            client.subscribe(3, query("Private"), "");
            server.create(MASTER, "Private", acl);
            server.create(MASTER, "Private", "{\"open\":true}");
            // Two subscriptions see the first, three the second.
            int seenByOther = 0;
            for (int events = 0; events < 5; events++) {
                JsonNode event = client.next();
                assertThat(event.path("op").asString()).isEqualTo("create");
                if (event.path("requestId").asInt() == 2) {
                    seenByOther++;
                    assertThat(event.path("object").path("open").asBoolean(false)).isTrue();
                }
            }
            assertThat(seenByOther).isEqualTo(1);
            JsonNode refused =
                    client.subscribe(4, query("Private"), ",\"sessionToken\":\"r:nobody\"");
            assertThat(refused.path("op").asString()).isEqualTo("error");
            assertThat(refused.path("code").asInt()).isEqualTo(209);
        }
    }

    @Test
    void includesWhatASubscriptionAsksForAsItsSubscriberMaySeeIt() {
        Reply owner = server.signUp("reader");
        String hidden =
                server.create(
                        MASTER,
                        "Target",
                        "{\"name\":\"hidden\",\"ACL\":{\"%s\":{\"read\":true}}}"
                                .formatted(owner.text("objectId")));
        String masked = server.create(MASTER, "Masked", "{\"secret\":\"d\"}");
        String query = "{\"className\":\"Pointing\",\"where\":{},\"include\":[\"to\",\"masked\"]}";
        try (LiveClient mine = connect("");
                LiveClient theirs = connect("")) {
            mine.subscribe(1, query, session(owner));
            theirs.subscribe(1, query, "");
            server.create(
                    MASTER,
                    "Pointing",
                    """
                    {"to": {"__type": "Pointer", "className": "Target", "objectId": "%s"},
                     "masked": {"__type": "Pointer", "className": "Masked", "objectId": "%s"}}
                    """
                            .formatted(hidden, masked));
            JsonNode seen = mine.next().path("object");
            assertThat(seen.path("to").path("name").asString()).isEqualTo("hidden");
            assertThat(seen.path("masked").path("secret").asString()).isEqualTo("***");
            mine.subscribe(
                    2,
                    "{\"className\":\"Pointing\",\"where\":{},\"keys\":[\"masked.secret\"]}",
                    session(owner));
            JsonNode others = theirs.next().path("object");
            assertThat(others.has("to")).isFalse();
            assertThat(others.path("masked").path("secret").asString()).isEqualTo("***");
            server.create(
                    MASTER,
                    "Pointing",
                    """
                    {"masked": {"__type": "Pointer", "className": "Masked", "objectId": "%s"}}
                    """
                            .formatted(masked));
            for (int events = 0; events < 2; events++) {
                JsonNode event = mine.next();
                assertThat(event.path("object").path("masked").path("secret").asString())
                        .as("%s", event)
                        .isEqualTo("***");
            }
        }
    }

    @Test
    void triggersDecideWhoConnectsWhatIsFollowedAndWhatIsTold() {
        BlockingQueue<WebhookReceiver.Asked> connecting =
                webhooks.trigger(
                        "@Connect",
                        "beforeConnect",
                        asked ->
                                asked.has("user")
                                        ? Json.object().put("error", "no users today")
                                        : Json.object());
        webhooks.trigger(
                "Guarded",
                "beforeSubscribe",
                asked -> {
                    if (asked.path("query").path("where").has("secret")) {
                        return Json.object().put("error", "not by secret");
                    }
                    return Json.read("{\"success\":{\"where\":{\"open\":true}}}");
                });
        webhooks.trigger(
                "Guarded",
                "afterEvent",
                asked -> {
                    ObjectNode object = asked.path("object").asObject();
                    if (object.path("n").asInt() == 2) {
                        return Json.read("{\"success\":{\"sendEvent\":false}}");
                    }
                    object.put("told", asked.path("event").asString());
                    return WebhookReceiver.success(Json.object().set("object", object));
                });
        try (LiveClient client = connect("")) {
            assertThat(WebhookReceiver.next(connecting).body().path("event").asString())
                    .isEqualTo("connect");
            JsonNode refused =
                    client.subscribe(1, "{\"className\":\"Guarded\",\"where\":{\"secret\":1}}", "");
            assertThat(refused.path("error").asString()).isEqualTo("not by secret");
            client.subscribe(2, query("Guarded"), "");
            server.create(CLIENT, "Guarded", "{\"n\":1}");
            server.create(CLIENT, "Guarded", "{\"n\":2,\"open\":true}");
            server.create(CLIENT, "Guarded", "{\"n\":3,\"open\":true}");
            JsonNode told = client.next();
            assertThat(told.path("object").path("n").asInt()).isEqualTo(3);
            assertThat(told.path("object").path("told").asString()).isEqualTo("create");
        }
        Reply user = server.signUp("unwelcome");
        try (var client = new LiveClient(server.port(), session(user))) {
            JsonNode refused = client.next();
            assertThat(refused.path("op").asString()).isEqualTo("error");
            assertThat(refused.path("error").asString()).isEqualTo("no users today");
        }
        server.delete(MASTER, "/hooks/triggers/@Connect/beforeConnect");
    }
}
