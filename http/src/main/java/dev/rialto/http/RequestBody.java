package dev.rialto.http;

import dev.rialto.kernel.BlockInputStream;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of one request: inflated when it is gzip, of bounded size when it is read as JSON, and
/// from a client that keeps up a minimal pace.
final class RequestBody {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int FIRST_BUFFER = 8 << 10;
    private static final int MAX_DRAINED = 32 << 20;

    private final ServerRequest request;
    private final BodyBudget budget;
    private final boolean present;
    private long taken;
    private @Nullable NetworkStream network;
    private @Nullable InputStream content;

    RequestBody(ServerRequest request, BodyBudget budget) {
        this.request = request;
        this.budget = budget;
        this.present = request.content().hasEntity();
    }

    boolean isPresent() {
        return present;
    }

    /// Reads a JSON object. No body at all and an empty array, which some clients send for it, are
    /// an empty object; a form is an object of strings. Whatever the type, a JSON object is one.
    ///
    /// @throws RialtoException REQUEST_TOO_LARGE, REQUEST_TIMEOUT, MALFORMED_REQUEST or
    ///   INVALID_JSON
    ObjectNode json(long limit) {
        if (!present) {
            return Json.object();
        }
        var bytes = read(limit);
        return mediaType().equals(FORM) && !startsLikeObject(bytes)
                ? QueryText.read(new String(bytes, StandardCharsets.UTF_8).strip())
                : parse(bytes);
    }

    /// Whether the body looks like a JSON object: says so or says nothing, and begins like one.
    boolean looksLikeJson() {
        if (!present) {
            return false;
        }
        var mediaType = mediaType();
        if (!mediaType.isEmpty()
                && !mediaType.equals("text/plain")
                && !mediaType.equals("application/json")) {
            return false;
        }
        var stream = stream();
        try {
            stream.mark(1);
            int first = stream.read();
            stream.reset();
            return first == '{';
        } catch (IOException | RuntimeException failure) {
            throw asCallersMistake(failure);
        }
    }

    /// The bytes as the client means them.
    InputStream stream() {
        if (!present) {
            return InputStream.nullInputStream();
        }
        if (content == null) {
            content = new BufferedInputStream(inflated(network()));
        }
        return content;
    }

    /// How many bytes came from the network so far.
    long received() {
        return network == null ? 0 : network.bytes;
    }

    /// Gives back the memory that the body took.
    void release() {
        if (taken > 0) {
            budget.giveBack(taken);
            taken = 0;
        }
    }

    private void take(long size) {
        if (size > BodyBudget.FREE) {
            budget.take(size - taken);
            taken = size;
        }
    }

    /// Reads what is left, within reason, so that the client takes notice of its answer.
    ///
    /// @return whether the end was reached, and the connection may serve another request
    boolean drain() {
        if (!present || request.content().consumed()) {
            return true;
        }
        if (request.headers().contains(HeaderNames.EXPECT) && !request.continueSent()) {
            return false;
        }
        var rest = network();
        var buffer = new byte[FIRST_BUFFER];
        int drained = 0;
        try {
            while (drained < MAX_DRAINED && !rest.broken) {
                int read = rest.read(buffer);
                if (read < 0) {
                    return true;
                }
                drained += read;
            }
        } catch (IOException | RialtoException _) {
            // Whatever is wrong with the rest, the answer has been given and the connection ends.
        }
        return false;
    }

    /// What a failure to read means.
    private RuntimeException asCallersMistake(Exception failure) {
        return switch (failure) {
            case RialtoException known -> known;
            case CloseConnectionException gone -> gone;
            case ZipException _, EOFException _ ->
                    new RialtoException(
                            ErrorCode.MALFORMED_REQUEST, "the compressed body is malformed");
            case IOException cut ->
                    new CloseConnectionException("the request body ended early", cut);
            default -> new IllegalStateException(failure);
        };
    }

    private NetworkStream network() {
        if (network == null) {
            network = new NetworkStream(request.content().inputStream(), Pace.CURRENT.get());
        }
        return network;
    }

    private InputStream inflated(InputStream compressed) {
        if (!request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
            return compressed;
        }
        var encoding = request.headers().get(HeaderNames.CONTENT_ENCODING).values();
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "identity" -> compressed;
            case "gzip", "x-gzip" -> new LazyGunzip(compressed);
            case "deflate" -> new InflaterInputStream(compressed);
            default ->
                    throw new RialtoException(
                            ErrorCode.UNSUPPORTED_ENCODING,
                            "unsupported content encoding \"" + encoding + "\"");
        };
    }

    /// The length that the client told and the server has checked, or -1. Not by way of
    /// [io.helidon.http.Headers#contentLength], which looks for a converter each time.
    private long declared() {
        return request.headers().first(HeaderNames.CONTENT_LENGTH).map(Long::parseLong).orElse(-1L);
    }

    private byte[] read(long limit) {
        long declared = declared();
        if (declared > limit) {
            throw tooLarge(limit);
        }
        // What is read in one go needs no buffer in between.
        var in = content == null ? inflated(network()) : content;
        var bytes =
                new byte
                        [declared >= 0 && declared < FIRST_BUFFER
                                ? (int) declared + 1
                                : FIRST_BUFFER];
        int length = 0;
        try {
            while (true) {
                int read = in.read(bytes, length, bytes.length - length);
                if (read < 0) {
                    return Arrays.copyOf(bytes, length);
                }
                length += read;
                if (length > limit) {
                    throw tooLarge(limit);
                }
                if (length == bytes.length) {
                    int more = (int) Math.min(2L * length, limit + 1);
                    take(more);
                    bytes = Arrays.copyOf(bytes, more);
                }
            }
        } catch (IOException | RuntimeException failure) {
            throw asCallersMistake(failure);
        }
    }

    private static ObjectNode parse(byte[] bytes) {
        if (isBlank(bytes)) {
            return Json.object();
        }
        try {
            return switch (Json.read(bytes)) {
                case ObjectNode object -> object;
                case ArrayNode array when array.isEmpty() -> Json.object();
                default ->
                        throw new RialtoException(
                                ErrorCode.MALFORMED_REQUEST, "the body must be a JSON object");
            };
        } catch (JacksonException failure) {
            throw new RialtoException(ErrorCode.MALFORMED_REQUEST, malformed(failure));
        }
    }

    /// In words of our own: the parser's are about its classes and settings.
    private static String malformed(JacksonException failure) {
        if (failure instanceof StreamConstraintsException) {
            return "malformed JSON: nested too deeply, or with a name, number or string that is"
                    + " too long";
        }
        var place = failure.getLocation();
        return place == null || place.getLineNr() < 1
                ? "malformed JSON"
                : "malformed JSON at line %d, column %d"
                        .formatted(place.getLineNr(), place.getColumnNr());
    }

    private String mediaType() {
        var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static boolean startsLikeObject(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == '{';
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte b : bytes) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static RialtoException tooLarge(long limit) {
        return new RialtoException(
                ErrorCode.REQUEST_TOO_LARGE,
                "request entity too large: at most " + limit + " bytes are accepted");
    }

    /// Bytes from the network, under the pace of their connection.
    private static final class NetworkStream extends BlockInputStream {
        private final InputStream source;
        private final Pace pace;
        private final long start;
        private long bytes;
        private boolean broken;

        NetworkStream(InputStream source, Pace pace) {
            this.source = source;
            this.pace = pace;
            this.start = pace.now();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            pace.receiving(start, bytes);
            int read;
            try {
                read = source.read(target, offset, length);
            } catch (CloseConnectionException | UncheckedIOException gone) {
                throw new CloseConnectionException("the request body ended early", gone);
            } catch (RuntimeException unreadable) {
                broken = true;
                pace.unbounded();
                throw meaning(unreadable);
            }
            pace.unbounded();
            bytes += Math.max(read, 0);
            return read;
        }

        private static RialtoException meaning(RuntimeException unreadable) {
            return unreadable instanceof RequestException known
                            && known.status().equals(Status.REQUEST_ENTITY_TOO_LARGE_413)
                    ? new RialtoException(ErrorCode.REQUEST_TOO_LARGE, "request entity too large")
                    : new RialtoException(
                            ErrorCode.MALFORMED_REQUEST, "malformed chunk in the body");
        }
    }

    /// A GZIPInputStream reads from the network when it is made; this one waits until it is read.
    private static final class LazyGunzip extends InputStream {
        private final InputStream compressed;
        private @Nullable GZIPInputStream inflated;

        LazyGunzip(InputStream compressed) {
            this.compressed = compressed;
        }

        @Override
        public int read() throws IOException {
            return inflated().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return inflated().read(target, offset, length);
        }

        private GZIPInputStream inflated() throws IOException {
            if (inflated == null) {
                inflated = new GZIPInputStream(compressed, 4096);
            }
            return inflated;
        }
    }
}
