package dev.rialto.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.hooks.Hook.FunctionHook;
import dev.rialto.hooks.Hook.TriggerHook;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class WebhookCallerTest {
    private static final WebhookRequest.Origin ORIGIN =
            new WebhookRequest.Origin(
                    "shop",
                    true,
                    Optional.of(json("{'objectId':'u'}")),
                    Optional.of("phone"),
                    "10.0.0.1",
                    Map.of("user-agent", "x"),
                    json("{'a':1}"));

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final WebhookCaller caller = new WebhookCaller(1_000);
    private final HttpServer server = start();
    private volatile int status = 200;
    private volatile String answer = "{}";
    private volatile Duration pause = Duration.ZERO;

    @AfterEach
    void stop() {
        caller.close();
        server.stop(0);
    }

    @Test
    void asksFunctionsAsParseServerDoes() {
        answer = "{'success':{'a':[1]}}";
        assertThat(callFunction()).isEqualTo(json("{'a':[1]}"));
        assertThat(asked)
                .containsExactly(
                        "POST application/json secret "
                                + json(
                                        "{'functionName':'hello','params':{'a':1},'master':true,"
                                                + "'ip':'10.0.0.1','headers':{'user-agent':'x'},"
                                                + "'context':{'a':1},'config':{'applicationId':'shop'},"
                                                + "'user':{'objectId':'u'},"
                                                + "'installationId':'phone'}"));
        answer = "{'success':null}";
        assertThat(callFunction().isNull()).isTrue();
        answer = "";
        assertThat(callFunction().isNull()).isTrue();
    }

    @Test
    void asksTriggersAsParseServerDoes() {
        answer =
                "{'success':{'className':'A','a':2,'createdAt':'x','updatedAt':'y',"
                        + "'objectId':'o'}}";
        String payload =
                "{'object':{'objectId':'o','a':1},'original':{'objectId':'o'},'changed':['a']}";
        assertThat(callTrigger("beforeSave", payload)).isEqualTo(json("{'a':2,'objectId':'o'}"));
        assertThat(asked.getFirst())
                .endsWith(
                        json("{'triggerName':'beforeSave',"
                                        + "'object':{'objectId':'o','a':1,'className':'A'},"
                                        + "'original':{'objectId':'o','className':'A'},"
                                        + "'master':true,'ip':'10.0.0.1',"
                                        + "'headers':{'user-agent':'x'},'context':{'a':1},'config':{'applicationId':'shop'},"
                                        + "'user':{'objectId':'u'},"
                                        + "'installationId':'phone'}")
                                .toString());
        assertThat(callTrigger("afterSave", payload).path("a").asInt()).isEqualTo(2);
        assertThat(callTrigger("afterDelete", payload).isNull()).isTrue();
        for (String unchanged : List.of("{'success':true}", "{'success':{}}", "{}")) {
            answer = unchanged;
            assertThat(callTrigger("beforeSave", payload).isNull()).as(unchanged).isTrue();
            assertThat(callTrigger("afterSave", payload).isNull()).as(unchanged).isTrue();
        }
        answer = "{'success':[{'objectId':'o'}]}";
        assertThat(callTrigger("beforeFind", "{'query':{'className':'A'}}").size()).isOne();
        assertThat(callTrigger("afterFind", "{'className':'A','objects':[]}").size()).isOne();
    }

    @Test
    void asksFindTriggersWithQueriesAsParseWritesThem() {
        callTrigger(
                "beforeFind",
                "{'query':{'className':'A','where':{'n':1},'order':['-n','m'],'include':['a','b.c'],"
                        + "'keys':[],'excludeKeys':['x'],'skip':0,'limit':9},"
                        + "'single':false,'count':true}");
        JsonNode body = Json.read(asked.getFirst().substring(asked.getFirst().indexOf('{')));
        assertThat(body.path("query"))
                .isEqualTo(
                        json(
                                "{'className':'A','where':{'n':1},'limit':9,'order':'-n,m',"
                                        + "'include':'a,b.c','excludeKeys':'x'}"));
        assertThat(body.path("isGet").asBoolean(true)).isFalse();
        assertThat(body.path("count").asBoolean(false)).isTrue();
        assertThat(body.has("single")).isFalse();

        callTrigger("afterFind", "{'objects':[],'query':{'where':{},'include':['a'],'skip':2}}");
        body = Json.read(asked.getLast().substring(asked.getLast().indexOf('{')));
        assertThat(body.path("query")).isEqualTo(json("{'where':{},'skip':2,'include':'a'}"));
    }

    @Test
    void reportsWhatTheWebhookRefusesWith() {
        assertRefused("{'error':'no'}", ErrorCode.SCRIPT_FAILED, 141, "no");
        assertRefused(
                "{'error':{'code':101,'error':'gone'}}", ErrorCode.OBJECT_NOT_FOUND, 101, "gone");
        assertRefused("{'code':142,'error':'bad'}", ErrorCode.VALIDATION_FAILED, 142, "bad");
        assertRefused(
                "{'error':{'code':12345,'message':'own'}}", ErrorCode.SCRIPT_FAILED, 12345, "own");
        status = 500;
        assertRefused("{'error':'with a status'}", ErrorCode.SCRIPT_FAILED, 141, "with a status");
        assertRefused("{}", ErrorCode.SCRIPT_FAILED, 141, "the webhook responded with status 500");
    }

    @Test
    void refusesAnswersThatMakeNoSense() {
        assertRefused(
                "<html>", ErrorCode.SCRIPT_FAILED, 141, "the webhook's response is not valid JSON");
        assertRefused(
                "{'success':'" + "x".repeat(1_000) + "'}",
                ErrorCode.SCRIPT_FAILED,
                141,
                "the webhook can't be reached, or its response is too long");
    }

    @Test
    void goesNowhereElse() {
        status = 307;
        assertRefused("{}", ErrorCode.SCRIPT_FAILED, 141, "the webhook responded with status 307");
        assertThat(asked).hasSize(1);
    }

    @Test
    void waitsNoLongerThanItMay() {
        pause = Duration.ofSeconds(20);
        assertRefused("{}", ErrorCode.TIMEOUT, 124, "the webhook took longer than 2.0 seconds");
    }

    @Test
    void revealsNoAddresses() {
        server.stop(0);
        assertThatThrownBy(this::callFunction)
                .isInstanceOf(RialtoException.class)
                .hasMessageNotContaining("token")
                .hasMessageNotContaining("127.0.0.1");
    }

    private void assertRefused(String text, ErrorCode code, int number, String message) {
        answer = text;
        assertThatThrownBy(this::callFunction)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> {
                            assertThat(failure.code()).isEqualTo(code);
                            assertThat(failure.number()).isEqualTo(number);
                        })
                .hasMessage(message);
    }

    private JsonNode callFunction() {
        return call(new FunctionHook("hello", url()), "{'a':1}");
    }

    private JsonNode callTrigger(String name, String payload) {
        return call(new TriggerHook("A", name, url()), payload);
    }

    private JsonNode call(Hook hook, String payload) {
        return caller.call(
                hook,
                new WebhookRequest(ORIGIN, json(payload), Duration.ofSeconds(2)),
                Optional.of("secret"));
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?token=t";
    }

    private HttpServer start() {
        try {
            HttpServer made =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            made.createContext(
                    "/hook",
                    exchange -> {
                        var headers = exchange.getRequestHeaders();
                        asked.add(
                                exchange.getRequestMethod()
                                        + " "
                                        + headers.getFirst("Content-Type")
                                        + " "
                                        + headers.getFirst("X-Parse-Webhook-Key")
                                        + " "
                                        + Json.read(exchange.getRequestBody().readAllBytes()));
                        byte[] content = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().add("Location", "/hook");
                        exchange.sendResponseHeaders(
                                status, content.length == 0 ? -1 : content.length);
                        if (pause.isPositive()) {
                            exchange.getResponseBody().flush();
                            sleep(pause);
                        }
                        if (content.length > 0) {
                            exchange.getResponseBody().write(content);
                        }
                        exchange.close();
                    });
            made.start();
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) Json.read(text.replace('\'', '"'));
    }
}
