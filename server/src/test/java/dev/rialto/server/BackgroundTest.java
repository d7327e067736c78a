package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Jobs, schedules, and subscribers to changes and events.
final class BackgroundTest {
    private static final Sender MASTER = Sender.master();
    private static final Sender CLIENT = Sender.client();
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /// Writes lines one after the other into an object: lines that are written at the same time
    /// would get lost.
    private static final String JOURNAL =
            """
            final class Journal {
              static void add(Context context, String name, String line) {
                var found = context.objects().find(Query.of("Journal").equalTo("name", name));
                String id = found.isEmpty() ? "" : found.getFirst().id();
                var lines = new ArrayList<Object>();
                if (!found.isEmpty()) lines.addAll(found.getFirst().list("lines"));
                lines.add(line);
                context.objects().save(
                    new Entity("Journal", id, Map.of("name", name, "lines", lines)));
              }
            }
            """;

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void deploy(String name, String body) {
        MicroAppSources sources =
                MicroAppSources.of(name)
                        .withClass("Journal", JOURNAL)
                        .withClass(
                                "Code",
                                "@Function(\"code\") public final class Code {" + body + "}");
        Reply reply = server.upload(MASTER, "/micro-apps", sources.zip());
        assertThat(reply.status()).as("%s", reply).isEqualTo(201);
    }

    private static <T> T eventually(Supplier<T> look, Predicate<T> good)
            throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        T seen = look.get();
        while (!good.test(seen) && System.nanoTime() < end) {
            Thread.sleep(50);
            seen = look.get();
        }
        return seen;
    }

    private static List<String> lines(String journal) {
        List<String> lines = new ArrayList<>();
        server.find(MASTER, "Journal", "{\"name\":\"" + journal + "\"}")
                .body()
                .path("results")
                .path(0)
                .path("lines")
                .forEach(each -> lines.add(each.asString("")));
        return lines;
    }

    private static List<String> linesOnceThere(String journal, int number)
            throws InterruptedException {
        return eventually(() -> lines(journal), lines -> lines.size() >= number);
    }

    private static JsonNode state(Reply started) {
        assertThat(started.status()).as("%s", started).isEqualTo(200);
        return server.get(MASTER, "/classes/_JobStatus/" + started.jobStatus().orElseThrow())
                .body();
    }

    private static JsonNode stateOnce(Reply started, String field, String value)
            throws InterruptedException {
        return eventually(
                () -> state(started), state -> state.path(field).asString("").equals(value));
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = server.connect();
                var prepared = connection.prepareStatement(statement)) {
            prepared.execute();
        }
    }

    private static List<String> logged(String microApp) {
        List<String> messages = new ArrayList<>();
        server.get(MASTER, "/micro-apps/" + microApp + "/log")
                .body()
                .path("lines")
                .forEach(each ->
                        messages.add(
                                each.path("level").asString("")
                                        + " "
                                        + each.path("message").asString("")));
        return messages;
    }

    @Test
    void reportsHowFarAJobHasComeAndThatItSucceeded() throws InterruptedException {
        deploy(
                "walk",
                """
                public record Way(String to) {}
                @Job("walk") public void walk(Way way, Context context)
                    throws InterruptedException {
                  context.progress("half way to " + way.to());
                  while (context.objects().count(Query.of("Go")) == 0) Thread.sleep(20);
                }
                """);

        Reply started = server.post(MASTER, "/jobs/walk", "{\"to\":\"Rome\"}");
        JsonNode running = stateOnce(started, "message", "half way to Rome");
        server.create(MASTER, "Go", "{}");
        JsonNode ended = stateOnce(started, "status", "succeeded");

        assertThat(started.body().isEmpty()).isTrue();
        assertThat(running.path("status").asString("")).as("%s", running).isEqualTo("running");
        assertThat(running.path("jobName").asString("")).isEqualTo("walk");
        assertThat(running.path("source").asString("")).isEqualTo("api");
        assertThat(running.path("params").path("to").asString("")).isEqualTo("Rome");
        assertThat(running.has("finishedAt")).isFalse();
        assertThat(ended.path("status").asString("")).as("%s", ended).isEqualTo("succeeded");
        assertThat(ended.path("message").asString("")).isEqualTo("half way to Rome");
        assertThat(ended.path("finishedAt").path("iso").asString("")).isNotEmpty();
        assertThat(
                        server.get(MASTER, "/jobs")
                                .body()
                                .path("results")
                                .valueStream()
                                .map(each -> each.path("name").asString("")))
                .contains("walk");
    }

    @Test
    void reportsWhyAJobFailed() throws InterruptedException {
        deploy(
                "stumble",
                """
                @Job("stumble") public void stumble() { throw new IllegalStateException("a stone"); }
                """);

        Reply started = server.post(MASTER, "/jobs", "{\"jobName\":\"stumble\"}");
        JsonNode ended = stateOnce(started, "status", "failed");

        assertThat(ended.path("status").asString("")).as("%s", ended).isEqualTo("failed");
        assertThat(ended.path("message").asString("")).isEqualTo("a stone");
        assertThat(
                        eventually(
                                () -> logged("stumble"),
                                lines -> lines.contains("error the job stumble failed: a stone")))
                .contains("error the job stumble failed: a stone");
    }

    @Test
    void keepsJobsAndTheirStatesForHoldersOfTheMasterKey() {
        Reply unknown = server.post(MASTER, "/jobs/unknown", "{}");

        assertThat(unknown.code()).isEqualTo(141);
        assertThat(unknown.text("error")).isEqualTo("Invalid job.");
        assertThat(server.post(Sender.readOnlyMaster(), "/jobs/unknown", "{}").code())
                .isEqualTo(119);
        assertThat(server.post(CLIENT, "/jobs/unknown", "{}").status()).isEqualTo(403);
        assertThat(server.get(CLIENT, "/jobs").status()).isEqualTo(403);
        assertThat(server.get(CLIENT, "/classes/_JobStatus").code()).isEqualTo(119);
        assertThat(server.post(CLIENT, "/classes/_JobStatus", "{}").code()).isEqualTo(119);
        assertThat(server.get(MASTER, "/classes/_event").code()).isEqualTo(119);
        assertThat(server.post(MASTER, "/classes/_event", "{}").code()).isIn(103, 119);
    }

    @Test
    void givesUpJobsWhoseServerIsGone() throws SQLException {
        String old = server.create(MASTER, "_JobStatus", "{\"status\":\"running\"}");
        String young = server.create(MASTER, "_JobStatus", "{\"status\":\"running\"}");
        sql(
                "update app_first.\"_JobStatus\" set \"updatedAt\" = now() - interval '3 minutes'"
                        + " where \"objectId\" = '"
                        + old
                        + "'");

        server.tidy();

        Reply given = server.get(MASTER, "/classes/_JobStatus/" + old);
        assertThat(given.text("status")).isEqualTo("failed");
        assertThat(given.text("message")).isEqualTo("the server stopped");
        assertThat(server.get(MASTER, "/classes/_JobStatus/" + young).text("status"))
                .isEqualTo("running");
    }

    @Test
    void callsOnceWhatWasDueOften() throws InterruptedException, SQLException {
        deploy(
                "yearly",
                """
                @Schedule(value = "0 0 1 1 *", zone = "Europe/Berlin")
                public void greet(Context context) { Journal.add(context, "yearly", "new year"); }
                """);
        sql(
                "update rialto.function_schedule set next_at = now() - interval '3 years'"
                        + " where micro_app = 'yearly'");

        linesOnceThere("yearly", 1);
        // Another second, in which a schedule that is due again would be seen.
        Thread.sleep(2_000);

        assertThat(lines("yearly")).containsExactly("new year");
    }

    @Test
    void refusesAScheduleThatIsNone() {
        Reply reply =
                server.upload(
                        MASTER,
                        "/micro-apps",
                        MicroAppSources.of("never")
                                .withClass(
                                        "Never",
                                        """
                                        @Function("never") public final class Never {
                                          @Schedule("99 * * * *") public void never() {}
                                        }
                                        """)
                                .zip());

        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.text("error")).contains("99");
    }

    @Test
    void tellsChangesInOrderAndSkipsWhatKeepsFailing() throws InterruptedException {
        deploy(
                "changes",
                """
                @OnChange("Thing") public void tell(Change change, Context context) {
                  long n = change.object().number("n").orElse(0d).longValue();
                  if (n == 13) throw new IllegalStateException("bad luck");
                  if (n == 2 && context.cache().get("failed").isEmpty()) {
                    context.cache().put("failed", "yes", Duration.ofMinutes(1));
                    throw new IllegalStateException("not yet");
                  }
                  String before = change.original().flatMap(each -> each.number("n"))
                      .map(each -> "" + each.longValue()).orElse("nothing");
                  Journal.add(context, "changes", change.kind() + " " + before + " " + n);
                }
                """);
        String id = server.create(CLIENT, "Thing", "{\"n\":1}");
        server.put(CLIENT, "/classes/Thing/" + id, "{\"n\":2}");
        server.put(CLIENT, "/classes/Thing/" + id, "{\"n\":13}");
        server.put(CLIENT, "/classes/Thing/" + id, "{\"n\":3}");
        server.create(CLIENT, "OtherThing", "{\"n\":4}");
        server.delete(CLIENT, "/classes/Thing/" + id);

        assertThat(linesOnceThere("changes", 4))
                .containsExactly("CREATE nothing 1", "UPDATE 1 2", "UPDATE 13 3", "DELETE 3 3");
        assertThat(
                        eventually(
                                () -> logged("changes"),
                                lines -> lines.stream().anyMatch(BackgroundTest::isPassedBy)))
                .anyMatch(BackgroundTest::isPassedBy);
    }

    private static boolean isPassedBy(String line) {
        return line.startsWith("error demo-changes-code-tell")
                && line.contains("3 times, so the change is skipped: bad luck");
    }

    @Test
    void bringsEventsOfOneFunctionToAnother() throws InterruptedException {
        deploy(
                "paying",
                """
                @CloudFunction("pay") public void pay(Context context) {
                  context.events().publish("order.seen", Map.of("id", "other"));
                  context.events().publish("order.paid", Map.of("id", "a7"));
                  context.events().publish("order.paid", Map.of("id", "b8"));
                }
                @CloudFunction("mistake") public void mistake(Context context) {
                  context.events().publish("no topic!", "x");
                }
                """);
        deploy(
                "shipping",
                """
                @OnEvent("order.paid") public void ship(Event event, Context context) {
                  Journal.add(context, "events", event.topic() + " " + event.fields().get("id"));
                }
                """);

        assertThat(server.post(CLIENT, "/functions/pay", "{}").status()).isEqualTo(200);

        assertThat(linesOnceThere("events", 2)).containsExactly("order.paid a7", "order.paid b8");
        assertThat(server.post(CLIENT, "/functions/mistake", "{}").text("error"))
                .contains("no topic!");
    }

    @Test
    void tellsEachChangeOnOneNodeAndContinuesWhereAKilledNodeWas()
            throws IOException, InterruptedException, SQLException {
        try (RialtoServer other = server.anotherNode()) {
            assertThat(other.port()).isPositive();
            deploy(
                    "nodes",
                    """
                    @OnChange("Step") public void step(Change change, Context context) {
                      Journal.add(context, "nodes",
                          "" + change.object().number("n").orElse(0d).longValue());
                    }
                    """);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                server.create(CLIENT, "Step", "{\"n\":" + i + "}");
                expected.add(String.valueOf(i));
            }
            assertThat(linesOnceThere("nodes", 20)).isEqualTo(expected);

            // As if the node that held it had been killed: nobody gives its lease back.
            sql(
                    "update rialto.function_follower set leased_by = 'killed',"
                            + " leased_until = now() + interval '7 seconds'"
                            + " where micro_app = 'nodes'");
            for (int i = 20; i < 25; i++) {
                server.create(CLIENT, "Step", "{\"n\":" + i + "}");
                expected.add(String.valueOf(i));
            }

            List<String> all = eventually(() -> lines("nodes"), lines -> lines.contains("24"));

            // What the former node was at when it lost its lease may be told again.
            assertThat(all.stream().distinct()).containsExactlyElementsOf(expected);
            assertThat(all).hasSizeLessThanOrEqualTo(26);
        }
    }

    @Test
    void forgetsTheSubscribersOfMicroAppsThatAreRemoved()
            throws InterruptedException, SQLException {
        deploy(
                "leaving",
                """
                @OnChange("Left") public void tell(Change change, Context context) {
                  Journal.add(context, "leaving", "told");
                }
                """);
        server.create(CLIENT, "Left", "{}");
        assertThat(linesOnceThere("leaving", 1)).hasSize(1);

        assertThat(server.delete(MASTER, "/micro-apps/leaving").status()).isEqualTo(200);

        try (Connection connection = server.connect();
                var rows =
                        connection
                                .prepareStatement(
                                        "select count(*) from rialto.function_follower"
                                                + " where micro_app = 'leaving'")
                                .executeQuery()) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }
}
