package dev.rialto.files;

import dev.rialto.files.spi.FileInfo;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.HttpDate;
import dev.rialto.kernel.App;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Sends one file to a client: conditional and partial requests, and headers that keep browsers
/// from running uploaded content.
///
/// @param name as stored
/// @param caching value of the header `Cache-Control`; empty for a file whose reads are watched
record Download(StoredFiles files, App app, String name, FileInfo facts, Optional<String> caching) {
    private static final int BUFFER = 64 << 10;

    Answer answer(Call call) {
        if (isUnchanged(call)) {
            return empty(304, headers());
        }
        ByteRange range =
                call.header("Range")
                        .filter(_ -> call.header("If-Range").map(this::isCurrent).orElse(true))
                        .map(header -> ByteRange.read(header, facts.length()))
                        .orElseGet(ByteRange.Whole::new);
        Map<String, String> headers = headers();
        return switch (range) {
            case ByteRange.Whole _ -> part(200, headers, 0, facts.length());
            case ByteRange.Part(long from, long length) -> {
                headers.put(
                        "Content-Range",
                        "bytes " + from + "-" + (from + length - 1) + "/" + facts.length());
                yield part(206, headers, from, length);
            }
            case ByteRange.Unsatisfiable _ -> {
                headers.put("Content-Range", "bytes */" + facts.length());
                yield empty(416, headers);
            }
        };
    }

    private Answer part(int status, Map<String, String> headers, long from, long length) {
        return new Answer(
                status, headers, new Answer.Body.Stream(length, out -> copy(out, from, length)));
    }

    private static Answer empty(int status, Map<String, String> headers) {
        return new Answer(status, headers, new Answer.Body.Bytes(new byte[0]));
    }

    private void copy(OutputStream out, long from, long length) throws IOException {
        try (InputStream content = files.open(app, name, from)) {
            var buffer = new byte[(int) Math.min(BUFFER, length)];
            long left = length;
            while (left > 0) {
                int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw new EOFException(name + " ends " + left + " bytes early");
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        }
    }

    private Map<String, String> headers() {
        var type = ContentType.stored(facts.label().contentType());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type.wire());
        headers.put("ETag", entityTag());
        headers.put("Last-Modified", HttpDate.format(facts.createdAt()));
        headers.put("Accept-Ranges", "bytes");
        caching.ifPresent(value -> headers.put("Cache-Control", value));
        headers.put("X-Content-Type-Options", "nosniff");
        if (!type.isHarmless()) {
            headers.put("Content-Disposition", "attachment");
            headers.put("Content-Security-Policy", "sandbox; default-src 'none'");
        }
        return headers;
    }

    private String entityTag() {
        return '"' + facts.digest().substring(0, 32) + '"';
    }

    private boolean isUnchanged(Call call) {
        Optional<String> known = call.header("If-None-Match");
        if (known.isPresent()) {
            return Arrays.stream(known.get().split(",", -1))
                    .map(String::strip)
                    .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                    .anyMatch(tag -> tag.equals("*") || tag.equals(entityTag()));
        }
        return call.header("If-Modified-Since")
                .flatMap(Download::date)
                .map(since -> !facts.createdAt().isAfter(since))
                .orElse(false);
    }

    /// Whether the condition of an `If-Range` header holds.
    private boolean isCurrent(String condition) {
        return condition.startsWith("\"")
                ? condition.equals(entityTag())
                : date(condition).map(facts.createdAt()::equals).orElse(false);
    }

    private static Optional<Instant> date(String header) {
        try {
            return Optional.of(
                    Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip())));
        } catch (DateTimeParseException unreadable) {
            return Optional.empty();
        }
    }
}
