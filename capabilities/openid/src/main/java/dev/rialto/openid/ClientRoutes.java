package dev.rialto.openid;

import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import java.text.ParseException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Registers clients for the owner of an app, and shows users what they let clients do.
final class ClientRoutes {
    private static final int MAX_CLIENTS = 1_000;
    private static final int MAX_NAME = 100;
    private static final int MAX_URIS = 20;
    private static final int MAX_JWKS = 20_000;

    private static final Set<String> FIELDS =
            Set.of(
                    "name",
                    "public",
                    "trusted",
                    "redirectUris",
                    "postLogoutRedirectUris",
                    "scopes",
                    "jwks");

    private static final JsonSchema INPUT =
            JsonSchema.object()
                    .with("name", JsonSchema.string())
                    .with("public", JsonSchema.bool())
                    .with("trusted", JsonSchema.bool())
                    .with("redirectUris", JsonSchema.array(JsonSchema.string("uri")))
                    .with("postLogoutRedirectUris", JsonSchema.array(JsonSchema.string("uri")))
                    .with("scopes", JsonSchema.array(JsonSchema.string()))
                    .with("jwks", JsonSchema.map(JsonSchema.any()));

    private static final JsonSchema SHOWN =
            INPUT.with("id", JsonSchema.string())
                    .with("createdAt", JsonSchema.string("date-time"))
                    .with("updatedAt", JsonSchema.string("date-time"));

    private static final JsonSchema WITH_SECRET = SHOWN.with("secret", JsonSchema.string());

    private final ClientStore clients;
    private final Grants grants;
    private final SigningKeys keys;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    ClientRoutes(ClientStore clients, Grants grants, SigningKeys keys, InstantSource clock) {
        this.clients = clients;
        this.grants = grants;
        this.keys = keys;
        this.clock = clock;
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("openid.create-client", "/openid/clients")
                        .access(Access.MASTER)
                        .summary("Registers a program that users may sign in to.")
                        .input(INPUT)
                        .output(201, WITH_SECRET)
                        .errors(ErrorCode.INVALID_VALUE, ErrorCode.EXCEEDED_QUOTA)
                        .handle(this::create),
                Operation.get("openid.clients", "/openid/clients")
                        .access(Access.MASTER_READ)
                        .summary("Lists the programs that users may sign in to.")
                        .output(JsonSchema.object().requiring("results", JsonSchema.array(SHOWN)))
                        .handle(this::list),
                Operation.get("openid.client", "/openid/clients/{clientId}")
                        .access(Access.MASTER_READ)
                        .summary("Shows a program that users may sign in to.")
                        .output(SHOWN)
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(call -> Answer.ok(require(call).shown())),
                Operation.put("openid.update-client", "/openid/clients/{clientId}")
                        .access(Access.MASTER)
                        .summary("Changes what is registered of a program.")
                        .input(INPUT)
                        .output(SHOWN)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.INVALID_VALUE)
                        .handle(this::update),
                Operation.post("openid.replace-secret", "/openid/clients/{clientId}/secret")
                        .access(Access.MASTER)
                        .summary("Gives a program another secret; the old one ends.")
                        .output(WITH_SECRET)
                        .errors(ErrorCode.OBJECT_NOT_FOUND, ErrorCode.INVALID_VALUE)
                        .handle(this::replaceSecret),
                Operation.delete("openid.delete-client", "/openid/clients/{clientId}")
                        .access(Access.MASTER)
                        .summary("Removes a program and ends what users let it do.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.OBJECT_NOT_FOUND)
                        .handle(this::delete),
                Operation.delete("openid.replace-keys", "/openid/keys")
                        .access(Access.MASTER)
                        .summary("Replaces the keys that sign tokens; all tokens end.")
                        .output(JsonSchema.object())
                        .handle(this::replaceKeys),
                Operation.get("openid.consents", "/openid/consents")
                        .summary("Lists what the user lets programs do.")
                        .output(
                                JsonSchema.object()
                                        .requiring(
                                                "results",
                                                JsonSchema.array(JsonSchema.map(JsonSchema.any()))))
                        .errors(ErrorCode.SESSION_MISSING)
                        .handle(this::consents),
                Operation.delete("openid.revoke-consent", "/openid/consents/{clientId}")
                        .summary("Ends what the user lets a program do.")
                        .output(JsonSchema.object())
                        .errors(ErrorCode.SESSION_MISSING)
                        .handle(this::revoke));
    }

    private Answer create(Call call) {
        Client.Metadata metadata = read(Json.object(), call.body());
        String secret = Tokens.random();
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var client =
                new Client(
                        ids.objectId(),
                        needsSecret(metadata) ? Optional.of(Tokens.hash(secret)) : Optional.empty(),
                        metadata,
                        now,
                        now);
        if (!clients.add(call.app(), client, MAX_CLIENTS)) {
            throw new RialtoException(
                    ErrorCode.EXCEEDED_QUOTA, "an app has at most " + MAX_CLIENTS + " clients");
        }
        return Answer.of(201, shown(client, secret));
    }

    private static boolean needsSecret(Client.Metadata metadata) {
        return !metadata.isPublic() && metadata.jwks().isEmpty();
    }

    private static ObjectNode shown(Client client, String secret) {
        ObjectNode shown = client.shown();
        return client.secretHash().isPresent() ? shown.put("secret", secret) : shown;
    }

    private Answer list(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        clients.list(call.app()).forEach(each -> results.add(each.shown()));
        return Answer.ok(answer);
    }

    private Client require(Call call) {
        return clients.find(call.app(), call.path("clientId"))
                .orElseThrow(
                        () -> new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "client not found"));
    }

    /// Changes the fields that are sent. A client stays public, or stays one that authenticates.
    private Answer update(Call call) {
        Client old = require(call);
        Client.Metadata metadata = read(old.metadata().json(), call.body());
        if (metadata.isPublic() != old.isPublic()
                || metadata.jwks().isPresent() != old.metadata().jwks().isPresent()) {
            throw invalid("how a client authenticates can't change: register another one");
        }
        var client =
                new Client(
                        old.id(),
                        old.secretHash(),
                        metadata,
                        old.createdAt(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS));
        clients.replace(call.app(), client);
        return Answer.ok(client.shown());
    }

    private Answer replaceSecret(Call call) {
        Client old = require(call);
        if (old.secretHash().isEmpty()) {
            throw invalid("this client has no secret");
        }
        String secret = Tokens.random();
        var client =
                new Client(
                        old.id(),
                        Optional.of(Tokens.hash(secret)),
                        old.metadata(),
                        old.createdAt(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS));
        clients.replace(call.app(), client);
        return Answer.ok(shown(client, secret));
    }

    private Answer delete(Call call) {
        Client client = require(call);
        grants.endAllOf(call.app(), client.id());
        clients.remove(call.app(), client.id());
        return Answer.ok(Json.object());
    }

    private Answer replaceKeys(Call call) {
        keys.replaceAll(call.app());
        return Answer.ok(Json.object());
    }

    private Answer consents(Call call) {
        ObjectNode answer = Json.object();
        ArrayNode results = answer.putArray("results");
        for (ClientStore.Consent each : clients.consents(call.app(), requireUser(call).id())) {
            ObjectNode shown =
                    results.addObject().put("clientId", each.clientId()).put("name", each.name());
            each.scopes().forEach(shown.putArray("scopes")::add);
            shown.put("givenAt", each.givenAt().toString());
        }
        return Answer.ok(answer);
    }

    private Answer revoke(Call call) {
        Caller.User user = requireUser(call);
        clients.forget(call.app(), user.id(), call.path("clientId"));
        grants.endOf(call.app(), user.id(), call.path("clientId"));
        return Answer.ok(Json.object());
    }

    private static Caller.User requireUser(Call call) {
        if (call.caller() instanceof Caller.User user && !user.delegated()) {
            return user;
        }
        throw new RialtoException(
                ErrorCode.SESSION_MISSING, "a session is needed to see what programs may do");
    }

    /// Reads a registration over what there was.
    private static Client.Metadata read(ObjectNode old, ObjectNode said) {
        for (String field : said.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw invalid("a client has no field " + field);
            }
        }
        ObjectNode all = old.deepCopy();
        all.setAll(said);
        JsonNode name = all.path("name");
        if (!name.isString()
                || name.stringValue().isBlank()
                || name.stringValue().length() > MAX_NAME) {
            throw invalid("name must be a string of 1 to " + MAX_NAME + " characters");
        }
        List<String> redirects = uris(all, "redirectUris");
        if (redirects.isEmpty()) {
            throw invalid("redirectUris must have at least one URI");
        }
        boolean isPublic = bool(all, "public");
        Optional<String> jwks = jwks(all.path("jwks"));
        if (isPublic && jwks.isPresent()) {
            throw invalid("a public client has no jwks");
        }
        return new Client.Metadata(
                name.stringValue(),
                isPublic,
                bool(all, "trusted"),
                redirects,
                uris(all, "postLogoutRedirectUris"),
                scopes(all.path("scopes")),
                jwks);
    }

    private static boolean bool(ObjectNode all, String field) {
        JsonNode value = all.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw invalid(field + " must be true or false");
        }
        return value.asBoolean(false);
    }

    private static List<String> uris(ObjectNode all, String field) {
        List<String> uris = new ArrayList<>();
        JsonNode sent = all.path(field);
        if (!sent.isMissingNode() && (!sent.isArray() || sent.size() > MAX_URIS)) {
            throw invalid(field + " must be an array of at most " + MAX_URIS + " URIs");
        }
        for (JsonNode each : sent) {
            if (!each.isString() || !RedirectUris.isAllowed(each.stringValue())) {
                throw invalid(
                        field
                                + ": each must be an https URL, an http URL of the user's own"
                                + " machine (127.0.0.1, [::1], localhost) or have a scheme such as"
                                + " com.example.app, without wildcards, user and fragment");
            }
            uris.add(each.stringValue());
        }
        return uris;
    }

    private static Set<String> scopes(JsonNode sent) {
        if (sent.isMissingNode()) {
            return Scopes.USUAL;
        }
        Set<String> scopes = new HashSet<>();
        for (JsonNode each : sent) {
            scopes.add(each.asString(""));
        }
        if (!sent.isArray() || scopes.isEmpty() || !Set.copyOf(Scopes.ALL).containsAll(scopes)) {
            throw invalid("scopes must be an array of " + String.join(", ", Scopes.ALL));
        }
        return scopes;
    }

    private static Optional<String> jwks(JsonNode sent) {
        if (sent.isMissingNode() || sent.isNull()) {
            return Optional.empty();
        }
        String text = Json.write(sent);
        try {
            JWKSet keys = JWKSet.parse(text.length() > MAX_JWKS ? "" : text);
            boolean isPublic =
                    !keys.isEmpty()
                            && keys.getKeys().stream()
                                    .allMatch(each ->
                                            each instanceof AsymmetricJWK && !each.isPrivate());
            if (isPublic) {
                return Optional.of(text);
            }
        } catch (ParseException _) {
            // rejected below
        }
        throw invalid("jwks must be a JWK set of public keys: {\"keys\": [...]}");
    }

    /// The keys of a client that signs assertions.
    static List<JWK> keys(String jwks) {
        try {
            return JWKSet.parse(jwks).getKeys();
        } catch (ParseException damaged) {
            throw new IllegalStateException("the registered keys can't be read", damaged);
        }
    }

    private static RialtoException invalid(String message) {
        return new RialtoException(ErrorCode.INVALID_VALUE, message);
    }
}
