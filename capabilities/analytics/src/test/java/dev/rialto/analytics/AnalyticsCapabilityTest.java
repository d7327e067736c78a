package dev.rialto.analytics;

import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.app;
import static dev.rialto.testing.TestFrontDoor.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.kernel.App;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AnalyticsCapabilityTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App SMALL = POSTGRES.app("small");
    private static final AnalyticsCapability ANALYTICS =
            new AnalyticsCapability(
                    new EventCounts(POSTGRES.database()),
                    new AnalyticsSettings(Duration.ofDays(30), 3),
                    InstantSource.fixed(NOON));
    private static final TestFrontDoor DOOR =
            TestFrontDoor.open(ANALYTICS.operations(), POSTGRES.app(), POSTGRES.app("many"), SMALL);

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    private static String track(String app, String event, String body) {
        return DOOR.send("POST", "/events/" + event, body, app(app)).body();
    }

    private static String counts(String app, String query) {
        return DOOR.send("GET", "/events" + query, "", app(app), MASTER).body();
    }

    @Test
    void countsEventsByDayAndDimensions() {
        String shop = "{\"dimensions\":{\"page\":\"shop\"}}";
        String yesterday = "{\"at\":{\"__type\":\"Date\",\"iso\":\"2026-11-27T23:59:59.000Z\"}}";
        for (String body : List.of("{}", shop, "", shop, yesterday)) {
            assertThat(track("test", "AppOpened", body)).isEqualTo("{}");
        }
        assertThat(counts("test", ""))
                .isEqualTo(
                        """
                        {"results":[\
                        {"day":"2026-11-28","event":"AppOpened","dimensions":{"page":"shop"},\
                        "count":2},\
                        {"day":"2026-11-28","event":"AppOpened","dimensions":{},"count":2},\
                        {"day":"2026-11-27","event":"AppOpened","dimensions":{},"count":1}\
                        ],"more":false}\
                        """);
        assertThat(counts("test", "?from=2026-11-27&to=2026-11-27")).contains("\"count\":1");
        assertThat(counts("test", "?event=Other")).isEqualTo("{\"results\":[],\"more\":false}");
    }

    @Test
    void showsCountsToHoldersOfTheMasterKey() {
        assertThat(DOOR.send("GET", "/events", "", app("test")).statusCode()).isEqualTo(403);
        assertThat(DOOR.send("GET", "/events", "", app("test"), session("ada")).statusCode())
                .isEqualTo(403);
        assertThat(DOOR.send("GET", "/events", "", app("test"), READ_ONLY).statusCode())
                .isEqualTo(200);
    }

    @Test
    void rejectsEventsThatAreNotValid() {
        for (String body :
                List.of(
                        "{\"at\":5}",
                        "{\"at\":{\"__type\":\"Date\",\"iso\":\"soon\"}}",
                        "{\"at\":{\"__type\":\"Date\",\"iso\":\"2026-11-20T00:00:00.000Z\"}}",
                        "{\"at\":{\"__type\":\"Date\",\"iso\":\"2027-01-01T00:00:00.000Z\"}}",
                        "{\"dimensions\":[]}",
                        "{\"dimensions\":{\"a\":1}}",
                        "{\"dimensions\":{\"a\":\"" + "x".repeat(1_000) + "\"}}")) {
            assertThat(track("test", "Broken", body)).as(body).contains("\"code\":162");
        }
        assertThat(track("test", "x".repeat(129), "{}")).contains("\"code\":162");
        assertThat(counts("test", "?from=tomorrow")).contains("\"code\":102");
    }

    @Test
    void keepsRoomForWhatItCountsAlready() {
        for (String event : List.of("one", "two", "three", "one")) {
            assertThat(track("small", event, "{}")).isEqualTo("{}");
        }
        assertThat(track("small", "four", "{}")).contains("\"code\":140");
        assertThat(track("small", "three", "{}")).isEqualTo("{}");
    }

    @Test
    void removesCountsThatAreOld() {
        track("many", "Old", "{}");
        assertThat(counts("many", "")).contains("\"event\":\"Old\"");
        var later =
                new AnalyticsCapability(
                        new EventCounts(POSTGRES.database()),
                        AnalyticsSettings.defaults(),
                        InstantSource.fixed(NOON.plus(Duration.ofDays(91))));
        later.tidy(new App("many", "app_many"));
        assertThat(counts("many", "")).isEqualTo("{\"results\":[],\"more\":false}");
    }
}
