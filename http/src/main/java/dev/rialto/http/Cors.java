package dev.rialto.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/// What browsers are told about calls from other origins. Keys and session travel in headers and
/// bodies, never in cookies, so that any origin may be allowed.
final class Cors {
    private static final String ANY = "*";
    private static final Header METHODS =
            HeaderValues.createCached(
                    HeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET,PUT,POST,PATCH,DELETE,OPTIONS");
    private static final Header HEADERS =
            HeaderValues.createCached(
                    HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                    "X-Parse-Master-Key, X-Parse-REST-API-Key, X-Parse-Javascript-Key, "
                            + "X-Parse-Application-Id, X-Parse-Client-Version, "
                            + "X-Parse-Session-Token, X-Requested-With, "
                            + "X-Parse-Revocable-Session, X-Parse-Request-Id, "
                            + "X-Parse-Installation-Id, X-Parse-Client-Key, X-Parse-Windows-Key, "
                            + "X-Parse-Maintenance-Key, X-Parse-Cloud-Context, "
                            + "X-Parse-File-Directory, X-Parse-File-Metadata, "
                            + "X-Parse-File-Tags, Content-Type, "
                            + "Content-Encoding, Authorization, If-None-Match, Range, Pragma, "
                            + "Cache-Control");
    private static final Header EXPOSED =
            HeaderValues.createCached(
                    HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                    "X-Parse-Job-Status-Id, X-Parse-Push-Status-Id, X-Rialto-Request-Id, Location");
    private static final Header MAX_AGE =
            HeaderValues.createCached(HeaderNames.ACCESS_CONTROL_MAX_AGE, "86400");
    private static final Header VARY_ORIGIN = HeaderValues.createCached(HeaderNames.VARY, "Origin");

    private final List<String> origins;
    private final Header first;

    /// @param origins never empty; `*` is all
    Cors(List<String> origins) {
        this.origins = origins;
        this.first =
                HeaderValues.createCached(
                        HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN,
                        origins.contains(ANY) ? ANY : origins.getFirst());
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
        response.header(EXPOSED);
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
        response.header(HEADERS);
        if (asked.contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
            response.header(MAX_AGE);
        }
    }
}
