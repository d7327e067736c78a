package dev.rialto.signin;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.signin.ProviderHttp.Request;
import dev.rialto.signin.ProviderHttp.Response;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Asks the servers of one provider for one app. Errors name the provider, and nothing that was
/// sent or received.
final class ProviderClient {
    private static final Logger LOG = Logger.getLogger(ProviderClient.class.getName());
    private static final int FIRST_SERVER_ERROR = 500;

    private final App app;
    private final String label;
    private final ProviderHttp http;
    private final Documents documents;

    /// @param label what people call the provider
    ProviderClient(App app, String label, ProviderHttp http, Documents documents) {
        this.app = app;
        this.label = label;
        this.http = http;
        this.documents = documents;
    }

    /// An answer in JSON, whatever its status.
    ///
    /// @param text as it was sent
    record Reply(int status, ObjectNode body, String text) {
        boolean isOk() {
            return status / 100 == 2;
        }

        /// Does not show what was sent.
        @Override
        public String toString() {
            return "reply " + status;
        }
    }

    Reply get(URI url, Map<String, String> headers) {
        return ask(new Request("GET", url, accepting(headers), new byte[0]));
    }

    Reply get(URI url) {
        return get(url, Map.of());
    }

    Reply postForm(URI url, Map<String, String> form, Map<String, String> headers) {
        Map<String, String> all = accepting(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        return ask(new Request("POST", url, all, bytes(query(form))));
    }

    Reply postJson(URI url, ObjectNode body, Map<String, String> headers) {
        Map<String, String> all = accepting(headers);
        all.put("Content-Type", "application/json");
        return ask(new Request("POST", url, all, bytes(Json.write(body))));
    }

    /// A document that the provider publishes. [Documents] tells how often it is read.
    ObjectNode document(URI url, Predicate<ObjectNode> suffices) {
        try {
            return documents.get(app, url, suffices, this::published);
        } catch (IOException failure) {
            throw unreachable("GET " + plain(url), failure);
        }
    }

    private ObjectNode published(URI url) throws IOException {
        var request = new Request("GET", url, accepting(Map.of()), new byte[0]);
        Response response;
        try {
            response = http.send(app, request);
        } catch (RialtoException refused) {
            throw new IOException(refused.getMessage());
        }
        if (response.status() != 200) {
            throw new IOException("the status is " + response.status());
        }
        return json(response);
    }

    private Reply ask(Request request) {
        try {
            Response response = http.send(app, request);
            if (response.status() >= FIRST_SERVER_ERROR) {
                throw new IOException("the status is " + response.status());
            }
            return new Reply(
                    response.status(),
                    json(response),
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw unreachable(request.toString(), failure);
        } catch (RialtoException refused) {
            throw unreachable(request.toString(), new IOException(refused.getMessage()));
        }
    }

    /// Whoever signs in must not learn what the server can reach.
    private RialtoException unreachable(String request, IOException failure) {
        LOG.warning(
                "signing in with %s failed in app %s: %s: %s"
                        .formatted(label, app.id(), request, reason(failure)));
        return Refusal.unreachable(label);
    }

    private static String reason(IOException failure) {
        return failure.getClass().equals(IOException.class)
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName();
    }

    /// Some providers answer `callback( {...} );`, whatever is asked for.
    private static ObjectNode json(Response response) throws IOException {
        String text = new String(response.body(), StandardCharsets.UTF_8).strip();
        int open = text.indexOf('(');
        if (!text.startsWith("{") && open >= 0 && text.lastIndexOf(')') > open) {
            text = text.substring(open + 1, text.lastIndexOf(')')).strip();
        }
        try {
            if (Json.read(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException _) {
            // Its message would quote the response.
        }
        throw new IOException("the response is not a JSON object");
    }

    private static Map<String, String> accepting(Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.putIfAbsent("Accept", "application/json");
        return all;
    }

    private static String plain(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    /// RFC 6749, 2.3.1: id and secret are encoded as in a form.
    static String basic(String clientId, String secret) {
        String pair = encoded(clientId) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(bytes(pair));
    }

    /// An address with parameters added.
    static URI with(URI url, Map<String, String> parameters) {
        String text = url.toString();
        return URI.create(text + (text.indexOf('?') < 0 ? "?" : "&") + query(parameters));
    }

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
