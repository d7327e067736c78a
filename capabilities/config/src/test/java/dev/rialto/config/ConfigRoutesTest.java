package dev.rialto.config;

import static dev.rialto.testing.TestFrontDoor.MASTER;
import static dev.rialto.testing.TestFrontDoor.READ_ONLY;
import static dev.rialto.testing.TestFrontDoor.SESSION;
import static dev.rialto.testing.TestFrontDoor.app;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.spi.Triggers;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ConfigRoutesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final TestFrontDoor DOOR =
            TestFrontDoor.open(
                    new ConfigRoutes(POSTGRES.database(), Triggers.NONE).operations(),
                    POSTGRES.app(),
                    POSTGRES.app("empty"),
                    POSTGRES.app("ops"));
    private static final String ID = app("test");

    @AfterAll
    static void close() {
        DOOR.close();
        POSTGRES.close();
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(DOOR.send("GET", "/config", "", app("empty")).body())
                .isEqualTo("{\"params\":{}}");
    }

    @Test
    void showsClientsWhatIsMeantForThem() {
        String body =
                "{\"params\":{\"open\":[1],\"secret\":\"s\"},\"masterKeyOnly\":{\"secret\":true}}";
        HttpResponse<String> updated = DOOR.send("PUT", "/config", body, ID, MASTER);

        assertThat(updated.statusCode()).isEqualTo(200);
        assertThat(updated.body()).isEqualTo("{\"result\":true}");
        String all =
                "{\"params\":{\"open\":[1],\"secret\":\"s\"},"
                        + "\"masterKeyOnly\":{\"open\":false,\"secret\":true}}";
        assertThat(DOOR.send("GET", "/config", "", ID, MASTER).body()).isEqualTo(all);
        assertThat(DOOR.send("GET", "/config", "", ID, READ_ONLY).body()).isEqualTo(all);
        for (String caller : new String[] {ID, SESSION}) {
            HttpResponse<String> seen =
                    caller.equals(ID)
                            ? DOOR.send("GET", "/config", "", ID)
                            : DOOR.send("GET", "/config", "", ID, caller);
            assertThat(seen.body())
                    .isEqualTo("{\"params\":{\"open\":[1]},\"masterKeyOnly\":{\"open\":false}}");
        }
    }

    @Test
    void removesWhatIsToBeDeleted() {
        String id = app("ops");
        DOOR.send("PUT", "/config", "{\"params\":{\"a\":1,\"b\":2}}", id, MASTER);
        DOOR.send("PUT", "/config", "{\"params\":{\"a\":{\"__op\":\"Delete\"}}}", id, MASTER);

        assertThat(DOOR.send("GET", "/config", "", id).body())
                .isEqualTo("{\"params\":{\"b\":2},\"masterKeyOnly\":{\"b\":false}}");
    }

    @Test
    void isChangedWithTheMasterKeyOnly() {
        String body = "{\"params\":{\"a\":1}}";

        HttpResponse<String> client = DOOR.send("PUT", "/config", body, app("empty"));
        assertThat(client.statusCode()).isEqualTo(403);
        assertThat(client.body()).contains("unauthorized: master key is required");
        assertThat(DOOR.send("PUT", "/config", body, app("empty"), SESSION).statusCode())
                .isEqualTo(403);
        assertThat(DOOR.send("PUT", "/config", body, app("empty"), READ_ONLY).statusCode())
                .isBetween(400, 403);
        assertThat(DOOR.send("GET", "/config", "", app("empty")).body())
                .isEqualTo("{\"params\":{}}");
    }

    @Test
    void refusesOddParameters() {
        for (String body :
                new String[] {
                    "{\"params\":7}",
                    "{\"a\":1}",
                    "{\"params\":{\"a.b\":1}}",
                    "{\"params\":{\"a\":{\"__op\":\"Multiply\"}}}",
                    "{\"params\":{\"a\":{\"b\":{\"_bsontype\":\"Code\"}}}}",
                    "{\"params\":{\"" + "x".repeat(300) + "\":1}}"
                }) {
            assertThat(DOOR.send("PUT", "/config", body, app("empty"), MASTER).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
    }
}
