package dev.rialto.jvmworker;

import dev.rialto.functions.spi.Host;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// Passes calls on to a program that serves HTTP, and makes its responses their results.
final class ProgramCalls {
    private static final int HTTP_OK = 200;
    private static final int HTTP_REDIRECT = 300;
    private static final int MAX_RESULT = 16 << 20;
    private static final int MAX_SHOWN = 1_000;
    private static final int PIECE = 32 << 10;

    /// Larger responses to clients are streamed, and so are those of unknown length.
    private static final long MAX_WHOLE = 1 << 20;

    private final ProgramRequests requests;
    private final PlatformDoor door;
    private final BooleanSupplier ended;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /// A program that has not answered a call some time after the call's end.
    static final class UnansweredException extends Exception {
        UnansweredException(String message) {
            super(message);
        }
    }

    /// @param ended whether the program has ended
    ProgramCalls(ProgramRequests requests, PlatformDoor door, BooleanSupplier ended) {
        this.requests = requests;
        this.door = door;
        this.ended = ended;
    }

    /// A client would use a connection again that the program is closing. Without its client, no
    /// connection stays.
    private HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads)
                .build();
    }

    /// Runs a call.
    ///
    /// @return the frame that answers it
    /// @throws RialtoException what the program answered, or why it did not
    /// @throws UnansweredException if the program still does not answer when its time is long over
    ObjectNode call(ObjectNode frame, Host host) throws UnansweredException {
        Duration within = Duration.ofMillis(frame.path("within").asLong(0));
        try (var open = door.open(frame, host)) {
            Future<ObjectNode> answer = threads.submit(() -> exchange(frame, open));
            try {
                return answer.get(
                        within.plus(JvmWorker.TIME_FOR_OTHERS).toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException late) {
                answer.cancel(true);
                throw new UnansweredException(
                        "the program did not answer "
                                + frame.path("interface").asString("")
                                + " when its time was over");
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RialtoException told) {
                    throw told;
                }
                throw ended.getAsBoolean()
                        ? new RialtoException(ErrorCode.SCRIPT_FAILED, "its program has ended")
                        : broken(frame, String.valueOf(failed.getCause()));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RialtoException(ErrorCode.SCRIPT_FAILED, "the worker is stopping");
        }
    }

    private ObjectNode exchange(ObjectNode frame, PlatformDoor.OpenCall open)
            throws IOException, InterruptedException {
        JsonNode output;
        HttpClient client = client();
        try {
            HttpResponse<InputStream> response =
                    client.send(requests.of(frame, open.token()), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                output =
                        requests.isWhole(frame)
                                ? whole(response, body, open.host())
                                : result(frame, response.statusCode(), body);
            }
        } finally {
            client.shutdownNow();
        }
        ObjectNode answer =
                Json.object().put("type", "result").put("id", frame.path("id").asLong(0));
        answer.set("output", output);
        answer.set("context", open.context());
        return answer;
    }

    /// A response that the client gets as it is.
    private static JsonNode whole(HttpResponse<?> response, InputStream body, Host host)
            throws IOException {
        ObjectNode head = Json.object().put("status", response.statusCode());
        ObjectNode headers = head.putObject("headers");
        response.headers()
                .map()
                .forEach((name, values) -> {
                    if (ProgramRequests.isForClient(name)) {
                        headers.put(name, String.join(", ", values));
                    }
                });
        long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        if (length >= 0 && length <= MAX_WHOLE) {
            return head.put("bytes", body.readNBytes((int) length));
        }
        Optional<OutputStream> reader = host.stream(head);
        if (reader.isPresent()) {
            try (OutputStream out = reader.get()) {
                var piece = new byte[PIECE];
                int count = body.read(piece);
                while (count >= 0) {
                    out.write(piece, 0, count);
                    count = body.read(piece);
                }
            }
        }
        return head;
    }

    private static JsonNode result(ObjectNode frame, int status, InputStream body)
            throws IOException {
        byte[] bytes = body.readNBytes(MAX_RESULT + 1);
        if (bytes.length > MAX_RESULT) {
            throw new RialtoException(
                    ErrorCode.OBJECT_TOO_LARGE,
                    "the function returned more than " + (MAX_RESULT >> 20) + " MB");
        }
        if (status >= HTTP_OK && status < HTTP_REDIRECT) {
            return bytes.length == 0 ? NullNode.instance : json(frame, bytes);
        }
        throw failure(frame, status, bytes);
    }

    private static JsonNode json(ObjectNode frame, byte[] bytes) {
        try {
            return Json.read(bytes);
        } catch (JacksonException unreadable) {
            throw broken(frame, "the program's response is not valid JSON: " + shown(bytes));
        }
    }

    /// A failure with a code is for the caller; any other is for the log.
    private static RialtoException failure(ObjectNode frame, int status, byte[] bytes) {
        try {
            JsonNode told = Json.read(bytes);
            if (told.path("code").isIntegralNumber() && told.path("message").isString()) {
                int code = told.path("code").asInt(0);
                return new RialtoException(
                        ErrorCode.chosen(code), code, told.path("message").stringValue());
            }
        } catch (JacksonException text) {
            // shown in the log
        }
        return broken(frame, "status " + status + ": " + shown(bytes));
    }

    private static RialtoException broken(ObjectNode frame, String why) {
        return new RialtoException(
                ErrorCode.SCRIPT_FAILED,
                "the function failed (request " + frame.path("requestId").asString("") + ")",
                new ProgramFailure(why));
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    /// How a program failed, for the log.
    private static final class ProgramFailure extends RuntimeException {
        private final String why;

        ProgramFailure(String why) {
            super(null, null, false, false);
            this.why = why;
        }

        @Override
        public String getMessage() {
            return why;
        }

        @Override
        public String toString() {
            return why;
        }
    }
}
