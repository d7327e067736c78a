package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.Json;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import dev.rialto.server.WebhookReceiver.Asked;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.concurrent.BlockingQueue;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What webhooks have to say when files are stored, read and deleted.
final class WebhookFilesTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();

    private static TestServer server;
    private static WebhookReceiver webhooks;
    private static BlockingQueue<Asked> uploads;
    private static BlockingQueue<Asked> stores;
    private static BlockingQueue<Asked> reads;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        webhooks = new WebhookReceiver(server);
        uploads = webhooks.trigger("@File", "beforeSave", WebhookFilesTest::judge);
        stores = webhooks.trigger("@File", "afterSave", WebhookFilesTest::judgeLate);
        reads = webhooks.trigger("@File", "beforeFind", WebhookFilesTest::judgeRead);
        webhooks.trigger("@File", "afterFind", WebhookFilesTest::dress);
    }

    @AfterAll
    static void stop() {
        webhooks.close();
        server.close();
    }

    @BeforeEach
    void forget() {
        uploads.clear();
        stores.clear();
        reads.clear();
    }

    @Test
    void callsTheTriggersOfFiles() {
        webhooks.trigger("@File", "beforeDelete", _ -> Json.object().put("error", "it stays"));
        Reply refused = server.upload(MASTER, "/files/no.txt", new byte[] {1});
        assertThat(refused.code()).as("%s", refused).isEqualTo(130);
        assertThat(refused.text("error")).isEqualTo("not this one");
        WebhookReceiver.next(uploads);

        Reply stored =
                server.upload(
                        MASTER.with("X-Parse-File-Metadata", "{\"m\":0}"),
                        "/files/a%20(1).txt",
                        new byte[] {1, 2});
        assertThat(stored.status()).as("%s", stored).isEqualTo(201);
        JsonNode before = WebhookReceiver.next(uploads).body();
        assertThat(before.path("file").path("metadata")).isEqualTo(json("{'m':0}"));
        assertThat(before.path("fileSize").asInt()).isEqualTo(2);
        JsonNode told = WebhookReceiver.next(stores).body();
        assertThat(told.path("file").path("name").asString()).isEqualTo(stored.text("name"));
        assertThat(told.path("file").path("url").asString()).isEqualTo(stored.text("url"));
        assertThat(told.path("fileSize").asInt()).isEqualTo(2);

        Reply kept = server.delete(MASTER, "/files/" + stored.text("name").replace(" ", "%20"));
        assertThat(kept.code()).as("%s", kept).isEqualTo(153);
        Reply late = server.upload(MASTER, "/files/late.txt", new byte[] {1});
        assertThat(late.code()).as("%s", late).isEqualTo(400);
    }

    @Test
    void aTriggerChangesWhatIsStoredOfAFile() {
        Reply swapped = server.post(MASTER, "/files/swap.txt", "{\"base64\":\"AQID\"}");
        assertThat(swapped.status()).as("%s", swapped).isEqualTo(201);
        assertThat(swapped.text("name")).endsWith("_other.pdf");
        JsonNode told = WebhookReceiver.next(stores).body();
        assertThat(told.path("fileSize").asInt()).isEqualTo(4);
        assertThat(told.path("file").path("metadata")).isEqualTo(json("{'m':1}"));
        assertThat(told.path("file").path("tags")).isEqualTo(json("{'t':2}"));
        String metadata = swapped.text("url").replace("/files/first/", "/files/first/metadata/");
        assertThat(server.get(MASTER, metadata.substring(metadata.indexOf("/files/"))).body())
                .isEqualTo(json("{'metadata':{'m':1}}"));

        Reply elsewhere = server.upload(MASTER, "/files/elsewhere.txt", new byte[] {1});
        assertThat(elsewhere.body())
                .isEqualTo(json("{'url':'https://files.example/there.txt','name':'there.txt'}"));
        assertThat(WebhookReceiver.next(stores).body().path("fileSize").isNull()).isTrue();
        for (String wrong : new String[] {"broken", "forged"}) {
            assertThat(server.upload(MASTER, "/files/" + wrong + ".txt", new byte[] {1}).code())
                    .as(wrong)
                    .isEqualTo(130);
        }
    }

    /// What the webhook before a file is stored answers, by the name of the file.
    private static JsonNode judge(JsonNode body) {
        return switch (body.path("file").path("name").asString()) {
            case "no.txt" -> Json.object().put("error", "not this one");
            case "swap.txt" ->
                    json(
                            "{'success':{'name':'other.pdf','metadata':{'m':1},'tags':{'t':2},"
                                    + "'base64':'AQIDBA=='}}");
            case "elsewhere.txt" ->
                    json(
                            "{'success':{'name':'there.txt',"
                                    + "'url':'https://files.example/there.txt'}}");
            case "broken.txt" -> json("{'success':{'base64':'A'}}");
            case "forged.txt" -> json("{'success':{'url':'javascript:alert(1)'}}");
            default -> Json.object();
        };
    }

    private static JsonNode judgeLate(JsonNode body) {
        return body.path("file").path("name").asString().endsWith("late.txt")
                ? json("{'error':{'code':400,'error':'too late'}}")
                : Json.object();
    }

    @Test
    void asksBeforeAFileIsRead() {
        String secret = path(server.upload(MASTER, "/files/secret.txt", new byte[] {1}));
        Reply user = server.signUp("reader");
        for (String path : new String[] {secret, secret.replace("/first/", "/first/metadata/")}) {
            Reply refused = server.get(CLIENT, path);
            assertThat(refused.status()).as("%s", refused).isEqualTo(403);
            assertThat(refused.code()).isEqualTo(141);
            assertThat(refused.text("error")).isEqualTo("not for you");
            assertThat(WebhookReceiver.next(reads).body().has("user")).isFalse();
            Sender session = CLIENT.session(user.text("sessionToken"));
            assertThat(server.get(session, path).status()).isEqualTo(200);
            assertThat(WebhookReceiver.next(reads).body().path("user").path("username").asString())
                    .isEqualTo("reader");
        }
    }

    @Test
    void letsATriggerChooseTheFileAndItsHeaders() {
        String first = path(server.upload(MASTER, "/files/first.txt", new byte[] {'a'}));
        Reply plain = server.get(CLIENT, first);
        assertThat(plain.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(plain.headers().firstValue("Content-Disposition")).isEmpty();

        String dressed = path(server.upload(MASTER, "/files/dressed.html", new byte[] {'b'}));
        Reply reply = server.get(CLIENT, dressed);
        assertThat(reply.headers().firstValue("X-Own")).contains("yes");
        assertThat(reply.headers().firstValue("X-Content-Type-Options")).isEmpty();
        assertThat(reply.headers().firstValue("Content-Disposition").orElse(""))
                .startsWith("attachment;filename=")
                .endsWith("_dressed.html");
        String spaced = path(server.upload(MASTER, "/files/a%20dressed.html", new byte[] {'b'}));
        assertThat(
                        server.get(CLIENT, spaced.replace(" ", "%20"))
                                .headers()
                                .firstValue("Content-Disposition")
                                .orElse(""))
                .startsWith("attachment;filename*=UTF-8''")
                .endsWith("_a%20dressed.html");
        // What keeps browsers from running uploads is not for triggers to change.
        assertThat(reply.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox");
        String low = path(server.upload(MASTER, "/files/low.html", new byte[] {'b'}));
        HttpHeaders kept = server.get(CLIENT, low).headers();
        assertThat(kept.allValues("Content-Security-Policy"))
                .containsExactly("sandbox; default-src 'none'");
        assertThat(kept.allValues("Content-Type"))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("text/html");
        assertThat(kept.allValues("Content-Disposition")).containsExactly("attachment");
        assertThat(kept.allValues("X-Content-Type-Options")).containsExactly("chosen");
        HttpHeaders said = server.get(CLIENT, low.replace("/first/", "/first/metadata/")).headers();
        assertThat(said.allValues("Content-Type"))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("application/json");
        String bad = path(server.upload(MASTER, "/files/bad.txt", new byte[] {'b'}));
        assertThat(server.get(CLIENT, bad).status()).isEqualTo(403);
        assertThat(server.get(CLIENT, "/files/first/none.txt").status()).isEqualTo(404);
    }

    private static String path(Reply stored) {
        return "/files/first/" + stored.text("name");
    }

    private static JsonNode judgeRead(JsonNode body) {
        return body.path("file").path("name").asString().endsWith("secret.txt") && !body.has("user")
                ? Json.object().put("error", "not for you")
                : Json.object();
    }

    private static JsonNode dress(JsonNode body) {
        assertThat(body.path("responseHeaders").has("X-Content-Type-Options")).isTrue();
        String name = body.path("file").path("name").asString();
        if (name.endsWith("dressed.html")) {
            return json(
                    "{'success':{'forceDownload':true,'responseHeaders':{'X-Own':'yes',"
                            + "'Content-Security-Policy':'none'}}}");
        }
        if (name.endsWith("low.html")) {
            return json(
                    "{'success':{'responseHeaders':{'content-security-policy':'none',"
                            + "'content-TYPE':'text/javascript','content-disposition':'inline',"
                            + "'x-content-type-options':'chosen'}}}");
        }
        return name.endsWith("bad.txt")
                ? json("{'success':{'responseHeaders':{'Content-Length':'9'}}}")
                : Json.object();
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'));
    }
}
