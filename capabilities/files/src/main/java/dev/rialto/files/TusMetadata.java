package dev.rialto.files;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client tells of an upload, in the header `Upload-Metadata`: `filename
/// d29ybGQudHh0,draft`.
///
/// @param values of the keys, decoded
record TusMetadata(Map<String, byte[]> values) {
    static final String HEADER = "Upload-Metadata";

    private static final int MAX_LENGTH = 8 << 10;
    private static final Pattern KEY = Pattern.compile("[!-+\\--~]{1,100}");

    /// The name of a file that the client does not name.
    private static final String NAMELESS = "file";

    /// Reads a header.
    ///
    /// @throws RialtoException INVALID_VALUE
    static TusMetadata parse(String header) {
        if (header.length() > MAX_LENGTH) {
            throw invalid("is longer than " + MAX_LENGTH + " characters");
        }
        if (!TusRequest.isPrintable(header)) {
            throw invalid("must be of ASCII characters");
        }
        Map<String, byte[]> values = new LinkedHashMap<>();
        if (!header.isBlank()) {
            for (String pair : header.split(",", -1)) {
                add(pair.strip(), values);
            }
        }
        return new TusMetadata(values);
    }

    private static void add(String pair, Map<String, byte[]> values) {
        int space = pair.indexOf(' ');
        String key = space < 0 ? pair : pair.substring(0, space);
        if (!KEY.matcher(key).matches()) {
            throw invalid("must consist of keys and values in base64, separated by commas");
        }
        if (values.putIfAbsent(key, decoded(key, space < 0 ? "" : pair.substring(space + 1)))
                != null) {
            throw invalid("has the key " + key + " twice");
        }
    }

    private static byte[] decoded(String key, String value) {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException _) {
            throw invalid("must have the value of " + key + " in base64");
        }
    }

    /// The name of the file.
    String name() {
        return text("filename", "name").orElse(NAMELESS);
    }

    /// The type of the file, as the client declares it.
    Optional<String> type() {
        return text("filetype", "type");
    }

    /// The further data of the file, as in the JSON form of an upload.
    ObjectNode data() {
        ObjectNode data = Json.object();
        text("directory").ifPresent(directory -> data.put("directory", directory));
        for (String key : new String[] {"metadata", "tags", "acl"}) {
            text(key).ifPresent(json -> data.set(key, json(key, json)));
        }
        return data;
    }

    private static JsonNode json(String key, String json) {
        try {
            return Json.read(json);
        } catch (JacksonException _) {
            throw invalid("must have JSON as the value of " + key);
        }
    }

    /// The value of the first of these keys that has one.
    private Optional<String> text(String... keys) {
        return Stream.of(keys)
                .filter(values::containsKey)
                .map(key -> decoded(key, values.getOrDefault(key, new byte[0])))
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    private static String decoded(String key, byte[] value) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException _) {
            throw invalid("must have the value of " + key + " in UTF-8");
        }
    }

    private static RialtoException invalid(String why) {
        return new RialtoException(ErrorCode.INVALID_VALUE, HEADER + " " + why);
    }
}
