package dev.rialto.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.store.Sql;
import dev.rialto.testing.EventReader;
import dev.rialto.testing.EventReader.Event;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestFrontDoor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Feeds of changes as server-sent events.
final class FeedTest {
    private static final FeedFixture FEEDS = new FeedFixture();
    private static final TestClient MASTER = FEEDS.master();
    private static final TestClient CLIENT = FEEDS.client();

    @AfterAll
    static void stop() {
        FEEDS.close();
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
                CLIENT.events("/feeds/Parcel?where=%7B%22weight%22%3A%7B%22%24gt%22%3A5%7D%7D")) {
            assertThat(feed.next().type()).isEqualTo("open");
            String id = MASTER.create("Parcel", "{\"weight\":9}");
            MASTER.create("Parcel", "{\"weight\":1}");
            MASTER.put("/classes/Parcel/" + id, "{\"weight\":8}");
            MASTER.put("/classes/Parcel/" + id, "{\"weight\":2}");
            MASTER.put("/classes/Parcel/" + id, "{\"weight\":7}");
            MASTER.delete("/classes/Parcel/" + id);

            List<Event> events = next(feed, 5);

            assertThat(kinds(events))
                    .containsExactly("create", "update", "leave", "enter", "delete");
            assertThat(events.get(1).data().path("original").path("weight").asInt()).isEqualTo(9);
            assertThat(events.get(1).data().path("object").path("weight").asInt()).isEqualTo(8);
        }
    }

    @Test
    void goesOnFromWhereNothingHadHappened() {
        MASTER.create("Quiet", "{\"n\":0}");
        String opened;
        String quiet;
        try (EventReader feed = CLIENT.events("/feeds/Quiet")) {
            opened = feed.next().id();
            MASTER.create("Other", "{\"n\":1}");
            quiet = feed.nextMark();
        }
        MASTER.create("Quiet", "{\"n\":1}");
        try (EventReader feed = CLIENT.with("Last-Event-ID: " + quiet).events("/feeds/Quiet")) {
            assertThat(quiet).isNotEqualTo(opened);
            assertThat(kinds(next(feed, 2))).containsExactly("open", "create");
        }
    }

    @Test
    void leavesOutWhatAFieldHeldBeforeItHadAnotherType() {
        MASTER.create("Turn", "{\"keep\":1}");
        String opened;
        try (EventReader feed = MASTER.events("/feeds/Turn")) {
            opened = feed.next().id();
        }
        String id = MASTER.create("Turn", "{\"keep\":1,\"when\":\"soon\"}");
        MASTER.put("/schemas/Turn", "{\"fields\":{\"when\":{\"__op\":\"Delete\"}}}");
        String date = "{\"__type\":\"Date\",\"iso\":\"2026-01-02T03:04:05.000Z\"}";
        MASTER.put("/classes/Turn/" + id, "{\"when\":" + date + "}");
        try (EventReader feed = MASTER.with("Last-Event-ID: " + opened).events("/feeds/Turn")) {
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
        try (EventReader feed = CLIENT.events("/feeds/Letter")) {
            feed.next();
            MASTER.create("Letter", "{\"n\":1}");
            seen = feed.next().id();
        }
        MASTER.create("Letter", "{\"n\":2}");
        MASTER.create("Other", "{\"n\":0}");
        MASTER.create("Letter", "{\"n\":3}");
        try (EventReader feed = CLIENT.with("Last-Event-ID: " + seen).events("/feeds/Letter")) {
            List<Event> events = next(feed, 3);
            MASTER.create("Letter", "{\"n\":4}");
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
                    CLIENT.with("Last-Event-ID: " + unknown).events("/feeds/Note")) {
                Event reset = feed.next();
                assertThat(reset.type()).isEqualTo("reset");
                assertThat(feed.next().type()).isEqualTo("open");
                assertThat(reset.id()).isNotEmpty();
            }
        }
    }

    @Test
    void showsNobodyWhatTheyMayNotRead() {
        TestClient reader = CLIENT.with(TestFrontDoor.session("reader"));
        String own = "{\"reader\":{\"read\":true}}";
        try (EventReader anonymous = CLIENT.events("/feeds/Diary");
                EventReader known = reader.events("/feeds/Diary")) {
            anonymous.next();
            known.next();
            String id = MASTER.create("Diary", "{\"word\":\"own\",\"ACL\":" + own + "}");
            MASTER.put("/classes/Diary/" + id, "{\"word\":\"last\"}");
            MASTER.put("/classes/Diary/" + id, "{\"word\":\"unseen\",\"ACL\":{}}");
            MASTER.create("Diary", "{\"word\":\"public\"}");

            assertThat(anonymous.next().data().path("object").path("word").asString())
                    .isEqualTo("public");
            List<Event> events = next(known, 4);
            assertThat(kinds(events)).containsExactly("create", "update", "leave", "create");
            assertThat(events.toString()).doesNotContain("unseen");
        }
    }

    @Test
    void tellsWhatAPersonChangedBySql() {
        String id = MASTER.create("Stock", "{\"n\":1}");
        try (EventReader feed = CLIENT.events("/feeds/Stock")) {
            feed.next();
            FEEDS.postgres().database().update(Sql.of("update app_test.\"Stock\" set n = 5"));

            Event event = feed.next();

            assertThat(event.type()).isEqualTo("update");
            assertThat(event.data().path("object").path("objectId").asString()).isEqualTo(id);
            assertThat(event.data().path("object").path("n").asInt()).isEqualTo(5);
        }
    }

    @Test
    void refusesWhatAFindWouldRefuse() {
        MASTER.create("Closed", "{}");
        MASTER.put("/schemas/Closed", "{\"classLevelPermissions\":{\"find\":{}}}");
        assertThat(CLIENT.get("/feeds/Closed").code()).isEqualTo(119);
        assertThat(CLIENT.get("/feeds/Closed?where=%7B%22%24or%22%3A1%7D").status()).isEqualTo(400);
        assertThat(CLIENT.get("/feeds/Open?where=nonsense").code()).isEqualTo(107);
        assertThat(CLIENT.get("/feeds/Open?order=n").code()).isEqualTo(102);
        assertThat(CLIENT.get("/feeds/no-class").code()).isEqualTo(103);
        String related =
                "%7B%22%24relatedTo%22%3A%7B%22object%22%3A%7B%22__type%22%3A%22Pointer%22"
                        + "%2C%22className%22%3A%22A%22%2C%22objectId%22%3A%22b%22%7D%2C%22key%22%3A%22c%22%7D%7D";
        assertThat(CLIENT.get("/feeds/Open?where=" + related).code()).isEqualTo(102);
    }
}
