package dev.rialto.openid;

import dev.rialto.kernel.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// How an app is an OpenID provider.
///
/// @param enabled whether it is one
/// @param claims the app's own claims of the scope `profile`, and the fields of `_User` they come
///   from
public record OpenidSettings(
        boolean enabled,
        Subject subject,
        Map<String, String> claims,
        Lengths lengths,
        Duration keyRotation) {
    private static final int MAX_CLAIMS = 50;
    private static final Pattern CLAIM = Pattern.compile("[A-Za-z][A-Za-z0-9_:/.-]{0,99}");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,127}");

    /// Claims that say what the protocol or the server says, and not the app.
    private static final Set<String> RESERVED =
            Set.of(
                    "iss",
                    "sub",
                    "aud",
                    "exp",
                    "iat",
                    "nbf",
                    "jti",
                    "nonce",
                    "auth_time",
                    "at_hash",
                    "c_hash",
                    "s_hash",
                    "sid",
                    "azp",
                    "amr",
                    "acr",
                    "cnf",
                    "scope",
                    "client_id",
                    "grant",
                    "email",
                    "email_verified",
                    "phone_number",
                    "phone_number_verified",
                    "preferred_username",
                    "updated_at");

    private static final Set<String> HIDDEN_FIELDS = Set.of("password", "authData", "ACL");

    /// Who a user is to clients.
    public enum Subject {
        /// The user's object id.
        PUBLIC,
        /// An id that differs between clients of different hosts.
        PAIRWISE
    }

    /// How long things are good for.
    ///
    /// @param access an access or ID token
    /// @param refresh a refresh token that is not used
    /// @param grace how long a used refresh token may be used once more, because the answer was
    ///   lost
    /// @param logIn how long a browser remembers who has logged in
    public record Lengths(Duration access, Duration refresh, Duration grace, Duration logIn) {
        static final Duration MAX_ACCESS = Duration.ofHours(1);

        public Lengths {
            if (access.compareTo(Duration.ofMinutes(1)) < 0 || access.compareTo(MAX_ACCESS) > 0) {
                throw new IllegalArgumentException("openid.access-token-length must be 1m to 1h");
            }
            if (refresh.compareTo(access) < 0 || refresh.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException(
                        "openid.refresh-token-length must be openid.access-token-length to 365d");
            }
            if (grace.isNegative() || grace.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("openid.refresh-token-grace must be 0s to 1m");
            }
            if (!logIn.isPositive() || logIn.compareTo(Duration.ofDays(90)) > 0) {
                throw new IllegalArgumentException("openid.login-length must be at most 90d");
            }
        }
    }

    public OpenidSettings {
        claims = Map.copyOf(claims);
        if (claims.size() > MAX_CLAIMS) {
            throw new IllegalArgumentException(
                    "openid.claims must name at most " + MAX_CLAIMS + " claims");
        }
        claims.forEach(OpenidSettings::requireClaim);
        if (keyRotation.compareTo(Duration.ofHours(2)) < 0
                || keyRotation.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("openid.key-rotation must be 2h to 365d");
        }
    }

    private static void requireClaim(String claim, String field) {
        if (!CLAIM.matcher(claim).matches() || RESERVED.contains(claim)) {
            throw new IllegalArgumentException(
                    "openid.claims: \"%s\" is not a claim that an app may set".formatted(claim));
        }
        if (!FIELD.matcher(field).matches() || HIDDEN_FIELDS.contains(field)) {
            throw new IllegalArgumentException(
                    "openid.claims: \"%s\" is not a field that clients may know".formatted(field));
        }
    }

    public static OpenidSettings defaults() {
        return new OpenidSettings(
                false,
                Subject.PUBLIC,
                Map.of(),
                new Lengths(
                        Duration.ofMinutes(10),
                        Duration.ofDays(30),
                        Duration.ofSeconds(10),
                        Duration.ofHours(12)),
                Duration.ofDays(90));
    }

    /// Reads what the operator or an app's owner has set.
    public static OpenidSettings read(Settings in) {
        OpenidSettings standard = defaults();
        boolean enabled = in.yes("openid.enabled", standard.enabled());
        Subject subject = in.choice("openid.subject", Subject.class, standard.subject());
        List<String> claims = in.list("openid.claims", List.of());
        Duration access = in.duration("openid.access-token-length", standard.lengths().access());
        Duration refresh = in.duration("openid.refresh-token-length", standard.lengths().refresh());
        Duration grace = in.duration("openid.refresh-token-grace", standard.lengths().grace());
        Duration logIn = in.duration("openid.login-length", standard.lengths().logIn());
        Duration rotation = in.duration("openid.key-rotation", standard.keyRotation());
        return in.build(
                standard,
                () ->
                        new OpenidSettings(
                                enabled,
                                subject,
                                mapping(claims),
                                new Lengths(access, refresh, grace, logIn),
                                rotation));
    }

    private static Map<String, String> mapping(List<String> entries) {
        Map<String, String> claims = new LinkedHashMap<>();
        for (String entry : entries) {
            int colon = entry.lastIndexOf(':');
            String claim = (colon < 0 ? entry : entry.substring(0, colon)).strip();
            String field = (colon < 0 ? entry : entry.substring(colon + 1)).strip();
            if (claims.putIfAbsent(claim, field) != null) {
                throw new IllegalArgumentException(
                        "openid.claims names \"%s\" twice".formatted(claim));
            }
        }
        return claims;
    }
}
