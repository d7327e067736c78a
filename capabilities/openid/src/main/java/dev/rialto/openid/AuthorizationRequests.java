package dev.rialto.openid;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.rialto.kernel.App;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads what clients ask of users through their browsers. Until client and redirect URI are known
/// to belong together, nothing is sent to that address.
final class AuthorizationRequests {
    private static final int MAX_LENGTH = 6_000;
    private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final BiFunction<App, String, Optional<Client>> clients;

    /// @param clients finds a client of an app by its id
    AuthorizationRequests(BiFunction<App, String, Optional<Client>> clients) {
        this.clients = clients;
    }

    /// Where the answer to a request goes.
    record Destination(Client client, URI redirectUri, ResponseMode mode, @Nullable State state) {}

    /// A request that is valid.
    ///
    /// @param scopes those the client may have
    /// @param maxAge how long ago the user may have logged in
    /// @param said the parameters
    record Asked(
            Destination to,
            Set<String> scopes,
            String challenge,
            Optional<String> nonce,
            Set<Prompt.Type> prompt,
            Optional<Duration> maxAge,
            ObjectNode said) {
        Client client() {
            return to.client();
        }

        boolean prompts(Prompt.Type type) {
            return prompt.contains(type);
        }

        /// A parameter that is optional.
        Optional<String> text(String name) {
            return Optional.ofNullable(said.path(name).asString(null))
                    .filter(each -> !each.isEmpty());
        }
    }

    /// What became of a request.
    sealed interface Read {
        record Valid(Asked asked) implements Read {}

        /// It is refused, and the client is told.
        record Refused(Destination to, ErrorObject error) implements Read {}

        /// It is refused, and the user is told: nobody knows who sent it.
        record Unknown(String problem) implements Read {}
    }

    Read read(App app, ObjectNode said) {
        Map<String, List<String>> parameters = new HashMap<>();
        int length = 0;
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            if (!each.getValue().isString()) {
                return new Read.Unknown("invalid-request");
            }
            String value = each.getValue().stringValue();
            length += each.getKey().length() + value.length();
            parameters.put(each.getKey(), List.of(value));
        }
        if (length > MAX_LENGTH) {
            return new Read.Unknown("invalid-request");
        }
        Optional<Client> client = clients.apply(app, said.path("client_id").asString(""));
        if (client.isEmpty()) {
            return new Read.Unknown("unknown-client");
        }
        String redirect = said.path("redirect_uri").asString("");
        if (!RedirectUris.isRegistered(redirect, client.get().metadata().redirectUris())) {
            return new Read.Unknown("unknown-redirect");
        }
        String mode = said.path("response_mode").asString("");
        String state = said.path("state").asString("");
        var to =
                new Destination(
                        client.get(),
                        URI.create(redirect),
                        mode.equals("form_post") ? ResponseMode.FORM_POST : ResponseMode.QUERY,
                        state.isBlank() ? null : new State(state));
        if (said.has("request")) {
            return new Read.Refused(to, OAuth2Error.REQUEST_NOT_SUPPORTED);
        }
        if (said.has("request_uri")) {
            return new Read.Refused(to, OAuth2Error.REQUEST_URI_NOT_SUPPORTED);
        }
        if (!Set.of("", "query", "form_post").contains(mode)) {
            return refused(to, "response_mode must be query or form_post");
        }
        try {
            return check(to, AuthorizationRequest.parse(parameters), said);
        } catch (ParseException invalid) {
            ErrorObject error = invalid.getErrorObject();
            return new Read.Refused(to, error == null ? OAuth2Error.INVALID_REQUEST : error);
        }
    }

    private static Read check(Destination to, AuthorizationRequest request, ObjectNode said) {
        if (!request.getResponseType().equals(ResponseType.CODE)) {
            return new Read.Refused(to, OAuth2Error.UNSUPPORTED_RESPONSE_TYPE);
        }
        if (request.getCodeChallenge() == null
                || !CodeChallengeMethod.S256.equals(request.getCodeChallengeMethod())
                || !CHALLENGE.matcher(request.getCodeChallenge().getValue()).matches()) {
            return refused(to, "code_challenge is required, with code_challenge_method=S256");
        }
        Set<String> scopes =
                request.getScope() == null
                        ? new LinkedHashSet<>()
                        : new LinkedHashSet<>(request.getScope().toStringList());
        scopes.retainAll(to.client().metadata().scopes());
        if (scopes.isEmpty()) {
            return new Read.Refused(
                    to,
                    OAuth2Error.INVALID_SCOPE.setDescription("no scope that this client may have"));
        }
        Optional<Duration> maxAge;
        try {
            maxAge =
                    Optional.ofNullable(said.path("max_age").asString(null))
                            .map(Integer::parseUnsignedInt)
                            .map(Duration::ofSeconds);
        } catch (NumberFormatException _) {
            return refused(to, "max_age must be a number of seconds");
        }
        return new Read.Valid(
                new Asked(
                        to,
                        scopes,
                        request.getCodeChallenge().getValue(),
                        Optional.ofNullable(said.path("nonce").asString(null)),
                        request.getPrompt() == null ? Set.of() : Set.copyOf(request.getPrompt()),
                        maxAge.filter(age -> !age.isNegative()),
                        said));
    }

    private static Read refused(Destination to, String description) {
        return new Read.Refused(to, OAuth2Error.INVALID_REQUEST.setDescription(description));
    }
}
