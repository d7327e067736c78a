package dev.rialto.http;

import dev.rialto.http.Parameter.Place;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/// What browsers are told about calls from other origins. Keys and session travel in headers and
/// bodies, never in cookies, so that any origin may be allowed.
final class Cors {
    private static final String ANY = "*";
    private static final Header METHODS =
            HeaderValues.createCached(
                    HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET,PUT,POST,PATCH,DELETE,OPTIONS");

    /// What any request may have, beside what it says about itself.
    private static final List<String> COMMON =
            List.of(
                    "X-Requested-With",
                    "X-Rialto-Position",
                    "Content-Encoding",
                    "If-None-Match",
                    "Range",
                    "Pragma",
                    "Cache-Control",
                    "traceparent",
                    "tracestate");

    private static final List<String> EXPOSED =
            List.of(
                    "X-Parse-Job-Status-Id",
                    "X-Parse-Push-Status-Id",
                    "X-Rialto-Request-Id",
                    "Location",
                    "Deprecation",
                    "Sunset");
    private static final Header MAX_AGE =
            HeaderValues.createCached(HeaderNames.ACCESS_CONTROL_MAX_AGE, "86400");
    private static final Header VARY_ORIGIN = HeaderValues.createCached(HeaderNames.VARY, "Origin");

    private final List<String> origins;
    private final Header first;
    private final Header headers;
    private final Header exposed;

    /// @param origins never empty; `*` is all
    /// @param operations whose headers pages may send
    Cors(List<String> origins, List<Operation> operations) {
        this.origins = origins;
        this.headers =
                HeaderValues.createCached(
                        HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, allowed(operations));
        this.exposed =
                HeaderValues.createCached(
                        HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, exposed(operations));
        this.first =
                HeaderValues.createCached(
                        HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN,
                        origins.contains(ANY) ? ANY : origins.getFirst());
    }

    private static String allowed(List<Operation> operations) {
        var names = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(Envelope.headers());
        names.addAll(COMMON);
        for (var operation : operations) {
            if (!operation.protocol().equals(Protocol.NONE)) {
                names.add(Protocol.METHOD_OVERRIDE);
            }
            for (var parameter : operation.parameters()) {
                if (parameter.in() == Place.HEADER) {
                    names.add(parameter.name());
                }
            }
        }
        return String.join(", ", names);
    }

    private static String exposed(List<Operation> operations) {
        var names = new LinkedHashSet<String>(EXPOSED);
        operations.forEach(operation -> names.addAll(operation.protocol().exposed()));
        return String.join(", ", names);
    }

    /// The origin that answers without a request allow.
    Header allowOrigin() {
        return first;
    }

    /// Whether a page of this origin may call.
    boolean isAllowed(String origin) {
        return origins.contains(ANY) || origins.contains(origin);
    }

    void apply(ServerRequest request, ServerResponse response) {
        var asked = request.headers();
        // The JavaScript SDK reads no other headers, not even where there is no browser.
        response.header(exposed);
        if (!asked.contains(HeaderNames.ORIGIN)) {
            response.header(first);
            return;
        }
        var origin = asked.get(HeaderNames.ORIGIN).get();
        if (origins.size() > 1 && !origins.contains(ANY)) {
            response.headers().add(VARY_ORIGIN);
        }
        response.header(
                origins.contains(origin)
                        ? HeaderValues.create(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                        : first);
        response.header(METHODS);
        response.header(headers);
        if (asked.contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            response.header(MAX_AGE);
        }
    }
}
