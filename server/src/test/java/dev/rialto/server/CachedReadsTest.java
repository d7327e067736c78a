package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Reads that may be answered from memory, on a whole server: they show each write, and nothing to
/// those who may not see it.
final class CachedReadsTest {
    private static final Sender MASTER = Sender.master();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static TestServer server;

    private String id = "";

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void keepAnObject() {
        // The first read only lets the server follow the log.
        id = server.create(MASTER, "Note", "{\"n\":1,\"secret\":\"s\"}");
        eventually("the object is kept in memory", this::isKept);
    }

    /// Whether a change that nobody hears of is not seen.
    private boolean isKept() {
        read(MASTER);
        silently("update app_first.\"Note\" set n = 2 where \"objectId\" = '" + id + "'");
        boolean kept = read(MASTER).body().path("n").asInt(0) == 1;
        silently("update app_first.\"Note\" set n = 1 where \"objectId\" = '" + id + "'");
        if (!kept) {
            // Lets what was read in between be forgotten.
            server.put(MASTER, path(), "{\"n\":1}");
        }
        return kept;
    }

    /// Changes rows without the triggers of their table, which write the change log.
    private static void silently(String sql) {
        run("set session_replication_role = replica", sql);
    }

    private static void run(String... statements) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    private String path() {
        return "/classes/Note/" + id;
    }

    private Reply read(Sender sender) {
        return server.get(sender, path());
    }

    private Reply list(Sender sender) {
        return server.find(sender, "Note", "{\"objectId\":{\"$in\":[\"" + id + "\"]}}");
    }

    /// The object as it is read by its id, in a list and in the list of some fields; these must be
    /// the same. `null` if it is not shown.
    private JsonNode seen(Sender sender) {
        Reply one = read(sender);
        List<JsonNode> seen = new ArrayList<>();
        seen.add(one.status() == 200 ? one.body() : null);
        seen.add(list(sender).body().path("results").get(0));
        assertThat(seen.getFirst()).isEqualTo(seen.getLast());
        return seen.getFirst();
    }

    private int n(Sender sender) {
        JsonNode seen = seen(sender);
        return seen == null ? -1 : seen.path("n").asInt(0);
    }

    @Test
    void answersFromMemoryWhatHasNotChanged() {
        var stored = new AtomicInteger(1);
        // The node hears of its own writes once more, by the log, and forgets what it has kept.
        eventually(
                "answers come from memory",
                () -> {
                    int shown = n(Sender.client());
                    silently(
                            "update app_first.\"Note\" set n = %d where \"objectId\" = '%s'"
                                    .formatted(stored.incrementAndGet(), id));
                    boolean kept = shows(shown, Sender.client(), MASTER, Sender.readOnlyMaster());
                    if (!kept) {
                        server.put(MASTER, path(), "{\"n\":" + stored.get() + "}");
                    }
                    return kept;
                });
        String batch =
                "{\"transaction\":true,\"requests\":[{\"method\":\"GET\",\"path\":\"/v1%s\"}]}"
                        .formatted(path());
        assertThat(server.post(Sender.client(), "/batch", batch).body().toString())
                .as("in a transaction")
                .contains("\"n\":" + stored.get());
    }

    private boolean shows(int n, Sender... senders) {
        return list(senders[0]).body().path("results").path(0).path("n").asInt(0) == n
                && Stream.of(senders).allMatch(each -> read(each).body().path("n").asInt(0) == n);
    }

    /// Waits for what takes 2 seconds at most on a machine that keeps up.
    private static void eventually(String claim, BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as(claim).isLessThan(end);
        }
    }

    @Test
    void showsEachWriteToWhoeverReadsAfterIt() {
        int n = 1;
        List<String> bodies =
                List.of(
                        "{\"n\":2}",
                        "{\"n\":{\"__op\":\"Increment\",\"amount\":1}}",
                        "{\"n\":4,\"added\":\"field\"}",
                        "{\"n\":5,\"_where\":{\"n\":4}}");
        for (String each : bodies) {
            server.put(MASTER, path(), each);
            assertThat(n(Sender.client())).as(each).isEqualTo(++n);
        }
        for (String all : List.of("false", "true")) {
            String batch =
                    "{\"transaction\":%s,\"requests\":[{\"method\":\"PUT\",\"path\":\"/v1%s\",\"body\":{\"n\":%d}}]}"
                            .formatted(all, path(), ++n);
            server.post(MASTER, "/batch", batch);
            assertThat(n(Sender.client())).as(batch).isEqualTo(n);
        }
        Sender again = MASTER.with("X-Parse-Request-Id", "request " + id);
        server.put(again, path(), "{\"n\":" + ++n + "}");
        assertThat(n(Sender.client())).isEqualTo(n);

        String counted = "/classes/Note?count=1&limit=1";
        int before = server.get(MASTER, counted).body().path("count").asInt(0);
        server.create(MASTER, "Note", "{}");
        assertThat(server.get(MASTER, counted).body().path("count").asInt(0)).isEqualTo(before + 1);

        server.delete(MASTER, path());
        assertThat(n(Sender.client())).isEqualTo(-1);
        assertThat(server.get(MASTER, counted).body().path("count").asInt(0)).isEqualTo(before);
    }

    @Test
    void showsAChangeOfTheClass() {
        String field = "{\"fields\":{\"secret\":%s}}";
        assertThat(seen(MASTER).path("secret").asString("")).isEqualTo("s");
        server.put(MASTER, "/schemas/Note", field.formatted("{\"__op\":\"Delete\"}"));
        assertThat(seen(MASTER).has("secret")).isFalse();
        server.put(MASTER, "/schemas/Note", field.formatted("{\"type\":\"String\"}"));
        assertThat(seen(MASTER).has("secret")).isFalse();

        server.delete(MASTER, "/purge/Note");
        assertThat(n(MASTER)).isEqualTo(-1);
    }

    @Test
    void showsWhatIsWrittenElsewhere() throws IOException {
        try (RialtoServer other = server.anotherNode()) {
            assertThat(other.port()).isNotEqualTo(server.port());
            assertThat(n(MASTER)).isEqualTo(1);
            run("update app_first.\"Note\" set n = 7 where \"objectId\" = '" + id + "'");
            eventually("what another program wrote is shown", () -> shows(7, MASTER));
        }
    }

    @Test
    void showsNothingToThoseWhoMayNoLongerSeeIt() {
        Reply user = server.signUp("reader" + id);
        Sender reader = Sender.client().session(user.text("sessionToken"));
        String userId = user.text("objectId");
        String role =
                server.post(MASTER, "/roles", "{\"name\":\"r" + id + "\",\"ACL\":{}}")
                        .text("objectId");
        String member =
                "{\"users\":{\"__op\":\"%sRelation\",\"objects\":[{\"__type\":\"Pointer\",\"className\":\"_User\",\"objectId\":\"%s\"}]}}";
        server.put(MASTER, "/roles/" + role, member.formatted("Add", userId));
        assertThat(n(reader)).isEqualTo(1);
        assertThat(n(Sender.client())).isEqualTo(1);

        server.put(MASTER, path(), "{\"ACL\":{\"role:r" + id + "\":{\"read\":true}}}");
        assertThat(n(MASTER)).isEqualTo(1);
        assertThat(n(reader)).isEqualTo(1);
        assertThat(n(Sender.client())).isEqualTo(-1);

        server.put(MASTER, "/roles/" + role, member.formatted("Remove", userId));
        assertThat(n(reader)).isEqualTo(-1);
        server.put(MASTER, path(), "{\"ACL\":{\"" + userId + "\":{\"read\":true}}}");
        assertThat(n(reader)).isEqualTo(1);
        assertThat(n(Sender.client())).isEqualTo(-1);
        server.put(MASTER, path(), "{\"ACL\":{}}");
        assertThat(n(MASTER)).isEqualTo(1);
        assertThat(n(reader)).isEqualTo(-1);

        server.put(MASTER, path(), "{\"ACL\":{\"" + userId + "\":{\"read\":true}}}");
        assertThat(n(reader)).isEqualTo(1);
        server.delete(MASTER, "/users/" + userId);
        assertThat(read(reader).code()).isEqualTo(209);
        assertThat(n(Sender.client())).isEqualTo(-1);
    }

    @Test
    void showsNothingThatTheClassNoLongerPermits() {
        Sender user = Sender.client().session(server.signUp("user" + id).text("sessionToken"));
        assertThat(seen(Sender.client()).has("secret")).isTrue();
        permit(
                "{\"get\":{\"*\":true},\"find\":{\"*\":true},\"protectedFields\":{\"*\":[\"secret\"]}}");
        assertThat(seen(Sender.client()).has("secret")).isFalse();
        assertThat(seen(user).has("secret")).isFalse();
        assertThat(seen(MASTER).has("secret")).isTrue();

        String signedIn = "{\"requiresAuthentication\":true}";
        permit("{\"get\":" + signedIn + ",\"find\":" + signedIn + "}");
        assertThat(n(user)).isEqualTo(1);
        assertThat(n(Sender.client())).isEqualTo(-1);
        permit("{\"get\":{},\"find\":{}}");
        assertThat(n(MASTER)).isEqualTo(1);
        assertThat(n(user)).isEqualTo(-1);
        permit("null");
        assertThat(n(Sender.client())).isEqualTo(1);
    }

    private static void permit(String permissions) {
        Reply reply =
                server.put(
                        MASTER, "/schemas/Note", "{\"classLevelPermissions\":" + permissions + "}");
        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    }
}
