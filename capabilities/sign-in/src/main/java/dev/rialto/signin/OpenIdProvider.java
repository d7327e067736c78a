package dev.rialto.signin;

import dev.rialto.kernel.RialtoException;
import dev.rialto.signin.ProviderClient.Reply;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// A provider that speaks OpenID Connect, found by its metadata.
///
/// Clients send `{id, id_token}`, or `{id, token}` as Parse's adapter for Apple asks, or `{code,
/// redirect_uri}`; where the provider checks access tokens for its clients (RFC 7662), also `{id,
/// access_token}`.
final class OpenIdProvider implements Provider {
    private static final Pattern TENANT =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final ProviderSettings settings;
    private final ProviderClient client;
    private final IdTokens tokens;
    private final AppleSecret appleSecret;

    OpenIdProvider(
            ProviderSettings settings,
            ProviderClient client,
            IdTokens tokens,
            AppleSecret appleSecret) {
        this.settings = settings;
        this.client = client;
        this.tokens = tokens;
        this.appleSecret = appleSecret;
    }

    @Override
    public Person verify(ObjectNode claims) {
        Optional<String> id = Said.id(claims, "id");
        Optional<String> nonce = Said.text(claims, "nonce");
        Optional<String> code = Said.text(claims, "code");
        if (code.isPresent()) {
            var exchange =
                    new Exchange(
                            chosenClient(claims),
                            code.get(),
                            Said.text(claims, "redirect_uri"),
                            Said.text(claims, "code_verifier"));
            Person person = person(check(exchange(exchange), List.of(exchange.clientId()), nonce));
            return require(person, id.orElseGet(person::id));
        }
        Optional<String> token = Said.text(claims, "id_token").or(() -> Said.text(claims, "token"));
        if (token.isPresent()) {
            ObjectNode verified = check(token.get(), settings.client().ids(), nonce);
            return require(person(verified), id.orElse(""));
        }
        return Said.text(claims, "access_token")
                .map(access -> require(introspected(access), id.orElse("")))
                .orElseThrow(() -> Refusal.of("id token is invalid for this user."));
    }

    private static Person require(Person person, String claimed) {
        if (!person.id().equals(claimed)) {
            throw Refusal.of("auth data is invalid for this user.");
        }
        return person;
    }

    private String chosenClient(ObjectNode claims) {
        String chosen = Said.text(claims, "client_id").orElseGet(settings::clientId);
        if (!settings.client().ids().contains(chosen)) {
            throw Refusal.invalid(settings.label());
        }
        return chosen;
    }

    @Override
    public URI authorization(Visit visit) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", settings.clientId());
        parameters.put("redirect_uri", visit.callback());
        parameters.put("scope", String.join(" ", settings.client().scopes()));
        parameters.put("state", visit.state());
        if (hasNonce()) {
            parameters.put("nonce", visit.nonce());
        }
        if (hasChallenge()) {
            parameters.put("code_challenge", Secrets.challenge(visit.verifier()));
            parameters.put("code_challenge_method", "S256");
        }
        if (settings.preset() == Preset.APPLE) {
            // Apple answers requests for an address or a name in no other way.
            parameters.put("response_mode", "form_post");
        }
        return ProviderClient.with(metadata().authorization(), parameters);
    }

    @Override
    public Person redeem(Visit visit, String code) {
        var exchange =
                new Exchange(
                        settings.clientId(),
                        code,
                        Optional.of(visit.callback()),
                        hasChallenge() ? Optional.of(visit.verifier()) : Optional.empty());
        Optional<String> nonce = hasNonce() ? Optional.of(visit.nonce()) : Optional.empty();
        return person(check(exchange(exchange), List.of(settings.clientId()), nonce));
    }

    /// The ID tokens of LinkedIn have no nonce, whatever is asked for.
    private boolean hasNonce() {
        return settings.preset() != Preset.LINKEDIN;
    }

    /// Apple and LinkedIn know no PKCE for clients that have a secret.
    private boolean hasChallenge() {
        return settings.preset() != Preset.LINKEDIN && settings.preset() != Preset.APPLE;
    }

    /// Whether a browser that says which issuer it comes from comes from this one (RFC 9207).
    @Override
    public boolean isFrom(Optional<String> issuer) {
        Metadata metadata = metadata();
        return issuer.map(each -> each.equals(metadata.issuer()))
                .orElseGet(() -> !metadata.namesIssuer());
    }

    private record Exchange(
            String clientId, String code, Optional<String> redirect, Optional<String> verifier) {
        /// Does not show the code.
        @Override
        public String toString() {
            return "an exchange of a code";
        }
    }

    /// Exchanges a code for an ID token.
    private String exchange(Exchange exchange) {
        Metadata metadata = metadata();
        Map<String, String> form = new HashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", exchange.code());
        exchange.redirect().ifPresent(each -> form.put("redirect_uri", each));
        exchange.verifier().ifPresent(each -> form.put("code_verifier", each));
        Reply reply =
                client.postForm(
                        metadata.token(), form, authenticated(metadata, exchange.clientId(), form));
        return Optional.of(reply)
                .filter(Reply::isOk)
                .flatMap(each -> Said.text(each.body(), "id_token"))
                .orElseThrow(() -> Refusal.invalid(settings.label()));
    }

    /// Adds what proves to the provider that it is this app.
    private Map<String, String> authenticated(
            Metadata metadata, String clientId, Map<String, String> form) {
        Optional<String> secret =
                settings.preset() == Preset.APPLE
                        ? appleSecret.make(settings, clientId)
                        : settings.secret(clientId);
        if (secret.isPresent() && !metadata.secretInBody() && settings.preset() != Preset.APPLE) {
            return Map.of("Authorization", ProviderClient.basic(clientId, secret.get()));
        }
        form.put("client_id", clientId);
        secret.ifPresent(each -> form.put("client_secret", each));
        return Map.of();
    }

    private ObjectNode check(String token, List<String> audience, Optional<String> nonce) {
        Metadata metadata = metadata();
        return tokens.verify(
                token,
                new IdTokens.Expected(this::issuers, audience, nonce),
                client,
                metadata.keys());
    }

    private List<String> issuers(ObjectNode claims) {
        return switch (settings.preset()) {
            case GOOGLE -> List.of("https://accounts.google.com", "accounts.google.com");
            case LINKEDIN -> List.of("https://www.linkedin.com/oauth", "https://www.linkedin.com");
            case MICROSOFT -> microsoft(claims.path("tid").asString(""));
            default -> List.of(expectedIssuer());
        };
    }

    /// A tenant has an issuer of its own. One that the app does not name is a stranger's, unless
    /// the app names none; then the issuer is one that no token has.
    private List<String> microsoft(String tenant) {
        List<String> allowed = settings.list("tenants");
        boolean known =
                TENANT.matcher(tenant).matches() && (allowed.isEmpty() || allowed.contains(tenant));
        return List.of(
                "https://login.microsoftonline.com/" + (known ? tenant : "{tenantid}") + "/v2.0");
    }

    private String expectedIssuer() {
        return settings.issuer().map(URI::toString).or(settings.preset()::discovery).orElseThrow();
    }

    private Metadata metadata() {
        String base = expectedIssuer();
        String path = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        URI url = settings.at(path + "/.well-known/openid-configuration");
        Metadata metadata =
                Metadata.read(client.document(url, _ -> true))
                        .orElseThrow(() -> Refusal.unreachable(settings.label()));
        boolean asks = settings.preset().hasIssuer();
        if (asks && !metadata.issuer().equals(base)) {
            throw Refusal.of(
                    "the metadata of " + settings.label() + " is of another issuer than " + base);
        }
        return metadata;
    }

    private Person person(ObjectNode claims) {
        String id =
                settings.preset() == Preset.MICROSOFT
                        ? Said.text(claims, "oid")
                                .orElseThrow(() ->
                                        Refusal.of(
                                                "the id token has no oid; ask for the scope"
                                                        + " profile"))
                        : Said.id(claims, "sub")
                                .orElseThrow(() -> Refusal.invalid(settings.label()));
        return person(id).withEmail(verifiedEmail(claims));
    }

    private Person person(String id) {
        try {
            return Person.of(id);
        } catch (IllegalArgumentException _) {
            throw Refusal.invalid(settings.label());
        }
    }

    /// Administrators of tenants of Microsoft choose the addresses of their users, so these count
    /// only when Microsoft has verified the domain.
    private Optional<String> verifiedEmail(ObjectNode claims) {
        String proof = settings.preset() == Preset.MICROSOFT ? "xms_edov" : "email_verified";
        boolean verified = Said.yes(claims, proof) || claims.path(proof).asString("").equals("1");
        return verified ? Said.text(claims, "email") : Optional.empty();
    }

    /// A token that is valid for another client is somebody's who used another app.
    private Person introspected(String accessToken) {
        Metadata metadata = metadata();
        URI url =
                metadata.introspection()
                        .filter(_ -> settings.secret(settings.clientId()).isPresent())
                        .orElseThrow(() -> Refusal.of("id token is invalid for this user."));
        Map<String, String> form = new HashMap<>();
        form.put("token", accessToken);
        form.put("token_type_hint", "access_token");
        Reply reply =
                client.postForm(url, form, authenticated(metadata, settings.clientId(), form));
        ObjectNode said = reply.body();
        boolean valid =
                reply.isOk()
                        && said.path("active").asBoolean(false)
                        && settings.client().ids().contains(said.path("client_id").asString(""));
        if (!valid) {
            throw refusedAccess();
        }
        return person(Said.id(said, "sub").orElseThrow(this::refusedAccess));
    }

    private RialtoException refusedAccess() {
        return Refusal.of("OAuth2 access token is invalid for this user.");
    }
}
