package dev.rialto.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.RialtoException;
import dev.rialto.messages.spi.Channel;
import dev.rialto.messages.spi.MessageText;
import dev.rialto.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates, and the addresses they go to.
final class TemplatesTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();

    private final TestOutbox test = new TestOutbox(POSTGRES);

    @AfterAll
    static void stop() {
        POSTGRES.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ada",
                "ada@example.com, eve@example.com",
                "ada@example.com\r\nBcc: eve@example.com",
                "Ada <ada@example.com>",
                "@example.com",
                "\"a b\"@example.com",
                "ada@exam\u0000ple.com"
            })
    void rejectsWhatIsNotOneAddress(String address) {
        assertThatThrownBy(() -> Recipients.require(Channel.MAIL, address))
                .isInstanceOf(RialtoException.class)
                .hasMessage("Email address format is invalid.");
    }

    @Test
    void keepsHeadersOfAValueOutOfTheSubject() {
        MessageText text =
                Templates.render(
                        new MessageText("Hi {{name}}", "b", ""),
                        Map.of("name", "x\r\nBcc: eve@example.com"));
        assertThat(text.subject()).isEqualTo("Hi x Bcc: eve@example.com");
    }

    @Test
    void takesTheTemplateOfTheNearestLanguage() {
        App app = test.app;
        var templates = new Templates(test.database);
        assertThat(templates.find(app, "code", "zh-Hans-CN").language()).isEqualTo("zh-CN");
        assertThat(templates.find(app, "code", "fr").language()).isEqualTo("en");
        var own = new MessageText("Ton code", "{{code}}", "<p>{{code}}</p>");
        templates.put(app, new Templates.Own("code", "fr", own));
        assertThat(templates.find(app, "code", "fr-CA").text()).isEqualTo(own);
        assertThat(templates.find(app, "code", "en").own()).isFalse();
        for (String name : Templates.BUILT_IN) {
            for (String language : List.of("en", "zh-CN")) {
                MessageText text =
                        Templates.render(
                                templates.find(app, name, language).text(), Map.of("app", "Tea"));
                assertThat(text.subject()).contains("Tea").doesNotContain("{{");
                assertThat(text.html()).contains("<p>").doesNotContain("{{");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{{name}}}",
                "{{&name}}",
                "{{ & name}}",
                "{{=<% %>=}}<%& name %>",
                "{{>other}}",
                "{{\u0001&name}}",
                "{{\u0001=<% %>=}}<%& name %>",
                "{{name.length}}",
                "{{#name.bytes}}{{/name.bytes}}",
                "{{.}}",
                "{{}}",
                "{{ }}",
                "{{name",
                "{{{name}}",
                "{{#name}}"
            })
    void rejectsTemplatesThatDoNotEscape(String html) {
        var templates = new Templates(test.database);
        assertThatThrownBy(() ->
                        templates.put(
                                test.app,
                                new Templates.Own("code", "en", new MessageText("s", "b", html))))
                .isInstanceOf(RialtoException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{name.class.name}}",
                "{{name.length}}",
                "{{name.bytes}}",
                "{{entrySet}}",
                "{{#entrySet}}x{{#entrySet}}y{{/entrySet}}{{/entrySet}}",
                "{{size}}",
                "{{class}}"
            })
    void showsTemplatesNothingButTheValues(String body) {
        MessageText text =
                Templates.render(
                        new MessageText("s", "<" + body + ">", body),
                        Map.of("name", "Ada", "code", "123456"));
        assertThat(text.body()).isEqualTo("<>");
        assertThat(text.html()).isEmpty();
    }

    @Test
    void showsTheBeginningOfALongValue() {
        String face = "\uD83D\uDE00";
        MessageText text =
                Templates.render(
                        new MessageText("{{name}}", "x{{name}}", "<p>{{name}}</p>"),
                        Map.of("name", face.repeat(500_000)));
        assertThat(text.subject()).isEqualTo(face.repeat(250));
        assertThat(text.body()).isEqualTo("x" + face.repeat(2_000));
        assertThat(text.html()).isEqualTo("<p>" + face.repeat(2_000) + "</p>");
    }

    @Test
    void rejectsWhatBecomesTooLong() {
        var text = new MessageText("s", "{{link}}".repeat(12_500), "");
        assertThatThrownBy(() -> Templates.render(text, Map.of("link", "x".repeat(4_000))))
                .isInstanceOf(RialtoException.class)
                .hasMessage("a message must have at most 500000 characters");
        var templates = new Templates(test.database);
        var html = new MessageText("s", "b", text.body());
        assertThatThrownBy(
                        () -> templates.put(test.app, new Templates.Own("magic-link", "en", html)))
                .isInstanceOf(RialtoException.class)
                .hasMessage("a message must have at most 500000 characters");
        assertThat(templates.list(test.app)).isEmpty();
    }

    @Test
    void rejectsTemplatesThatAreNestedDeep() {
        String nested = "{{#name}}".repeat(11) + "{{/name}}".repeat(11);
        assertThatThrownBy(() ->
                        new Templates(test.database)
                                .put(
                                        test.app,
                                        new Templates.Own(
                                                "code", "en", new MessageText("s", nested, ""))))
                .hasMessageContaining("nested");
    }

    @Test
    void findsNothingInValues() {
        var stored =
                new MessageText(
                        "{{name.length}}{{#name.bytes}}x{{/name.bytes}}",
                        "{{! who }}{{#name}}Hi {{ name }}{{/name}}{{^code}}!{{/code}}",
                        "");
        MessageText text = Templates.render(stored, Map.of("name", "Ada"));
        assertThat(text.subject()).isEmpty();
        assertThat(text.body()).isEqualTo("Hi Ada!");
    }

    @Test
    void takesWhatIsNotALanguageForEnglish() {
        String language = "-".repeat(1_000_000);
        assertThat(new Templates(test.database).find(test.app, "code", language).language())
                .isEqualTo("en");
    }

    @Test
    void rejectsValuesThatABuiltInTemplateDoesNotHave() {
        var templates = new Templates(test.database);
        var text = new MessageText("s", "{{#name}}{{code}}{{/name}} {{ cdoe }}", "");
        assertThatThrownBy(() -> templates.put(test.app, new Templates.Own("code", "en", text)))
                .isInstanceOf(RialtoException.class)
                .hasMessage(
                        "template \"code\" has no value \"cdoe\"; it has app, code, minutes, name");
        templates.put(test.app, new Templates.Own("welcome", "en", text));
        assertThatThrownBy(() -> templates.find(test.app, "cdoe", "en"))
                .hasMessage(
                        "there is no template \"cdoe\"; there are code, email-change,"
                                + " email-changed, magic-link, new-device, password-changed,"
                                + " password-reset, verification, welcome");
    }
}
