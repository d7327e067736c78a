package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.messages.spi.NewMessage;
import dev.rialto.testing.TestClient;
import dev.rialto.testing.TestDatabase;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Users who want no more messages of a kind.
final class UnsubscribeTest {
    private static final String ADA = "Ada+tea@example.com";
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final TestOutbox test = new TestOutbox(POSTGRES);
    private final MessagesCapability messages = test.writer();
    private final TestFrontDoor door = TestFrontDoor.open(messages.operations(), test.app);

    @BeforeEach
    void addTemplate() {
        new Templates(test.database)
                .put(
                        test.app,
                        new Templates.Own(
                                "news",
                                "en",
                                new MessageText("News", "News. {{unsubscribe}}", "")));
    }

    @AfterAll
    static void stop() {
        POSTGRES.close();
    }

    @AfterEach
    void close() {
        door.close();
        messages.close();
    }

    private Optional<String> link(String template) {
        messages.send(
                test.app,
                new NewMessage(
                        Channel.MAIL,
                        ADA,
                        template,
                        "en",
                        Map.of("unsubscribe", "https://evil.example.com")));
        return test.outbox
                .take(List.of(Channel.MAIL), "node", 1)
                .getFirst()
                .message()
                .unsubscribe();
    }

    /// The part of a link below `/v1`.
    private String path(String template) {
        String link = link(template).orElseThrow();
        assertThat(link).startsWith(TestOutbox.PUBLIC_URL + "/apps/" + test.app.id());
        return link.substring(TestOutbox.PUBLIC_URL.length());
    }

    @Test
    void offersItForAllButEssentialMessages() {
        for (String name : Templates.BUILT_IN) {
            assertThat(link(name).isPresent()).as(name).isEqualTo(name.equals("new-device"));
        }
        assertThat(link("news")).isPresent();
        messages.send(
                test.app,
                new NewMessage(Channel.SMS, "+4915112345678", "new-device", "en", Map.of()));
        assertThat(test.outbox.take(List.of(Channel.SMS), "node", 1))
                .allMatch(each -> each.message().unsubscribe().isEmpty());
    }

    @Test
    void asksFirstAndThenSendsNoMoreOfThatKind() {
        String path = path("news");
        HttpResponse<String> page = door.send("GET", path, "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<form method=\"post\"><button>Unsubscribe", "from " + test.app.id())
                .contains("Ada+tea@example.com")
                .doesNotContain("<script", "<img");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(door.send("GET", path, "", "Accept-Language: zh-CN,zh").body()).contains("退订");
        assertThat(state("news")).as("opening the page changes nothing").isEqualTo("waiting");

        HttpResponse<String> done =
                door.send(
                        "POST",
                        path,
                        "List-Unsubscribe=One-Click",
                        "Content-Type: application/x-www-form-urlencoded");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(state("news")).isEqualTo("suppressed");
        assertThat(state("new-device")).as("of another kind").isEqualTo("waiting");
        assertThat(state("password-reset")).as("essential").isEqualTo("waiting");
        assertThat(test.list())
                .as("what waited is not sent either")
                .filteredOn(each -> each.template().equals("news"))
                .extracting(MessageList.Shown::state)
                .doesNotContain("kept");

        var owner = new TestClient(door, TestFrontDoor.app(test.app.id()), TestFrontDoor.MASTER);
        JsonNode listed = owner.get("/message-suppressions").body().path("results").path(0);
        assertThat(listed.path("to").asString()).isEqualTo("ada+tea@example.com");
        assertThat(listed.path("template").asString()).isEqualTo("news");
        String suppression = "/message-suppressions/ada+tea@example.com";
        assertThat(owner.delete(suppression).status()).isEqualTo(404);
        assertThat(owner.delete(suppression + "?template=news").status()).isEqualTo(200);
        assertThat(state("news")).isEqualTo("waiting");
    }

    @Test
    void rejectsLinksThatItHasNotMade() {
        String path = path("news");
        for (String wrong :
                List.of(
                        path.replace("news", "new-device"),
                        path.replace("Ada", "Eve"),
                        path.replace("signature=", "signature=0"),
                        path.replaceFirst("&signature=.*", ""),
                        path.replace("/apps/" + test.app.id(), "/apps/another"),
                        "/apps/" + test.app.id() + "/messages/unsubscribe")) {
            assertThat(door.send("POST", wrong, "").statusCode()).as(wrong).isEqualTo(404);
            assertThat(door.send("GET", wrong, "").statusCode()).as(wrong).isEqualTo(404);
        }
        assertThat(test.suppressions.list(test.app, 10)).isEmpty();
    }

    private String state(String template) {
        return test.find(
                        messages.send(
                                test.app,
                                new NewMessage(Channel.MAIL, ADA, template, "en", Map.of())))
                .state();
    }
}
