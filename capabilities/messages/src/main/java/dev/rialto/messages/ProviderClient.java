package dev.rialto.messages;

import dev.rialto.kernel.Json;
import dev.rialto.messages.spi.MessageProvider.UnavailableException;
import dev.rialto.messages.spi.MessageProvider.UndeliverableException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Sends requests to a service that delivers messages: by HTTP/1.1, without following redirects,
/// and with a limit on the time and the length of the whole answer.
final class ProviderClient implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Logger LOG = Logger.getLogger(ProviderClient.class.getName());
    private static final long BETWEEN_WARNINGS = Duration.ofMinutes(5).toNanos();
    private static final int FIRST_REFUSAL = 400;
    private static final int FIRST_FAILURE = 500;
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int MAX_ANSWER = 10_000;

    /// Refusals of credentials: an operator may correct them.
    private static final Set<Integer> CREDENTIALS = Set.of(401, 403);

    /// Other refusals that may be over soon.
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private final String service;
    private final Duration timeout;
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(10))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /// @param service what messages call it, e.g. `the webhook`
    /// @param timeout for the whole answer
    ProviderClient(String service, Duration timeout) {
        this.service = service;
        this.timeout = timeout;
    }

    /// What the code of an answer means.
    enum Verdict {
        /// The message may be accepted later: too many at once, or something is out of order.
        LATER,
        /// The credentials or the account are not accepted.
        CREDENTIALS,
        /// The recipient does not exist, or wants no messages.
        NO_RECIPIENT,
        /// The message is never accepted.
        REFUSED
    }

    /// What a service has answered.
    record Reply(int status, byte[] body) {
        /// Its body; a missing node if that is not JSON.
        JsonNode json() {
            try {
                return Json.read(body);
            } catch (JacksonException notJson) {
                return Json.object().path("");
            }
        }

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        boolean isRefusal() {
            return status >= FIRST_REFUSAL;
        }
    }

    /// The header `Host` of requests to an address, for signatures of it.
    static String host(URI url) {
        boolean isUsual =
                url.getPort() < 0
                        || url.getPort() == (url.getScheme().equals("https") ? HTTPS : HTTP);
        return isUsual ? url.getHost() : url.getHost() + ":" + url.getPort();
    }

    /// Sends a request.
    ///
    /// @throws UnavailableException when there is no answer
    Reply send(HttpRequest request) throws UnavailableException {
        CompletableFuture<HttpResponse<byte[]>> response =
                client.sendAsync(request, _ -> new FirstBytes(MAX_ANSWER));
        try {
            HttpResponse<byte[]> answer = response.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new Reply(answer.statusCode(), answer.body());
        } catch (TimeoutException slow) {
            throw new UnavailableException(
                    service + " took longer than " + timeout.toMillis() / 1000.0 + " seconds",
                    slow);
        } catch (ExecutionException failed) {
            throw new UnavailableException(
                    service
                            + (failed.getCause() instanceof HttpTimeoutException
                                    ? " did not accept a connection in time"
                                    : " is not reachable, or ended the connection"),
                    failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("the server is stopping", stopped);
        } finally {
            response.cancel(true);
        }
    }

    /// Makes sure that an answer is final, judged by its status alone.
    ///
    /// @throws UnavailableException when it is not
    void requireFinal(Reply reply) throws UnavailableException {
        int status = reply.status();
        if (CREDENTIALS.contains(status)) {
            throw rejected(String.valueOf(status));
        }
        if (status >= FIRST_FAILURE || LATER.contains(status) || status / 100 == 3) {
            throw new UnavailableException(told(String.valueOf(status)));
        }
    }

    /// What becomes of a message for the code of an answer.
    ///
    /// @param detail in the words of the service
    /// @return when it may be accepted later
    /// @throws UndeliverableException when it may not
    UnavailableException refused(Verdict verdict, String code, String detail)
            throws UndeliverableException {
        String all = told(code) + (detail.isEmpty() ? "" : ": " + detail);
        return switch (verdict) {
            case LATER -> new UnavailableException(all);
            // The words may have what was signed, which is the operator's.
            case CREDENTIALS -> rejected(code);
            case NO_RECIPIENT -> throw new UndeliverableException(all, true);
            case REFUSED -> throw new UndeliverableException(all, false);
        };
    }

    /// What is told of an answer.
    String told(String code) {
        return service + " answered " + code;
    }

    /// The service doesn't accept the credentials, or the account: messages are tried again, as an
    /// operator may correct that, who reads of it in the log.
    UnavailableException rejected(String code) {
        long now = System.nanoTime();
        long next = nextWarning.get();
        if (now - next >= 0 && nextWarning.compareAndSet(next, now + BETWEEN_WARNINGS)) {
            LOG.log(
                    Level.WARNING,
                    "{0}: it does not accept the credentials or the account that are set; messages"
                            + " wait",
                    told(code));
        }
        return new UnavailableException(told(code));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
