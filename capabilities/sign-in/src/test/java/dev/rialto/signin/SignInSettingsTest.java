package dev.rialto.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.SetupException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignInSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Without a client id, a token for any app would do.
                "providers = google | google.scopes = openid | sign-in.google.client-id must be set",
                "providers = acme | acme.client-id = a | sign-in.acme.issuer must be set",
                "providers = github | github.client-id = a | client-secret must be set",
                "providers = anonymous | anonymous.client-id = a | is not valid",
                "providers = a.b | a.b.client-id = a | is not valid",
                "providers = acme | acme.issuer = http://id.example.com | must be an address such as",
                "providers = acme | acme.issuer = file:///etc/passwd | must be an address such as",
                "providers = acme | acme.issuer = https://u:p@id.example.com | must be an address",
                "providers = google | google.tenants = x | there is no such setting",
                "redirects = https://ok.example | redirects = http://app.example/x | is not valid",
                "redirects = https://ok.example | redirects = javascript:alert(1) | is not valid",
                "redirects = https://ok.example | redirects = https://a.example/#x | is not valid",
                "redirects = https://ok.example | redirects = //a.example | is not valid",
                "providers = ldap | ldap.url = ldap://db.example.com | ldaps://id.example.com",
            })
    void rejects(String first, String second, String problem) {
        assertThatThrownBy(() -> Vendor.settings(first, second))
                .isInstanceOf(SetupException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void needsAUnionIdForSeveralAppsOfWeChatAndASecretForEach() {
        assertThatThrownBy(() ->
                        Vendor.settings(
                                "providers = wechat",
                                "wechat.client-id = a, b",
                                "wechat.client-secret = s"))
                .hasMessageContaining("one secret for each")
                .hasMessageContaining("union-id must be true");
    }

    @Test
    void acceptsAddressesOfWebsitesAndOwnSchemes() {
        assertThat(
                        Vendor.settings(
                                        "redirects = https://a.example/in?x=1,"
                                                + " http://localhost:3000/in,"
                                                + " com.example.app:/in")
                                .redirects())
                .hasSize(3);
    }

    @Test
    void knowsNoProviderThatIsNotConfigured() {
        var providers = Vendor.providers(Instant::now, "link-by-email = false");

        assertThat(providers.find(Vendor.APP, "google")).isEmpty();
        assertThat(providers.provider(Vendor.APP, "google")).isEmpty();
    }

    @Test
    void showsNoSecrets() {
        var settings =
                Vendor.settings(
                        "providers = github",
                        "github.client-id = a",
                        "github.client-secret = s3cret");

        assertThat(settings.toString()).doesNotContain("s3cret");
    }
}
