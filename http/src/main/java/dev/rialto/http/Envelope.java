package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a request says about itself beside its operation's parameters: app, keys, session, client.
/// It comes from headers, from HTTP authentication, Basic or Bearer, or, as the JavaScript SDK
/// sends it, from underscore fields of the body. The earlier of these wins, except for the context.
final class Envelope {
    /// One thing a request may say about itself.
    enum Part {
        APP_ID("X-Parse-Application-Id", "_ApplicationId"),
        MASTER_KEY("X-Parse-Master-Key", "_MasterKey"),
        MAINTENANCE_KEY("X-Parse-Maintenance-Key", "_MaintenanceKey"),
        JAVASCRIPT_KEY("X-Parse-Javascript-Key", "_JavaScriptKey"),
        REST_KEY("X-Parse-REST-API-Key", "_RestKey"),
        CLIENT_KEY("X-Parse-Client-Key", "_ClientKey"),
        DOTNET_KEY("X-Parse-Windows-Key", "_WindowsKey"),
        SESSION_TOKEN("X-Parse-Session-Token", "_SessionToken"),
        INSTALLATION_ID("X-Parse-Installation-Id", "_InstallationId"),
        CLIENT_VERSION("X-Parse-Client-Version", "_ClientVersion"),
        REVOCABLE_SESSION("X-Parse-Revocable-Session", "_RevocableSession"),
        CLOUD_CONTEXT("X-Parse-Cloud-Context", "_context"),
        CONTENT_TYPE("Content-Type", "_ContentType");

        private static final Part[] ALL = values();

        @SuppressWarnings("ImmutableEnumChecker") // a header's name never changes
        private final HeaderName header;

        private final String lowerCaseHeader;
        private final String field;

        Part(String header, String field) {
            this.header = HeaderNames.create(header);
            this.lowerCaseHeader = header.toLowerCase(Locale.ROOT);
            this.field = field;
        }
    }

    private static final Map<Part, ClientKeyKind> CLIENT_KEYS =
            Map.of(
                    Part.JAVASCRIPT_KEY, ClientKeyKind.JAVASCRIPT,
                    Part.REST_KEY, ClientKeyKind.REST,
                    Part.CLIENT_KEY, ClientKeyKind.CLIENT,
                    Part.DOTNET_KEY, ClientKeyKind.DOTNET);

    private static final String METHOD = "_method";
    private static final String NO_BODY = "_noBody";
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    /// The type of access tokens that are JWTs, by RFC 9068.
    private static final String ACCESS_TOKEN = "at+jwt";

    private static final int MAX_TOKEN_HEADER = 1_000;
    private static final String JAVASCRIPT_PASSWORD = "javascript-key=";

    private static final String REQUEST_ID = "X-Parse-Request-Id";

    /// Headers that prove who asks. Code that an app runs is told who asks, and not the proof.
    private static final Set<String> CREDENTIALS =
            Set.of(
                    "authorization",
                    "proxy-authorization",
                    "cookie",
                    "x-parse-master-key",
                    "x-parse-maintenance-key",
                    "x-parse-javascript-key",
                    "x-parse-rest-api-key",
                    "x-parse-client-key",
                    "x-parse-windows-key",
                    "x-parse-session-token");

    private final Headers headers;
    private final Map<Part, String> found;
    private final String entrySuffix;

    /// @throws RialtoException MALFORMED_REQUEST when a header comes twice
    Envelope(Headers headers) {
        this(headers, new EnumMap<>(Part.class), "");
        for (var part : Part.ALL) {
            if (part != Part.CONTENT_TYPE && headers.contains(part.header)) {
                var header = headers.get(part.header);
                if (header.valueCount() > 1) {
                    throw new RialtoException(
                            ErrorCode.MALFORMED_REQUEST,
                            "more than one header " + part.header.defaultCase());
                }
                put(part, header.get());
            }
        }
        if (headers.contains(HeaderNames.AUTHORIZATION)) {
            var authorization = headers.get(HeaderNames.AUTHORIZATION).get();
            if (!found.containsKey(Part.APP_ID)) {
                readBasic(authorization);
            }
            if (!found.containsKey(Part.SESSION_TOKEN)) {
                readBearer(authorization);
            }
        }
    }

    private Envelope(Headers headers, Map<Part, String> found, String entrySuffix) {
        this.headers = headers;
        this.found = found;
        this.entrySuffix = entrySuffix;
    }

    /// The envelope as an entry of this batch sees it: the name of the request becomes one of its
    /// own, so that each entry of a batch that is sent again is known.
    Envelope ofEntry(int position) {
        return new Envelope(headers, found, "." + position);
    }

    /// What the request says; absent when it says nothing or an empty text.
    @Nullable String get(Part part) {
        return found.get(part);
    }

    /// The keys that were sent.
    SentKeys keys() {
        var client = new EnumMap<ClientKeyKind, String>(ClientKeyKind.class);
        CLIENT_KEYS.forEach((part, kind) -> {
            var key = found.get(part);
            if (key != null) {
                client.put(kind, key);
            }
        });
        return new SentKeys(
                Optional.ofNullable(found.get(Part.MAINTENANCE_KEY)),
                Optional.ofNullable(found.get(Part.MASTER_KEY)),
                client);
    }

    /// The headers that a request may say something about itself by.
    static List<String> headers() {
        var names = new ArrayList<String>();
        for (var part : Part.ALL) {
            names.add(part.header.defaultCase());
        }
        names.add(REQUEST_ID);
        names.add("Authorization");
        return names;
    }

    /// A header, or what the body holds in its place.
    Optional<String> header(String name) {
        var lowerCase = name.toLowerCase(Locale.ROOT);
        for (var part : Part.ALL) {
            if (part.lowerCaseHeader.equals(lowerCase) && found.containsKey(part)) {
                return Optional.of(found.get(part));
            }
        }
        Optional<String> given = headers.first(HeaderNames.create(lowerCase, name));
        return !entrySuffix.isEmpty() && name.equalsIgnoreCase(REQUEST_ID)
                ? given.filter(id -> !id.isEmpty()).map(id -> id + entrySuffix)
                : given;
    }

    /// All headers by their names in lower case, without credentials.
    Map<String, String> headersWithoutCredentials() {
        Map<String, String> told = new LinkedHashMap<>();
        for (var each : headers) {
            var name = each.headerName().lowerCase();
            if (!CREDENTIALS.contains(name)) {
                told.put(name, String.join(", ", each.allValues()));
            }
        }
        return told;
    }

    /// What is sent along for functions and triggers, as a new node.
    ObjectNode context() {
        var text = found.get(Part.CLOUD_CONTEXT);
        return text == null ? Json.object() : (ObjectNode) Json.read(text);
    }

    /// Takes the underscore fields out of a body. Of one that an SDK wrote, which says there what
    /// it says of the app, the context wins over the header.
    ///
    /// @return the method the body asks for, or null
    /// @throws RialtoException MALFORMED_REQUEST when one of the fields is not a text,
    ///   INVALID_SESSION_TOKEN when it is the session token
    @Nullable String takeFrom(ObjectNode body) {
        if (!mayHoldFields(body)) {
            return null;
        }
        boolean contextWins = body.has(Part.APP_ID.field);
        for (var part : Part.ALL) {
            var value = body.remove(part.field);
            if (value != null
                    && !value.isNull()
                    && ((part == Part.CLOUD_CONTEXT && contextWins) || !found.containsKey(part))) {
                put(
                        part,
                        part == Part.CLOUD_CONTEXT ? contextText(value) : text(part.field, value));
            }
        }
        // SDKs say with it that they sent a body only to carry these fields.
        body.remove(NO_BODY);
        var method = body.remove(METHOD);
        return method == null || method.isNull() ? null : text(METHOD, method);
    }

    private static boolean mayHoldFields(ObjectNode body) {
        for (var property : body.properties()) {
            if (property.getKey().startsWith("_")) {
                return true;
            }
        }
        return false;
    }

    private void put(Part part, String value) {
        if (!value.isEmpty()) {
            if (part == Part.CLOUD_CONTEXT) {
                checkContext(value);
            }
            found.put(part, value);
        }
    }

    private void readBasic(String authorization) {
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return;
        }
        String decoded;
        try {
            var bytes = Base64.getDecoder().decode(authorization.substring(BASIC.length()).strip());
            decoded = new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new RialtoException(
                    ErrorCode.MALFORMED_REQUEST, "Authorization: Basic must contain base64");
        }
        int colon = decoded.indexOf(':');
        if (colon < 0) {
            return;
        }
        put(Part.APP_ID, decoded.substring(0, colon));
        var password = decoded.substring(colon + 1);
        if (password.startsWith(JAVASCRIPT_PASSWORD)) {
            put(Part.JAVASCRIPT_KEY, password.substring(JAVASCRIPT_PASSWORD.length()));
        } else if (!found.containsKey(Part.MASTER_KEY)) {
            put(Part.MASTER_KEY, password);
        }
    }

    /// Other bearer tokens are the affair of the code of apps that asks for them.
    private void readBearer(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return;
        }
        var token = authorization.substring(BEARER.length()).strip();
        int dot = token.indexOf('.');
        if (dot < 0 || dot > MAX_TOKEN_HEADER) {
            return;
        }
        try {
            var header = Json.read(Base64.getUrlDecoder().decode(token.substring(0, dot)));
            if (header.path("typ").asString("").equals(ACCESS_TOKEN)) {
                put(Part.SESSION_TOKEN, token);
            }
        } catch (IllegalArgumentException | JacksonException _) {
            // not a token of this kind
        }
    }

    private static void checkContext(String value) {
        try {
            if (Json.read(value).isObject()) {
                return;
            }
        } catch (JacksonException _) {
            // refused below, as Parse words it
        }
        throw new RialtoException(ErrorCode.INVALID_JSON, "Invalid object for context.");
    }

    private static String contextText(JsonNode value) {
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static String text(String field, JsonNode value) {
        if (value.isString()) {
            return value.stringValue();
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asString();
        }
        throw field.equals(Part.SESSION_TOKEN.field)
                ? new RialtoException(ErrorCode.INVALID_SESSION_TOKEN, "Invalid session token")
                : new RialtoException(ErrorCode.MALFORMED_REQUEST, field + " must be a string");
    }
}
