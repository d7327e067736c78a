package dev.rialto.openid;

import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.openid.ClientRequests.Sent;
import dev.rialto.openid.Grants.Grant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What clients ask for themselves: tokens, what tokens are worth, who a user is.
final class TokenRoutes {
    private static final String BEARER = "Bearer ";

    private final Provider provider;
    private final ClientRequests requests;
    private final Grants grants;
    private final AccessTokens tokens;
    private final Users users;

    TokenRoutes(
            Provider provider,
            ClientRequests requests,
            Grants grants,
            AccessTokens tokens,
            Users users) {
        this.provider = provider;
        this.requests = requests;
        this.grants = grants;
        this.tokens = tokens;
        this.users = users;
    }

    Answer token(Call call) {
        return requests.handle(call, this::token);
    }

    private Answer token(Sent sent) {
        TokenRequest request;
        try {
            request = TokenRequest.parse(sent.http());
        } catch (ParseException invalid) {
            ErrorObject error = invalid.getErrorObject();
            throw OauthErrors.of(error == null ? OAuth2Error.INVALID_REQUEST : error);
        }
        AuthorizationGrant grant = request.getAuthorizationGrant();
        return switch (grant) {
            case AuthorizationCodeGrant code -> byCode(sent, code);
            case RefreshTokenGrant refresh -> byRefreshToken(sent, refresh, request.getScope());
            default -> throw OauthErrors.of(OAuth2Error.UNSUPPORTED_GRANT_TYPE);
        };
    }

    private Answer byCode(Sent sent, AuthorizationCodeGrant code) {
        if (code.getCodeVerifier() == null || code.getRedirectionURI() == null) {
            throw OauthErrors.of(
                    OAuth2Error.INVALID_REQUEST, "code_verifier and redirect_uri are required");
        }
        String challenge =
                CodeChallenge.compute(CodeChallengeMethod.S256, code.getCodeVerifier()).getValue();
        Grants.Exchanged exchanged =
                grants.exchange(
                                sent.app(),
                                sent.client(),
                                code.getAuthorizationCode().getValue(),
                                code.getRedirectionURI().toString(),
                                challenge,
                                provider.settings(sent.app()).lengths())
                        .orElseThrow(OauthErrors::invalidGrant);
        return issued(sent, exchanged, exchanged.grant().scopes());
    }

    private Answer byRefreshToken(Sent sent, RefreshTokenGrant refresh, Scope narrower) {
        String token = refresh.getRefreshToken().getValue();
        Optional<Grant> grant = grants.everOfRefreshToken(sent.app(), token);
        if (grant.isPresent()
                && narrower != null
                && !grant.get().scopes().containsAll(narrower.toStringList())) {
            throw OauthErrors.of(OAuth2Error.INVALID_SCOPE);
        }
        Grants.Exchanged exchanged =
                grants.refresh(
                                sent.app(),
                                sent.client(),
                                token,
                                provider.settings(sent.app()).lengths())
                        .orElseThrow(OauthErrors::invalidGrant);
        Set<String> scopes =
                narrower == null
                        ? exchanged.grant().scopes()
                        : new LinkedHashSet<>(narrower.toStringList());
        return issued(sent, exchanged, scopes);
    }

    private Answer issued(Sent sent, Grants.Exchanged exchanged, Set<String> wanted) {
        App app = sent.app();
        // The owner of the app may have taken some from the client since the user let it have them.
        Set<String> scopes = new LinkedHashSet<>(wanted);
        scopes.retainAll(sent.client().metadata().scopes());
        Grant grant = exchanged.grant();
        // A user who is locked out, or was deleted a moment ago, gets nothing.
        ObjectNode user =
                users.find(app, grant.userId())
                        .filter(each ->
                                !(each.path("ACL").isObject() && each.path("ACL").isEmpty()))
                        .orElseThrow(() -> {
                            grants.end(app, grant.id());
                            return OauthErrors.invalidGrant();
                        });
        OpenidSettings settings = provider.settings(app);
        var length = settings.lengths().access();
        String subject = provider.subject(app, sent.client(), grant.userId());
        String access = provider.jwts().access(app, grant, subject, scopes, length);
        ObjectNode answer =
                Json.object()
                        .put("access_token", access)
                        .put("token_type", "Bearer")
                        .put("expires_in", length.toSeconds())
                        .put("scope", Scopes.text(scopes));
        exchanged.refreshToken().ifPresent(token -> answer.put("refresh_token", token));
        if (scopes.contains(Scopes.OPENID)) {
            Map<String, Object> claims = UserClaims.of(user, subject, scopes, settings);
            answer.put(
                    "id_token",
                    provider.jwts().id(app, grant, claims, exchanged.nonce(), access, length));
        }
        return OauthErrors.secret(Answer.ok(answer));
    }

    /// Tells a client who the user of an access token is.
    Answer userInfo(Call call) {
        App app = provider.app(call);
        String header = call.header("Authorization").orElse("");
        String token =
                header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        ? header.substring(BEARER.length()).strip()
                        : call.body().path("access_token").asString("");
        Optional<AccessTokens.Valid> valid = tokens.find(app, token);
        if (valid.isEmpty()) {
            return OauthErrors.bearer(401, "invalid_token");
        }
        if (!valid.get().access().scopes().contains(Scopes.OPENID)) {
            return OauthErrors.bearer(403, "insufficient_scope");
        }
        return users.find(app, valid.get().grant().userId())
                .map(user ->
                        UserClaims.of(
                                user,
                                valid.get().access().subject(),
                                valid.get().access().scopes(),
                                provider.settings(app)))
                .map(claims -> OauthErrors.secret(Answer.ok(Json.mapper().valueToTree(claims))))
                .orElseGet(() -> OauthErrors.bearer(401, "invalid_token"));
    }

    /// Tells a client what a token of its own is worth. What it may not know is not active.
    Answer introspect(Call call) {
        return requests.handle(
                call,
                sent -> {
                    if (sent.client().isPublic()) {
                        throw OauthErrors.of(OAuth2Error.UNAUTHORIZED_CLIENT);
                    }
                    String token = required(sent);
                    ObjectNode answer =
                            tokens.find(sent.app(), token)
                                    .filter(valid -> isOwn(sent, valid.grant()))
                                    .map(valid -> shown(sent.app(), valid))
                                    .or(() ->
                                            grants.ofRefreshToken(sent.app(), token)
                                                    .filter(grant -> isOwn(sent, grant))
                                                    .map(grant -> shown(sent, grant)))
                                    .orElseGet(() -> Json.object().put("active", false));
                    return OauthErrors.secret(Answer.ok(answer));
                });
    }

    private static String required(Sent sent) {
        String token = sent.text("token");
        if (token.isEmpty()) {
            throw OauthErrors.of(OAuth2Error.INVALID_REQUEST, "token is required");
        }
        return token;
    }

    private static boolean isOwn(Sent sent, Grant grant) {
        return grant.clientId().equals(sent.client().id());
    }

    private ObjectNode shown(App app, AccessTokens.Valid valid) {
        return Json.object()
                .put("active", true)
                .put("iss", provider.issuer(app))
                .put("sub", valid.access().subject())
                .put("client_id", valid.access().clientId())
                .put("scope", Scopes.text(valid.access().scopes()))
                .put("token_type", "Bearer")
                .put("iat", valid.access().issuedAt().getEpochSecond())
                .put("exp", valid.access().expiresAt().getEpochSecond());
    }

    private ObjectNode shown(Sent sent, Grant grant) {
        return Json.object()
                .put("active", true)
                .put("iss", provider.issuer(sent.app()))
                .put("sub", provider.subject(sent.app(), sent.client(), grant.userId()))
                .put("client_id", grant.clientId())
                .put("scope", Scopes.text(grant.scopes()))
                .put("token_type", "refresh_token");
    }

    /// Ends what a token was given for. A token that is none, or another client's, has ended.
    Answer revoke(Call call) {
        return requests.handle(
                call,
                sent -> {
                    String token = required(sent);
                    tokens.find(sent.app(), token)
                            .map(AccessTokens.Valid::grant)
                            .or(() -> grants.everOfRefreshToken(sent.app(), token))
                            .filter(grant -> isOwn(sent, grant))
                            .ifPresent(grant -> grants.end(sent.app(), grant.id()));
                    return OauthErrors.secret(Answer.ok(Json.object()));
                });
    }
}
