package dev.rialto.openid;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client learns about a user, by the scopes that it has.
final class UserClaims {
    private static final int MAX_TEXT = 2_000;
    private static final int MAX_VALUES = 100;

    private UserClaims() {}

    /// @param user as it is stored
    static Map<String, Object> of(
            ObjectNode user, String subject, Set<String> scopes, OpenidSettings settings) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", subject);
        if (scopes.contains(Scopes.PROFILE)) {
            put(claims, "name", user.path("name"));
            put(claims, "preferred_username", user.path("username"));
            updatedAt(user).ifPresent(at -> claims.put("updated_at", at.getEpochSecond()));
            settings.claims().forEach((claim, field) -> put(claims, claim, user.path(field)));
        }
        if (scopes.contains(Scopes.EMAIL) && user.path("email").isString()) {
            put(claims, "email", user.path("email"));
            claims.put("email_verified", user.path("emailVerified").asBoolean(false));
        }
        if (scopes.contains(Scopes.PHONE) && user.path("phone").isString()) {
            put(claims, "phone_number", user.path("phone"));
            claims.put("phone_number_verified", user.path("phoneVerified").asBoolean(false));
        }
        return claims;
    }

    private static Optional<Instant> updatedAt(ObjectNode user) {
        JsonNode at = user.path("updatedAt");
        try {
            return Optional.of(Instant.parse(at.path("iso").asString(at.asString(""))));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static void put(Map<String, Object> claims, String claim, JsonNode value) {
        if (value.isArray()) {
            claims.put(
                    claim,
                    StreamSupport.stream(value.spliterator(), false)
                            .filter(JsonNode::isString)
                            .map(JsonNode::stringValue)
                            .filter(each -> each.length() <= MAX_TEXT)
                            .limit(MAX_VALUES)
                            .toList());
        } else if (value.path("iso").isString()) {
            claims.put(claim, value.path("iso").stringValue());
        } else if (value.isString() && value.stringValue().length() <= MAX_TEXT) {
            claims.put(claim, value.stringValue());
        } else if (value.isBoolean()) {
            claims.put(claim, value.booleanValue());
        } else if (value.isNumber()) {
            claims.put(claim, value.numberValue());
        }
    }
}
