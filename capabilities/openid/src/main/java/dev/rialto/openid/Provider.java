package dev.rialto.openid;

import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings.PerApp;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// An app as an OpenID provider: what its addresses, settings and users are to clients.
///
/// @param apps finds an app by its id
/// @param publicUrl of `/v1`
record Provider(
        Function<String, Optional<App>> apps,
        Supplier<String> publicUrl,
        PerApp<OpenidSettings> settings,
        ClientStore clients,
        Jwts jwts,
        Pages pages,
        InstantSource clock) {

    /// The app whose address was called. One that is not a provider is as unknown as one that is
    /// not there.
    ///
    /// @throws RialtoException NOT_FOUND
    App app(Call call) {
        return apps.apply(call.path("appId"))
                .filter(app -> settings.of(app).enabled())
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.NOT_FOUND, "there is no OpenID provider here"));
    }

    OpenidSettings settings(App app) {
        return settings.of(app);
    }

    String issuer(App app) {
        return issuer(publicUrl, app);
    }

    static String issuer(Supplier<String> publicUrl, App app) {
        return publicUrl.get() + "/apps/" + app.id() + "/openid";
    }

    /// Who a user is to a client; always the same.
    String subject(App app, Client client, String userId) {
        return switch (settings.of(app).subject()) {
            case PUBLIC -> userId;
            case PAIRWISE ->
                    Tokens.hash(String.join("\n", clients.salt(app), client.sector(), userId));
        };
    }
}
