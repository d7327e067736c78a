package dev.rialto.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientAuthenticationVerifier;
import com.nimbusds.oauth2.sdk.auth.verifier.ClientCredentialsSelector;
import com.nimbusds.oauth2.sdk.auth.verifier.Context;
import com.nimbusds.oauth2.sdk.auth.verifier.InvalidClientException;
import com.nimbusds.oauth2.sdk.auth.verifier.JWTAudienceCheck;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Takes the requests that clients send themselves: checks who it is, and limits how often it
/// fails.
final class ClientRequests {
    private static final int MAX_LENGTH = 20_000;
    private static final Duration MAX_ASSERTION = Duration.ofHours(1);

    private final Provider provider;
    private final FailureLimit limit;

    ClientRequests(Provider provider) {
        this.provider = provider;
        this.limit = new FailureLimit(provider.clock());
    }

    /// A request of a client that is known by now.
    ///
    /// @param http the request as the protocol's library takes it
    record Sent(App app, Client client, HTTPRequest http) {
        String text(String name) {
            try {
                Object values = http.getBodyAsFormParameters().get(name);
                return values instanceof List<?> list && !list.isEmpty()
                        ? String.valueOf(list.getFirst())
                        : "";
            } catch (ParseException _) {
                return "";
            }
        }
    }

    /// What answers a request, or refuses it.
    interface Handler {
        Answer handle(Sent sent);
    }

    Answer handle(Call call, Handler handler) {
        App app = provider.app(call);
        boolean basic = call.header("Authorization").isPresent();
        String name = "";
        try {
            HTTPRequest http = http(app, call);
            name = clientName(http);
            Optional<Duration> wait = limit.delay(app, name, call.remoteAddress());
            if (wait.isPresent()) {
                throw OauthErrors.tooMany(wait.get());
            }
            return handler.handle(new Sent(app, client(app, http), http));
        } catch (OauthErrors.Refused refused) {
            if (refused.isGuess()) {
                limit.failed(app, name, call.remoteAddress());
            }
            return OauthErrors.answer(refused, basic);
        }
    }

    private HTTPRequest http(App app, Call call) {
        Map<String, List<String>> parameters = new HashMap<>();
        int length = 0;
        for (Map.Entry<String, JsonNode> each : call.body().properties()) {
            if (!each.getValue().isString()) {
                throw OauthErrors.of(
                        OAuth2Error.INVALID_REQUEST, "the body must be a form of strings");
            }
            length += each.getKey().length() + each.getValue().stringValue().length();
            parameters.put(each.getKey(), List.of(each.getValue().stringValue()));
        }
        if (length > MAX_LENGTH) {
            throw OauthErrors.of(OAuth2Error.INVALID_REQUEST, "the body is too long");
        }
        var http = new HTTPRequest(HTTPRequest.Method.POST, URI.create(provider.issuer(app)));
        try {
            http.setContentType("application/x-www-form-urlencoded");
        } catch (ParseException impossible) {
            throw new IllegalStateException(impossible);
        }
        call.header("Authorization").ifPresent(http::setAuthorization);
        http.setBody(URLUtils.serializeParameters(parameters));
        return http;
    }

    private static String clientName(HTTPRequest http) {
        try {
            ClientAuthentication authentication = ClientAuthentication.parse(http);
            if (authentication != null && authentication.getClientID() != null) {
                return authentication.getClientID().getValue();
            }
            Object sent = http.getBodyAsFormParameters().get("client_id");
            return sent instanceof List<?> list && !list.isEmpty()
                    ? String.valueOf(list.getFirst())
                    : "";
        } catch (ParseException _) {
            throw OauthErrors.of(OAuth2Error.INVALID_CLIENT);
        }
    }

    private Client client(App app, HTTPRequest http) {
        Client client =
                provider.clients()
                        .find(app, clientName(http))
                        .orElseThrow(() -> OauthErrors.of(OAuth2Error.INVALID_CLIENT));
        ClientAuthentication authentication;
        try {
            authentication = ClientAuthentication.parse(http);
        } catch (ParseException _) {
            throw OauthErrors.of(OAuth2Error.INVALID_CLIENT);
        }
        boolean proven =
                switch (authentication) {
                    case null -> client.isPublic();
                    case PlainClientSecret secret ->
                            client.secretHash()
                                    .filter(hash ->
                                            Tokens.matches(
                                                    secret.getClientSecret().getValue(), hash))
                                    .isPresent();
                    case PrivateKeyJWT jwt -> isSigned(app, client, jwt);
                    default -> false;
                };
        if (!proven) {
            throw OauthErrors.of(OAuth2Error.INVALID_CLIENT);
        }
        return client;
    }

    /// Whether a client has signed an assertion with one of its keys, for this provider, and has
    /// not used it before.
    private boolean isSigned(App app, Client client, PrivateKeyJWT jwt) {
        if (client.metadata().jwks().isEmpty()) {
            return false;
        }
        var verifier =
                new ClientAuthenticationVerifier<>(
                        new Keys(client.metadata().jwks().get()),
                        Set.of(new Audience(provider.issuer(app))),
                        JWTAudienceCheck.STRICT);
        try {
            verifier.verify(jwt, null, null);
        } catch (InvalidClientException | JOSEException _) {
            return false;
        }
        Instant expiry = jwt.getJWTAuthenticationClaimsSet().getExpirationTime().toInstant();
        String id = String.valueOf(jwt.getJWTAuthenticationClaimsSet().getJWTID());
        return jwt.getJWTAuthenticationClaimsSet().getJWTID() != null
                && expiry.isBefore(provider.clock().instant().plus(MAX_ASSERTION))
                && provider.clients()
                        .useOnce(app, client.id() + "\n" + id, expiry.plus(MAX_ASSERTION));
    }

    /// The registered keys of a client.
    private record Keys(String jwks) implements ClientCredentialsSelector<Object> {
        @Override
        public List<Secret> selectClientSecrets(
                ClientID client, ClientAuthenticationMethod method, Context<Object> context) {
            return List.of();
        }

        @Override
        public List<? extends PublicKey> selectPublicKeys(
                ClientID client,
                ClientAuthenticationMethod method,
                JWSHeader header,
                boolean forceRefresh,
                Context<Object> context)
                throws InvalidClientException {
            List<PublicKey> keys = new ArrayList<>();
            for (JWK each : ClientRoutes.keys(jwks)) {
                boolean named =
                        header.getKeyID() == null || header.getKeyID().equals(each.getKeyID());
                if (named && each instanceof AsymmetricJWK key) {
                    try {
                        keys.add(key.toPublicKey());
                    } catch (JOSEException _) {
                        throw InvalidClientException.NO_MATCHING_JWK;
                    }
                }
            }
            return keys;
        }
    }
}
