package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Two micro apps with triggers of one class: those of both are called, in the order of the micro
/// apps' names, and each is given what the one before it made.
final class TriggersOfSeveralMicroAppsTest {
    private static final Sender MASTER = Sender.master();

    private static TestServer server;

    /// Deployed in the reverse order of their names.
    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
        deploy("second");
        deploy("first");
    }

    private static void deploy(String name) {
        Reply reply =
                server.upload(
                        MASTER,
                        "/micro-apps",
                        MicroAppSources.of(name)
                                .withClass(
                                        "Hooks",
                                        """
                                        @Function("hooks") public final class Hooks {
                                          private static String after(Entity note, String field) {
                                            return note.text(field).map(it -> it + ",").orElse("") + "NAME";
                                          }
                                          @Trigger(value = Moment.BEFORE_SAVE, of = "Note")
                                          public Entity save(Saving saving) {
                                            Entity note = saving.object();
                                            if (note.text("refuse").orElse("").contains("NAME")) {
                                              throw new FunctionException(10001, "NAME refuses");
                                            }
                                            return note.with("saved", after(note, "saved"));
                                          }
                                          @Trigger(value = Moment.AFTER_SAVE, of = "Note")
                                          public void saved(Saving saving, Context context) {
                                            String of = saving.object().id();
                                            dev.rialto.sdk.Objects all = context.objects().asMaster();
                                            all.save(Entity.of("Trace").with("of", of)
                                                .with("place", all.count(Query.of("Trace").equalTo("of", of)))
                                                .with("by", "NAME").with("saw", saving.object().text("saved").orElse("")));
                                          }
                                          @Trigger(value = Moment.BEFORE_FIND, of = "Note")
                                          public Query narrow(Finding finding) {
                                            return finding.query().notEqualTo("NAMEHides", true);
                                          }
                                          @Trigger(value = Moment.AFTER_FIND, of = "Note")
                                          public List<Entity> found(Found found) {
                                            return found.objects().stream()
                                                .map(it -> it.with("found", after(it, "found"))).toList();
                                          }
                                          @Trigger(value = Moment.BEFORE_DELETE, of = "Note")
                                          public void delete(Deleting deleting) {
                                            if (deleting.object().text("keptBy").orElse("").equals("NAME")) {
                                              throw new FunctionException(10002, "NAME keeps it");
                                            }
                                          }
                                        }
                                        """
                                                .replace("NAME", name))
                                .zip());
        assertThat(reply.status()).as("%s", reply).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode stored(String id) {
        return server.get(MASTER, "/classes/Note/" + id).body();
    }

    @Test
    void eachGivesItsAnswerToTheNext() {
        String id = server.create(MASTER, "Note", "{\"text\":\"x\"}");

        assertThat(stored(id).path("saved").asString("")).isEqualTo("first,second");
        assertThat(stored(id).path("found").asString("")).isEqualTo("first,second");
        JsonNode traces =
                server.find(MASTER, "Trace", "{\"of\":\"" + id + "\"}").body().path("results");
        assertThat(traces).hasSize(2);
        for (JsonNode each : traces) {
            assertThat(each.path("saw").asString("")).isEqualTo("first,second");
            assertThat(each.path("place").asInt(-1))
                    .isEqualTo(each.path("by").asString("").equals("first") ? 0 : 1);
        }

        deploy("first");
        Reply changed = server.put(MASTER, "/classes/Note/" + id, "{\"saved\":\"\"}");
        assertThat(changed.status()).as("%s", changed).isEqualTo(200);
        assertThat(stored(id).path("saved").asString("")).isEqualTo(",first,second");
    }

    @Test
    void anyOfThemMayRefuseAndThenTheOthersDoNothing() {
        Reply first = server.post(MASTER, "/classes/Note", "{\"refuse\":\"first second\"}");
        Reply second = server.post(MASTER, "/classes/Note", "{\"refuse\":\"second\"}");

        assertThat(first.text("error")).as("%s", first).isEqualTo("first refuses");
        assertThat(second.text("error")).as("%s", second).isEqualTo("second refuses");
        assertThat(
                        server.find(MASTER, "Note", "{\"refuse\":{\"$exists\":true}}")
                                .body()
                                .path("results"))
                .isEmpty();
        for (String each : new String[] {"first", "second"}) {
            String id = server.create(MASTER, "Note", "{\"keptBy\":\"" + each + "\"}");
            Reply kept = server.delete(MASTER, "/classes/Note/" + id);
            assertThat(kept.text("error")).as("%s", kept).isEqualTo(each + " keeps it");
        }
    }

    @Test
    void theirConditionsAddUp() {
        server.create(MASTER, "Note", "{\"firstHides\":true,\"secondHides\":false}");
        server.create(MASTER, "Note", "{\"firstHides\":false,\"secondHides\":true}");
        String open = server.create(MASTER, "Note", "{\"firstHides\":false,\"secondHides\":false}");
        JsonNode found =
                server.find(MASTER, "Note", "{\"firstHides\":{\"$exists\":true}}")
                        .body()
                        .path("results");

        assertThat(found).hasSize(1);
        assertThat(found.at("/0/objectId").asString("")).isEqualTo(open);
    }
}
