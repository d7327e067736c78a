package dev.rialto.backup;

import dev.rialto.kernel.Json;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A file at a target, as it is stored there: compressed, maybe encrypted.
///
/// @param key its path at the target, with slashes
/// @param size in bytes
/// @param sha256 in hexadecimal
record StoredObject(String key, long size, String sha256) {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._/-]{0,299}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    StoredObject {
        requireKey(key);
        if (size < 0 || !DIGEST.matcher(sha256).matches()) {
            throw new IllegalArgumentException("size or digest of " + key + " is not valid");
        }
    }

    /// Rejects what could lead out of the target.
    static String requireKey(String key) {
        if (!KEY.matcher(key).matches() || key.contains("..") || key.contains("//")) {
            throw new IllegalArgumentException("not a valid key: " + key);
        }
        return key;
    }

    ObjectNode toJson() {
        return Json.object().put("key", key).put("size", size).put("sha256", sha256);
    }

    static StoredObject of(JsonNode json) {
        return new StoredObject(
                json.path("key").asString(""),
                json.path("size").asLong(-1),
                json.path("sha256").asString(""));
    }
}
