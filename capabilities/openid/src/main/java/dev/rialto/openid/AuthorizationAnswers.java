package dev.rialto.openid;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationErrorResponse;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.AuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.id.Issuer;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.openid.AuthorizationRequests.Destination;
import dev.rialto.pages.spi.Page;
import dev.rialto.pages.spi.Pages;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Sends browsers back to clients, with a code or an error, and the issuer as in RFC 9207.
final class AuthorizationAnswers {
    static final String SCRIPT = "/openid/send.js";

    private final Pages pages;
    private final Function<App, String> issuers;

    AuthorizationAnswers(Pages pages, Function<App, String> issuers) {
        this.pages = pages;
        this.issuers = issuers;
    }

    Answer code(App app, Call call, Destination to, String code) {
        return send(
                app,
                call,
                to,
                new AuthorizationSuccessResponse(
                        to.redirectUri(),
                        new AuthorizationCode(code),
                        null,
                        to.state(),
                        new Issuer(issuers.apply(app)),
                        ResponseMode.QUERY));
    }

    Answer error(App app, Call call, Destination to, ErrorObject error) {
        return send(
                app,
                call,
                to,
                new AuthorizationErrorResponse(
                        to.redirectUri(),
                        error,
                        to.state(),
                        new Issuer(issuers.apply(app)),
                        ResponseMode.QUERY));
    }

    private Answer send(App app, Call call, Destination to, AuthorizationResponse response) {
        if (to.mode().equals(ResponseMode.QUERY)) {
            return redirect(response.toURI());
        }
        List<Map<String, String>> fields =
                response.toParameters().entrySet().stream()
                        .map(each ->
                                Map.of(
                                        "name", each.getKey(),
                                        "value", each.getValue().getFirst()))
                        .toList();
        String target = to.redirectUri().toString();
        return pages.show(
                app,
                call,
                Page.of(AuthorizationAnswers.class, "send")
                        .with("target", target)
                        .with("fields", fields)
                        .with("client", to.client().metadata().name())
                        .script(SCRIPT)
                        .formTarget(RedirectUris.origin(target)));
    }

    /// Sends a browser elsewhere, by GET whatever the form that it sent.
    static Answer redirect(URI target) {
        return new Answer(
                303,
                Map.of(
                        "Location", target.toASCIIString(),
                        "Cache-Control", "no-store",
                        "Referrer-Policy", "no-referrer"),
                new Answer.Body.Bytes(new byte[0]));
    }
}
