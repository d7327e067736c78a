package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.server.EventReader.Event;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Feeds of changes as server-sent events.
final class FeedTest {
    private static final Sender CLIENT = Sender.client();
    private static final Sender MASTER = Sender.master();

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Event> next(EventReader events, int count) {
        return Stream.generate(events::next).limit(count).toList();
    }

    private static List<String> kinds(List<Event> events) {
        return events.stream().map(Event::type).toList();
    }

    @Test
    void tellsWhatHappensToMatchingObjects() {
        try (EventReader feed =
                server.events(
                        CLIENT, "/feeds/Parcel?where=%7B%22weight%22%3A%7B%22%24gt%22%3A5%7D%7D")) {
            assertThat(feed.next().type()).isEqualTo("open");
            String id = server.create(MASTER, "Parcel", "{\"weight\":9}");
            server.create(MASTER, "Parcel", "{\"weight\":1}");
            server.put(MASTER, "/classes/Parcel/" + id, "{\"weight\":8}");
            server.put(MASTER, "/classes/Parcel/" + id, "{\"weight\":2}");
            server.put(MASTER, "/classes/Parcel/" + id, "{\"weight\":7}");
            server.delete(MASTER, "/classes/Parcel/" + id);

            List<Event> events = next(feed, 5);

            assertThat(kinds(events))
                    .containsExactly("create", "update", "leave", "enter", "delete");
            assertThat(events.get(1).data().path("original").path("weight").asInt()).isEqualTo(9);
            assertThat(events.get(1).data().path("object").path("weight").asInt()).isEqualTo(8);
        }
    }

    @Test
    void goesOnFromWhereNothingHadHappened() {
        server.create(MASTER, "Quiet", "{\"n\":0}");
        String opened;
        String quiet;
        try (EventReader feed = server.events(CLIENT, "/feeds/Quiet")) {
            opened = feed.next().id();
            server.create(MASTER, "Other", "{\"n\":1}");
            quiet = feed.nextMark();
        }
        server.create(MASTER, "Quiet", "{\"n\":1}");
        try (EventReader feed =
                server.events(CLIENT.with("Last-Event-ID", quiet), "/feeds/Quiet")) {
            assertThat(quiet).isNotEqualTo(opened);
            assertThat(kinds(next(feed, 2))).containsExactly("open", "create");
        }
    }

    @Test
    void leavesOutWhatAFieldHeldBeforeItHadAnotherType() {
        server.create(MASTER, "Turn", "{\"keep\":1}");
        String opened;
        try (EventReader feed = server.events(MASTER, "/feeds/Turn")) {
            opened = feed.next().id();
        }
        String id = server.create(MASTER, "Turn", "{\"keep\":1,\"when\":\"soon\"}");
        server.put(MASTER, "/schemas/Turn", "{\"fields\":{\"when\":{\"__op\":\"Delete\"}}}");
        String date = "{\"__type\":\"Date\",\"iso\":\"2026-01-02T03:04:05.000Z\"}";
        server.put(MASTER, "/classes/Turn/" + id, "{\"when\":" + date + "}");
        try (EventReader feed =
                server.events(MASTER.with("Last-Event-ID", opened), "/feeds/Turn")) {
            List<Event> events = next(feed, 3);

            assertThat(kinds(events)).containsExactly("open", "create", "update");
            assertThat(events.get(1).data().path("object").has("when")).isFalse();
            assertThat(events.get(1).data().path("object").path("keep").asInt()).isEqualTo(1);
            assertThat(events.get(2).data().path("object").path("when").path("iso").asString())
                    .isEqualTo("2026-01-02T03:04:05.000Z");
        }
    }

    @Test
    void goesOnExactlyWhereTheClientStopped() {
        String seen;
        try (EventReader feed = server.events(CLIENT, "/feeds/Letter")) {
            feed.next();
            server.create(MASTER, "Letter", "{\"n\":1}");
            seen = feed.next().id();
        }
        server.create(MASTER, "Letter", "{\"n\":2}");
        server.create(MASTER, "Other", "{\"n\":0}");
        server.create(MASTER, "Letter", "{\"n\":3}");
        try (EventReader feed =
                server.events(CLIENT.with("Last-Event-ID", seen), "/feeds/Letter")) {
            List<Event> events = next(feed, 3);
            server.create(MASTER, "Letter", "{\"n\":4}");
            Event live = feed.next();

            assertThat(kinds(events)).containsExactly("open", "create", "create");
            assertThat(events.get(1).data().path("object").path("n").asInt()).isEqualTo(2);
            assertThat(events.get(2).data().path("object").path("n").asInt()).isEqualTo(3);
            assertThat(live.data().path("object").path("n").asInt()).isEqualTo(4);
        }
    }

    @Test
    void saysResetWhenItIsNotKnownWhatWasMissed() {
        for (String unknown : List.of("00000000-1", "nonsense")) {
            try (EventReader feed =
                    server.events(CLIENT.with("Last-Event-ID", unknown), "/feeds/Note")) {
                Event reset = feed.next();
                assertThat(reset.type()).isEqualTo("reset");
                assertThat(feed.next().type()).isEqualTo("open");
                assertThat(reset.id()).isNotEmpty();
            }
        }
    }

    @Test
    void showsNobodyWhatTheyMayNotRead() {
        Reply user = server.signUp("reader");
        Sender reader = CLIENT.session(user.text("sessionToken"));
        String own = "{\"" + user.text("objectId") + "\":{\"read\":true}}";
        try (EventReader anonymous = server.events(CLIENT, "/feeds/Diary");
                EventReader known = server.events(reader, "/feeds/Diary")) {
            anonymous.next();
            known.next();
            String id = server.create(MASTER, "Diary", "{\"word\":\"own\",\"ACL\":" + own + "}");
            server.put(MASTER, "/classes/Diary/" + id, "{\"word\":\"last\"}");
            server.put(MASTER, "/classes/Diary/" + id, "{\"word\":\"unseen\",\"ACL\":{}}");
            server.create(MASTER, "Diary", "{\"word\":\"public\"}");

            assertThat(anonymous.next().data().path("object").path("word").asString())
                    .isEqualTo("public");
            List<Event> events = next(known, 4);
            assertThat(kinds(events)).containsExactly("create", "update", "leave", "create");
            assertThat(events.toString()).doesNotContain("unseen");
        }
    }

    @Test
    void endsWhenTheSessionEnds() {
        Reply user = server.signUp("leaver");
        Sender leaver = CLIENT.session(user.text("sessionToken"));
        try (EventReader feed = server.events(leaver, "/feeds/Room")) {
            feed.next();
            server.post(leaver, "/logout", "{}");

            Event end = feed.next();

            assertThat(end.type()).isEqualTo("error");
            assertThat(end.data().path("code").asInt()).isEqualTo(209);
        }
    }

    @Test
    void tellsWhatAPersonChangedBySql() throws SQLException {
        String id = server.create(MASTER, "Stock", "{\"n\":1}");
        try (EventReader feed = server.events(CLIENT, "/feeds/Stock");
                var connection = server.connect();
                var statement = connection.createStatement()) {
            feed.next();
            statement.executeUpdate("update app_first.\"Stock\" set n = 5");

            Event event = feed.next();

            assertThat(event.type()).isEqualTo("update");
            assertThat(event.data().path("object").path("objectId").asString()).isEqualTo(id);
            assertThat(event.data().path("object").path("n").asInt()).isEqualTo(5);
        }
    }

    @Test
    void refusesWhatAFindWouldRefuse() {
        server.create(MASTER, "Closed", "{}");
        server.put(MASTER, "/schemas/Closed", "{\"classLevelPermissions\":{\"find\":{}}}");
        assertThat(server.get(CLIENT, "/feeds/Closed").code()).isEqualTo(119);
        assertThat(server.get(CLIENT, "/feeds/Closed?where=%7B%22%24or%22%3A1%7D").status())
                .isEqualTo(400);
        assertThat(server.get(CLIENT, "/feeds/Open?where=nonsense").code()).isEqualTo(107);
        assertThat(server.get(CLIENT, "/feeds/Open?order=n").code()).isEqualTo(102);
        assertThat(server.get(CLIENT, "/feeds/no-class").code()).isEqualTo(103);
        String related =
                "%7B%22%24relatedTo%22%3A%7B%22object%22%3A%7B%22__type%22%3A%22Pointer%22"
                        + "%2C%22className%22%3A%22A%22%2C%22objectId%22%3A%22b%22%7D%2C%22key%22%3A%22c%22%7D%7D";
        assertThat(server.get(CLIENT, "/feeds/Open?where=" + related).code()).isEqualTo(102);
    }
}
