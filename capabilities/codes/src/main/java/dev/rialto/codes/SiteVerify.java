package dev.rialto.codes;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Asks the service of a captcha whether a solution is right, as Turnstile and hCaptcha both want
/// to be asked. They accept each solution once.
final class SiteVerify implements AutoCloseable {
    /// Where the services are, by the name in settings.
    static final Map<String, URI> PLACES =
            Map.of(
                    "turnstile",
                    URI.create("https://challenges.cloudflare.com/turnstile/v0/siteverify"),
                    "hcaptcha",
                    URI.create("https://api.hcaptcha.com/siteverify"));

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final Map<String, URI> places;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    SiteVerify(Map<String, URI> places) {
        this.places = Map.copyOf(places);
    }

    boolean knows(String provider) {
        return places.containsKey(provider);
    }

    /// @throws RialtoException OVERLOADED when the service can't be asked
    boolean verify(String provider, String secret, String solution, String clientAddress) {
        String form =
                "secret="
                        + encoded(secret)
                        + "&response="
                        + encoded(solution)
                        + (clientAddress.isEmpty() ? "" : "&remoteip=" + encoded(clientAddress));
        URI place = Objects.requireNonNull(places.get(provider));
        var request =
                HttpRequest.newBuilder(place)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != OK) {
                throw unavailable(provider, null);
            }
            JsonNode success = Json.read(answer.body()).path("success");
            return success.isBoolean() && success.booleanValue();
        } catch (IOException | JacksonException failure) {
            throw unavailable(provider, failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw unavailable(provider, stop);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static RialtoException unavailable(String provider, @Nullable Exception why) {
        return new RialtoException(
                ErrorCode.OVERLOADED,
                "the captcha service " + provider + " can't be asked now; try again later",
                why);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
