package dev.rialto.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.pages.spi.Page;
import dev.rialto.testing.TestFrontDoor;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagesTest {
    private static final App APP = new App("shop", "app_shop");
    private static final PagesCapability PAGES =
            new PagesCapability(_ ->
                    PagesSettings.read(
                            new Settings(
                                    Map.of(
                                            "pages.app-name", "Ada & Co",
                                            "pages.logo", "https://cdn.example.com/logo.png",
                                            "pages.color", "#aa0000"),
                                    Map.of(),
                                    Map.of())));
    private static final TestFrontDoor DOOR =
            TestFrontDoor.open(
                    List.of(
                            Operation.get("pages.hello", "/hello")
                                    .summary("Shows a page.")
                                    .produces("text/html")
                                    .handle(call ->
                                            PAGES.show(
                                                    call.app(),
                                                    call,
                                                    Page.of(PagesTest.class, "hello")
                                                            .status(202)
                                                            .with("name", "<b>Bob</b>")
                                                            .with("target", "/x?a=1&b=\"2\"")
                                                            .script("/pages/x.js")
                                                            .formTarget("https://a.example")))),
                    APP);

    @AfterAll
    static void close() {
        DOOR.close();
    }

    private static HttpResponse<String> get(String path, String language) {
        return DOOR.send(
                "GET", path, "", TestFrontDoor.app("shop"), "Accept-Language: " + language);
    }

    @Test
    void escapesValuesAndTheNameOfTheApp() {
        HttpResponse<String> page = get("/hello", "en");

        assertThat(page.statusCode()).isEqualTo(202);
        assertThat(page.body())
                .contains("<h1>Hello</h1>")
                .contains("Welcome to Ada &amp; Co, &lt;b&gt;Bob&lt;/b&gt;.")
                .doesNotContain("<b>Bob")
                .contains("/x?a&#x3D;1&amp;b&#x3D;&quot;2&quot;")
                .contains("--accent: #aa0000");
    }

    @Test
    void allowsWhatThePageNeedsAndNothingElse() {
        HttpResponse<String> page = get("/hello", "en");

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "style-src 'sha256-")
                .contains("form-action 'self' https://a.example;", "script-src 'self'")
                .contains("img-src data: https://cdn.example.com");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zh-TW,zh;q=0.9 | /hello | zh-CN",
                "fr, zh;q=0.5, en;q=0.4 | /hello | zh-CN",
                "fr | /hello | en",
                "*** | /hello | en",
                "zh;q=0, en;q=0.1 | /hello | en",
                "en | /hello?locale=zh-CN | zh-CN"
            })
    void speaksTheLanguageOfTheUser(String wanted, String path, String shown) {
        HttpResponse<String> page = get(path, wanted);

        assertThat(page.body()).contains("<html lang=\"" + shown + "\">");
        assertThat(page.headers().firstValue("Content-Language")).hasValue(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "pages.logo, http://cdn.example.com/logo.png",
        "pages.logo, javascript:alert(1)",
        "pages.color, red;}",
    })
    void rejectsALookThatIsNotSafe(String key, String value) {
        var in = new Settings(Map.of(key, value), Map.of(), Map.of());
        PagesSettings.read(in);

        assertThatThrownBy(in::finish).isInstanceOf(SetupException.class).hasMessageContaining(key);
    }
}
