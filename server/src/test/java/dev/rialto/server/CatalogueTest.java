package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.http.Operation;
import dev.rialto.server.TestServer.Reply;
import dev.rialto.server.TestServer.Sender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class CatalogueTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void listsEveryOperationOnceUnderItsCapability() {
        Reply reply = server.get(Sender.readOnlyMaster(), "/capabilities");
        List<String> listed = new ArrayList<>();
        for (JsonNode capability : reply.body().path("results")) {
            // The meters of micro apps begin with two words joined by a dash.
            assertThat(capability.path("name").stringValue()).doesNotContain("-");
            for (JsonNode operation : capability.path("operations")) {
                String id = operation.path("id").stringValue();
                assertThat(id).startsWith(capability.path("name").stringValue() + ".");
                assertThat(operation.path("summary").stringValue()).endsWith(".");
                assertThat(meters(capability)).contains(operation.path("meter").stringValue());
                listed.add(id);
            }
        }
        assertThat(listed)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        server.operations().stream(),
                                        server.socketOperations().stream())
                                .map(Operation::id)
                                .toList());
    }

    private static Set<String> meters(JsonNode capability) {
        Set<String> meters = new HashSet<>();
        capability.path("meters").forEach(each -> meters.add(each.stringValue()));
        return meters;
    }

    @Test
    void isNotForClients() {
        assertThat(server.get(Sender.client(), "/capabilities").status()).isEqualTo(403);
    }

    @Test
    void countsEventsOfClients() {
        assertThat(server.send(Sender.client(), "POST", "/events/AppOpened", "{}").status())
                .isEqualTo(200);
        assertThat(server.get(Sender.master(), "/events").body().at("/results/0/count").asInt())
                .isEqualTo(1);
    }
}
