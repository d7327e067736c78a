package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Micro apps from their sources to what clients see of them.
final class FunctionsTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Reply deploy(MicroAppSources sources, String query) {
        return server.upload(MASTER, "/micro-apps" + query, sources.zip());
    }

    private static void deployed(MicroAppSources sources) {
        Reply reply = deploy(sources, "");
        assertThat(reply.status()).as("%s", reply).isEqualTo(201);
    }

    private static Reply call(String name, String body) {
        return server.post(CLIENT, "/functions/" + name, body);
    }

    private static MicroAppSources saying(String microApp, String word) {
        return MicroAppSources.of(microApp)
                .withClass(
                        "Saying",
                        """
                        @Function("saying") public final class Saying {
                          @CloudFunction("%s") public String say() { return "%s"; }
                        }
                        """
                                .formatted(microApp, word));
    }

    @Test
    void callsFunctionFromRecordToRecord() {
        deployed(
                MicroAppSources.of("greeter")
                        .withClass(
                                "Greeter",
                                """
                                @Function("greeter") public final class Greeter {
                                  public record Person(String name, int times) {}
                                  public record Greeting(String text, List<String> all) {}
                                  /// Greets somebody.
                                  @CloudFunction("hello")
                                  public Greeting greet(Person person, Context context) {
                                    String text = "Hello, " + person.name() + " of " + context.app();
                                    return new Greeting(text, Collections.nCopies(person.times(), text));
                                  }
                                }
                                """));

        Reply byName = call("hello", "{\"name\":\"Ada\",\"times\":2}");
        Reply byAddress = call("demo-greeter-greeter-greet", "{\"name\":\"Bob\",\"times\":0}");

        assertThat(byName.status()).as("%s", byName).isEqualTo(200);
        assertThat(byName.body().path("result").path("text").asString(""))
                .isEqualTo("Hello, Ada of first");
        assertThat(byName.body().path("result").path("all")).hasSize(2);
        assertThat(byAddress.body().path("result").path("text").asString(""))
                .isEqualTo("Hello, Bob of first");
    }

    @Test
    void reportsWhereSourcesDoNotCompile() {
        Reply reply =
                deploy(
                        MicroAppSources.of("broken")
                                .withClass(
                                        "Broken", "public class Broken {\n  int x = \"text\";\n}"),
                        "");

        assertThat(reply.status()).as("%s", reply).isEqualTo(422);
        JsonNode problem = reply.body().path("problems").path(0);
        assertThat(problem.path("file").asString("")).endsWith("com/example/Broken.java");
        assertThat(problem.path("line").asInt(0)).isEqualTo(3);
        assertThat(problem.path("column").asInt(0)).isPositive();
        assertThat(problem.path("message").asString("")).contains("incompatible types");
    }

    @Test
    void reportsHowManyMoreProblemsThereAre() {
        Reply reply =
                deploy(
                        MicroAppSources.of("worse")
                                .withClass(
                                        "Worse",
                                        "public class Worse {\n"
                                                + IntStream.range(0, 60)
                                                        .mapToObj(i -> "int x" + i + " = \"\";\n")
                                                        .collect(Collectors.joining())
                                                + "}"),
                        "");

        assertThat(reply.body().path("problems")).hasSize(50);
        assertThat(reply.body().path("more").asInt(0)).isEqualTo(10);
        assertThat(reply.text("error")).endsWith("\n... and 10 more");
    }

    @Test
    void refusesCodeThatReachesOut() {
        Reply reply =
                deploy(
                        MicroAppSources.of("escaping")
                                .withClass(
                                        "Escaping",
                                        """
                                        @Function("escaping") public final class Escaping {
                                          @CloudFunction("escape") public String escape() {
                                            System.exit(1);
                                            return "";
                                          }
                                        }
                                        """),
                        "");

        assertThat(reply.status()).as("%s", reply).isEqualTo(422);
        assertThat(reply.text("error")).contains("Escaping", "escape", "java.lang.System.exit");
        assertThat(reply.body().path("problems").path(0).path("line").asInt(0)).isEqualTo(4);
    }

    @Test
    void endsDeadLoop() {
        deployed(
                MicroAppSources.of("looping")
                        .withClass(
                                "Looping",
                                """
                                @Function("looping") public final class Looping {
                                  @CloudFunction("loop") @Interface(deadlineMillis = 200)
                                  public String loop() {
                                    while (true) {
                                      try { for (;;) {} } catch (Throwable kept) {}
                                    }
                                  }
                                }
                                """));

        Reply reply = call("loop", "{}");

        assertThat(reply.code()).as("%s", reply).isEqualTo(124);
        assertThat(reply.text("error")).contains("demo-looping-looping-loop", "200 ms");
    }

    @Test
    void reportsWhatFunctionsThrow() {
        deployed(
                MicroAppSources.of("failing")
                        .withClass(
                                "Failing",
                                """
                                @Function("failing") public final class Failing {
                                  @CloudFunction("refuse") public void refuse() {
                                    throw new FunctionException(10042, "not today");
                                  }
                                  @CloudFunction("fail") public void fail() {
                                    throw new IllegalStateException("no way");
                                  }
                                  @CloudFunction("deep") public int deep() { return deep() + 1; }
                                }
                                """));

        Reply refused = call("refuse", "{}");
        Reply failed = call("fail", "{}");

        assertThat(refused.code()).isEqualTo(10042);
        assertThat(refused.text("error")).isEqualTo("not today");
        assertThat(failed.code()).isEqualTo(141);
        assertThat(failed.text("error")).startsWith("the function failed (request ");
        assertThat(call("deep", "{}").code()).isEqualTo(141);
        assertThat(call("unknown", "{}").text("error")).isEqualTo("Invalid function: \"unknown\"");
    }

    @Test
    void listsMicroAppsWithTheirDescriptions() {
        String descriptor =
                "{'name': 'told', 'domain': 'demo', 'group': 'told', 'description': 'Says %s'}"
                        .replace('\'', '"');
        String path = "src/main/resources/micro-app.json";
        deployed(saying("told", "one").with(path, descriptor.formatted("one")));
        deploy(saying("told", "two").with(path, descriptor.formatted("two")), "?preview=true");

        JsonNode listed = server.get(MASTER, "/micro-apps").body().path("results");
        assertThat(listed)
                .filteredOn(each -> each.path("name").asString("").equals("told"))
                .extracting(each -> each.path("description").asString(""))
                .containsExactly("Says one");
    }

    @Test
    void previewsPublishesAndRollsBack() {
        deployed(saying("word", "one"));
        Reply preview = deploy(saying("word", "two"), "?preview=true");
        Sender previewing = CLIENT.with("X-Rialto-Preview", "word@2");

        assertThat(preview.body().path("revision").asInt(0)).as("%s", preview).isEqualTo(2);
        assertThat(call("word", "{}").text("result")).isEqualTo("one");
        assertThat(server.post(previewing, "/functions/word", "{}").text("result"))
                .isEqualTo("two");

        assertThat(server.post(MASTER, "/micro-apps/word/publish", "{}").status()).isEqualTo(200);
        assertThat(call("word", "{}").text("result")).isEqualTo("two");

        assertThat(server.post(MASTER, "/micro-apps/word/rollback", "{}").status()).isEqualTo(200);
        assertThat(call("word", "{}").text("result")).isEqualTo("one");
    }

    @Test
    void saysWhatADeploymentDropsAndRefusesItWhenAsked() {
        deployed(
                MicroAppSources.of("dropping")
                        .withClass(
                                "Saying",
                                """
                                @Function("saying") public final class Saying {
                                  @CloudFunction("dropping") public String say() { return "a"; }
                                  @CloudFunction("dropped") public String more() { return "b"; }
                                }
                                """));
        MicroAppSources fewer = saying("dropping", "c");

        Reply refused = deploy(fewer, "?keep=true");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("dropped").toString())
                .contains("cloud function dropped")
                .doesNotContain("function dropping");
        assertThat(call("dropped", "{}").text("result")).isEqualTo("b");
        assertThat(deploy(saying("kept", "x"), "?keep=true").status()).isEqualTo(201);
        Reply done = deploy(fewer, "");
        assertThat(done.status()).isEqualTo(201);
        assertThat(done.body().path("dropped").toString()).contains("cloud function dropped");
    }

    @Test
    void splitsTrafficByClient() {
        deployed(saying("split", "old"));
        assertThat(deploy(saying("split", "new"), "?percent=50").status()).isEqualTo(201);

        Set<String> told = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            Sender client = CLIENT.with("X-Parse-Installation-Id", "installation-" + i);
            String first = server.post(client, "/functions/split", "{}").text("result");
            told.add(first);
            assertThat(server.post(client, "/functions/split", "{}").text("result"))
                    .isEqualTo(first);
        }

        assertThat(told).containsExactlyInAnyOrder("old", "new");
    }

    @Test
    void triggersSeeAndChangeWrites() {
        deployed(
                MicroAppSources.of("orders")
                        .withClass(
                                "Orders",
                                """
                                @Function("orders") public final class Orders {
                                  @Trigger(value = Moment.BEFORE_SAVE, of = "Order")
                                  public Entity price(Saving saving, Context context) {
                                    double count = saving.object().number("count").orElse(0.0);
                                    if (count < 1) throw new FunctionException("order something");
                                    return saving.object().with("total", count * 5);
                                  }
                                  @Trigger(value = Moment.AFTER_SAVE, of = "Order")
                                  public void tell(Saving saving, Context context) {
                                    context.objects().asMaster().save(
                                        Entity.of("Note").with("order", saving.object().id()));
                                  }
                                }
                                """));

        Reply created = server.post(CLIENT, "/classes/Order", "{\"count\":3}");
        Reply refused = server.post(CLIENT, "/classes/Order", "{\"count\":0}");

        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(refused.code()).isEqualTo(141);
        assertThat(refused.text("error")).isEqualTo("order something");
        Reply stored = server.get(CLIENT, "/classes/Order/" + created.text("objectId"));
        assertThat(stored.body().path("total").asInt(0)).isEqualTo(15);
        assertThat(
                        server.find(
                                        CLIENT,
                                        "Note",
                                        "{\"order\":\"" + created.text("objectId") + "\"}")
                                .body()
                                .path("results"))
                .hasSize(1);
    }

    @Test
    void answersHttpAlsoAsStream() {
        deployed(
                MicroAppSources.of("pages")
                        .withClass(
                                "Pages",
                                """
                                @Function("pages") public final class Pages {
                                  public record Wanted(String id, int size) {}
                                  @Endpoint("/orders/{id}")
                                  public Map<String, Object> order(Wanted wanted) {
                                    return Map.of("id", wanted.id(), "size", wanted.size());
                                  }
                                  @Endpoint("/stream")
                                  public HttpResponse stream(HttpRequest request) {
                                    return HttpResponse.stream("text/plain", out -> {
                                      for (int i = 0; i < 3; i++) out.write(("line " + i).getBytes());
                                    });
                                  }
                                  @Endpoint(value = "/echo", method = "POST")
                                  public HttpResponse echo(HttpRequest request) {
                                    return HttpResponse.text(202, request.text()).header("X-Kind", "echo");
                                  }
                                }
                                """));

        Reply order = server.get(CLIENT, "/web/orders/a7?size=4");
        assertThat(order.body().path("id").asString("")).as("%s", order).isEqualTo("a7");
        assertThat(order.body().path("size").asInt(0)).isEqualTo(4);
        assertThat(server.get(CLIENT, "/web/stream").text("text")).isEqualTo("line 0line 1line 2");
        Reply echo = server.upload(CLIENT, "/web/echo", new byte[] {'h', 'i'});
        assertThat(echo.status()).isEqualTo(202);
        assertThat(echo.text("text")).isEqualTo("hi");
        assertThat(server.get(CLIENT, "/web/nothing").status()).isEqualTo(404);
    }

    @Test
    void readsWhatFunctionsLog() throws InterruptedException {
        deployed(
                MicroAppSources.of("logging")
                        .withClass(
                                "Logging",
                                """
                                @Function("logging") public final class Logging {
                                  @CloudFunction("log") public void log(Context context) {
                                    context.log().info("seen");
                                  }
                                }
                                """));
        call("log", "{}");

        JsonNode lines = server.get(MASTER, "/micro-apps/logging/log").body().path("lines");
        for (int tries = 0; lines.isEmpty() && tries < 100; tries++) {
            Thread.sleep(50);
            lines = server.get(MASTER, "/micro-apps/logging/log").body().path("lines");
        }

        assertThat(lines.path(0).path("message").asString("")).isEqualTo("seen");
        assertThat(lines.path(0).path("level").asString("")).isEqualTo("info");
    }

    @Test
    void countsCallsAndWhatTheyUse() {
        deployed(
                MicroAppSources.of("counted")
                        .withClass(
                                "Counted",
                                """
                                @Function("counted") public final class Counted {
                                  @CloudFunction("allocate") public int allocate() {
                                    return new byte[10_000_000].length;
                                  }
                                }
                                """));
        for (int i = 0; i < 3; i++) {
            assertThat(call("allocate", "{}").status()).isEqualTo(200);
        }

        JsonNode gauge =
                server.get(MASTER, "/functions")
                        .body()
                        .path("results")
                        .valueStream()
                        .filter(each -> each.path("microApp").asString("").equals("counted"))
                        .findFirst()
                        .orElseThrow();

        assertThat(gauge.path("calls").asInt(0)).isEqualTo(3);
        assertThat(gauge.path("allocatedBytes").asLong(0)).isBetween(30_000_000L, 31_500_000L);
        assertThat(gauge.path("cpuMicros").asLong(0)).isPositive();
    }

    @Test
    void runsGroovyBesideJava() {
        deployed(
                MicroAppSources.of("groovy")
                        .withClass(
                                "Prices",
                                "public final class Prices { public static int of(String word) {"
                                        + " return word.length(); } }")
                        .with(
                                "src/main/groovy/com/example/Shop.groovy",
                                """
                                package com.example
                                import dev.rialto.sdk.*
                                @Function class Shop {
                                  @CloudFunction("total")
                                  Map<String, Object> total(Map<String, Object> order) {
                                    List<String> words = (List<String>) order.get("words")
                                    [total: words.collect { String each -> Prices.of(each) }.sum()] as Map<String, Object>
                                  }
                                }
                                """));

        Reply reply = call("total", "{\"words\":[\"apple\",\"fig\"]}");

        assertThat(reply.body().path("result").path("total").asInt(0)).as("%s", reply).isEqualTo(8);
    }

    @Test
    void runsParseCloudCodeUnchanged() {
        Reply deployed =
                server.upload(
                        MASTER,
                        "/micro-apps?name=parse",
                        MicroAppSources.empty()
                                .with(
                                        "cloud/main.js",
                                        """
                                        Parse.Cloud.define('echo', async (request) => {
                                          const things = await new Parse.Query('Thing').count({ useMasterKey: true });
                                          return { said: request.params.word, things };
                                        });
                                        Parse.Cloud.beforeSave('Thing', (request) => {
                                          if (!request.object.get('name')) throw new Parse.Error(142, 'name it');
                                          request.object.set('upper', request.object.get('name').toUpperCase());
                                        });
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);

        Reply created = server.post(CLIENT, "/classes/Thing", "{\"name\":\"pen\"}");
        Reply refused = server.post(CLIENT, "/classes/Thing", "{}");
        Reply echo = call("echo", "{\"word\":\"hi\"}");

        assertThat(created.status()).as("%s", created).isEqualTo(201);
        assertThat(server.get(CLIENT, "/classes/Thing/" + created.text("objectId")).text("upper"))
                .isEqualTo("PEN");
        assertThat(refused.code()).isEqualTo(142);
        assertThat(echo.body().path("result").path("said").asString("")).isEqualTo("hi");
        assertThat(echo.body().path("result").path("things").asInt(0)).isEqualTo(1);
    }

    @Test
    void letsCloudCodeShapeAnswersAndFiles() {
        Reply deployed =
                server.upload(
                        MASTER,
                        "/micro-apps?name=shaping",
                        MicroAppSources.empty()
                                .with(
                                        "cloud/main.js",
                                        """
                                        Parse.Cloud.define('made', (request, response) => {
                                          response.status(request.params.status).header('X-Made', 'yes').success(1);
                                        });
                                        Parse.Cloud.beforeSave(Parse.File, ({ file }) => {
                                          if (file.name() === 'no.txt') throw 'not this one';
                                          file.addMetadata('by', 'code');
                                        });
                                        Parse.Cloud.afterSave('Shaped', ({ object }) => object.unset('secret'));
                                        """)
                                .zip());
        assertThat(deployed.status()).as("%s", deployed).isEqualTo(201);

        Reply made = call("made", "{\"status\":202}");
        assertThat(made.status()).as("%s", made).isEqualTo(202);
        assertThat(made.body().path("result").asInt(0)).isEqualTo(1);
        assertThat(made.headers().firstValue("X-Made")).contains("yes");
        for (int bad : new int[] {99, 204, 600}) {
            assertThat(call("made", "{\"status\":%d}".formatted(bad)).code()).isEqualTo(141);
        }

        assertThat(server.upload(MASTER, "/files/no.txt", new byte[] {1}).code()).isEqualTo(130);
        Reply stored = server.upload(MASTER, "/files/yes.txt", new byte[] {1});
        String path = "/files/" + TestServer.APP + "/metadata/" + stored.text("name");
        assertThat(server.get(MASTER, path).body().toString())
                .isEqualTo("{\"metadata\":{\"by\":\"code\"}}");

        Reply saved = server.post(CLIENT, "/classes/Shaped", "{\"secret\":1}");
        assertThat(saved.body().path("secret").path("__op").asString("")).isEqualTo("Delete");
    }

    @Test
    void onlyHoldersOfTheMasterKeyDeploy() {
        byte[] zip = saying("foreign", "x").zip();

        assertThat(server.upload(CLIENT, "/micro-apps", zip).status()).isEqualTo(403);
        assertThat(server.upload(Sender.readOnlyMaster(), "/micro-apps", zip).code())
                .isEqualTo(119);
        assertThat(server.get(CLIENT, "/functions").status()).isEqualTo(403);
        assertThat(server.get(CLIENT, "/micro-apps").status()).isEqualTo(403);
    }
}
