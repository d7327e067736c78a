package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One app's functions misbehave; what that does to them, to the log, and to others.
final class NeighboursTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender OTHER = Sender.of(TestServer.OTHER_APP, "second-master-key");

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new TestServer();
        deployed(MASTER, java());
        deployed(MASTER, groovy());
        deployed(
                OTHER,
                MicroAppSources.of("good")
                        .withClass(
                                "Good",
                                """
                                @Function public final class Good {
                                  @CloudFunction("good") public String good() { return "fine"; }
                                }
                                """));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void deployed(Sender app, MicroAppSources sources) {
        Reply reply = server.upload(app, "/micro-apps", sources.zip());
        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
    }

    private static MicroAppSources java() {
        return MicroAppSources.of("bad")
                .withClass(
                        "Bad",
                        """
                        @Function public final class Bad {
                          record Node(String name, List<Node> next) {}
                          private static List<Object> nested(Object inside, int depth) {
                            List<Object> list = List.of(inside);
                            for (int i = 0; i < depth; i++) {
                              list = List.of(list, list);
                            }
                            return list;
                          }
                          @Interface(deadlineMillis = 300) @CloudFunction("hash") public int hash() {
                            return nested(1, 60).hashCode();
                          }
                          @Interface(deadlineMillis = 300) @CloudFunction("loop") public int loop() {
                            while (true) {
                            }
                          }
                          @CloudFunction("allocate") public String allocate() {
                            return Collections.nCopies(50_000_000, "text").toString();
                          }
                          @CloudFunction("deep") public int deep(Map<String, Object> in) {
                            return deep(in) + 1;
                          }
                          @CloudFunction("fail") public int fail() {
                            throw new IllegalStateException("broken");
                          }
                          @CloudFunction("wide") public Object wide() {
                            return nested("x".repeat(1 << 20), 8);
                          }
                          @CloudFunction("wider") public Object wider() { return nested(1, 60); }
                          @CloudFunction("tall") public Object tall() {
                            List<Object> list = List.of();
                            for (int i = 0; i < 600; i++) {
                              list = List.of(list);
                            }
                            return list;
                          }
                          @CloudFunction("cycle") public Object cycle() {
                            Map<String, Object> map = new HashMap<>();
                            map.put("self", map);
                            return map;
                          }
                          @CloudFunction("records") public Node records() {
                            List<Node> all = new ArrayList<>();
                            all.add(new Node("self", all));
                            return all.get(0);
                          }
                          @CloudFunction("largeRecord") public Node largeRecord() {
                            Node node = new Node("x".repeat(1 << 20), List.of());
                            for (int i = 0; i < 6; i++) {
                              node = new Node("", List.of(node, node));
                            }
                            return node;
                          }
                          @CloudFunction("saves") public Object saves(Context context) {
                            return context.objects().save(
                                Entity.of("Wide").with("list", nested("x".repeat(1 << 20), 8)));
                          }
                          @CloudFunction("publishes") public void publishes(Context context) {
                            context.events().publish("wide", nested("x".repeat(1 << 20), 8));
                          }
                          @CloudFunction("large") public String large() { return "x".repeat(9_000_000); }
                        }
                        """);
    }

    private static MicroAppSources groovy() {
        return MicroAppSources.of("groovy")
                .with(
                        "src/main/groovy/com/example/Stuck.groovy",
                        """
                        package com.example
                        import dev.rialto.sdk.*

                        @Function class Stuck {
                            @Interface(deadlineMillis = 300) @CloudFunction('flatten') Object flatten() {
                                List<Object> l = []
                                l << l
                                l.flatten()
                            }
                            @Interface(deadlineMillis = 300) @CloudFunction('unique') Object unique() {
                                List<Integer> l = new ArrayList<Integer>(300_000)
                                for (int i = 0; i < 300_000; i++) { l.add(i) }
                                l.unique().size()
                            }
                            @Interface(deadlineMillis = 300) @CloudFunction('power') Object power() {
                                (7 ** 900_000_000).toString().length()
                            }
                            @Interface(deadlineMillis = 300) @CloudFunction('sum') Object sum() {
                                (1..2_000_000_000).sum()
                            }
                            @Interface(deadlineMillis = 300) @CloudFunction('intersect') Object intersect() {
                                List<Object> l = new ArrayList<Object>()
                                for (int i = 0; i < 50_000; i++) { l.add(new ArrayList<Object>([i, 'x'])) }
                                l.intersect(new ArrayList<Object>(l)).size()
                            }
                        }
                        """);
    }

    private static Reply call(String function) {
        return server.post(Sender.client(), "/functions/" + function, "{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash", "loop", "flatten", "unique", "power", "sum", "intersect"})
    void endsCallsThatLoopWherever(String function) {
        Reply ended = call(function);
        assertThat(ended.code()).as(ended.toString()).isIn(124, 1429);
        // Where Groovy looks for a method no call is struck: such a one may be given up instead.
        assertThat(server.get(MASTER, "/functions").body().path("results"))
                .allSatisfy(each -> assertThat(each.path("stuck").asInt(-1)).isBetween(0, 1));
        assertThat(server.post(OTHER, "/functions/good", "{}").text("result")).isEqualTo("fine");
    }

    @Test
    void keepsNoThreadForThem() throws Exception {
        List<Reply> ended = TestServer.together(12, () -> call("hash"));
        assertThat(ended).allSatisfy(each -> assertThat(each.code()).isIn(124, 1504));
        assertThat(
                        Thread.getAllStackTraces().entrySet().stream()
                                .filter(each -> each.getKey().getName().startsWith("function-"))
                                .flatMap(each -> Stream.of(each.getValue()))
                                .filter(each ->
                                        each.getClassName().contains("ImmutableCollections")))
                .isEmpty();
    }

    @Test
    void tellsInTheLogWhereCallsWereEnded() {
        call("loop");
        call("allocate");
        call("deep");
        call("fail");
        String log = lines("bad", 5);
        assertThat(log)
                .contains(
                        "demo-bad-bad-loop was stopped: it took longer than 300 ms, at"
                                + " com.example.Bad.loop (Bad.java:")
                .contains(
                        "demo-bad-bad-allocate was stopped: it allocated more than 32 MB, at"
                                + " com.example.Bad.allocate (Bad.java:")
                .contains("calls itself too deeply, at com.example.Bad.deep (Bad.java")
                .contains("IllegalStateException: broken")
                .contains("com.example.Bad.fail (Bad.java:")
                .doesNotContain("dev.rialto.runtime")
                .doesNotContain("rialto.guarded");
    }

    private static String lines(String microApp, int least) {
        for (int i = 0; ; i++) {
            var lines =
                    server.get(MASTER, "/micro-apps/" + microApp + "/log?limit=500")
                            .body()
                            .path("lines");
            if (lines.size() >= least || i == 100) {
                return lines.toString();
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wide", "wider", "largeRecord", "saves", "publishes"})
    void refusesToGiveAwayTooMuch(String function) {
        Reply refused = call(function);
        assertThat(refused.code()).as(refused.toString()).isIn(116, 1429);
        assertThat(refused.status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tall", "cycle", "records"})
    void refusesToGiveAwayWhatIsNestedTooDeep(String function) {
        Reply refused = call(function);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(107);
        assertThat(refused.text("error")).contains("100 levels");
    }

    @Test
    void givesAwayWhatFits() {
        assertThat(call("large").text("result")).hasSize(9_000_000);
    }
}
