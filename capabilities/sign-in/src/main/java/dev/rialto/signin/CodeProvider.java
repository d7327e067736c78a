package dev.rialto.signin;

import dev.rialto.kernel.RialtoException;
import dev.rialto.signin.ProviderClient.Reply;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// A provider of OAuth 2.0 with ways of its own. Clients send `{code, redirect_uri}`, which only
/// the app can exchange; `{id, access_token}` is accepted where the provider tells which app a
/// token was made for.
interface CodeProvider extends Provider {
    ProviderSettings settings();

    /// Exchanges a code and asks who it was made for.
    Person byCode(Code code);

    /// Asks who an access token was made for, and for which app.
    default Person byToken(String accessToken) {
        throw Refusal.codeRequired(settings().label());
    }

    /// A code, which works once.
    ///
    /// @param verifier proves that the client that shows the code has asked for it (PKCE)
    record Code(
            String clientId, String value, Optional<String> redirect, Optional<String> verifier) {
        /// Does not show the code.
        @Override
        public String toString() {
            return "a code";
        }
    }

    @Override
    default Person verify(ObjectNode claims) {
        Optional<String> code = Said.text(claims, "code");
        Person person;
        if (code.isPresent()) {
            person =
                    byCode(
                            new Code(
                                    chosenClient(claims),
                                    code.get(),
                                    Said.text(claims, "redirect_uri"),
                                    Said.text(claims, "code_verifier")));
        } else {
            person =
                    byToken(
                            Said.text(claims, "access_token")
                                    .orElseThrow(() -> Refusal.codeRequired(settings().label())));
        }
        Optional<String> claimed = Said.id(claims, "id");
        boolean matches = claimed.map(person.id()::equals).orElse(code.isPresent());
        if (!matches) {
            throw invalid();
        }
        return person;
    }

    @Override
    default Person redeem(Visit visit, String code) {
        return byCode(
                new Code(
                        settings().clientId(),
                        code,
                        Optional.of(visit.callback()),
                        Optional.of(visit.verifier())));
    }

    private String chosenClient(ObjectNode claims) {
        String chosen = Said.text(claims, "client_id").orElseGet(settings()::clientId);
        if (!settings().client().ids().contains(chosen)) {
            throw invalid();
        }
        return chosen;
    }

    default RialtoException invalid() {
        return Refusal.invalid(settings().label());
    }

    /// A person by what a provider has answered.
    default Person person(Optional<String> id) {
        try {
            return Person.of(id.orElseThrow(this::invalid));
        } catch (IllegalArgumentException _) {
            throw invalid();
        }
    }

    /// The body of an answer.
    ///
    /// @throws RialtoException OBJECT_NOT_FOUND when it is a refusal
    default ObjectNode accepted(Reply reply) {
        if (!reply.isOk() || reply.body().has("error")) {
            throw invalid();
        }
        return reply.body();
    }

    /// The parameters of RFC 6749 to exchange a code.
    default Map<String, String> exchange(Code code) {
        Map<String, String> form = new HashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", code.clientId());
        form.put("code", code.value());
        code.redirect().ifPresent(each -> form.put("redirect_uri", each));
        code.verifier().ifPresent(each -> form.put("code_verifier", each));
        return form;
    }

    /// The same with the secret of the app in them.
    default Map<String, String> exchangeWithSecret(Code code) {
        Map<String, String> form = exchange(code);
        form.put("client_secret", settings().secret(code.clientId()).orElse(""));
        return form;
    }

    /// The parameters of RFC 6749 to send a browser away with.
    default Map<String, String> outward(Visit visit) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", settings().clientId());
        parameters.put("redirect_uri", visit.callback());
        parameters.put("state", visit.state());
        if (!settings().client().scopes().isEmpty()) {
            parameters.put("scope", String.join(" ", settings().client().scopes()));
        }
        return parameters;
    }

    /// The same with the challenge of PKCE.
    default Map<String, String> outwardWithChallenge(Visit visit) {
        Map<String, String> parameters = outward(visit);
        parameters.put("code_challenge", Secrets.challenge(visit.verifier()));
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }
}
