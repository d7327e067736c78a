package dev.rialto.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmailPageTest {
    private static final Pattern TEXT = Pattern.compile("\\{\\{t\\.([a-z-]+)}}");

    private static String resource(String name) throws IOException {
        try (InputStream in = EmailPages.class.getResourceAsStream("pages/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Set<String> texts(String language) throws IOException {
        var texts = new Properties();
        texts.load(new StringReader(resource("texts." + language + ".properties")));
        return new TreeSet<>(texts.stringPropertyNames());
    }

    @ParameterizedTest
    @EnumSource
    void everyPageHasItsTexts(EmailPage page) throws IOException {
        String html = resource(page.text() + ".html");
        assertThat(html).as("values are escaped").doesNotContain("{{{", "{{&");
        assertThat(TEXT.matcher(html).results().map(each -> each.group(1)))
                .contains(page.text() + "-title")
                .isSubsetOf(texts("en"));
    }

    @Test
    void thereAreTheSameTextsInAllLanguages() throws IOException {
        assertThat(texts("zh-CN")).isEqualTo(texts("en"));
    }
}
