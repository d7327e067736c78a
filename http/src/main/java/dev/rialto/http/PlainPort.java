package dev.rialto.http;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/// What the plain port of a server with TLS answers in place of the operations: challenges of a
/// certificate authority, and for clients on other machines the same address with https. Who is on
/// this machine, or is a trusted proxy, is served.
final class PlainPort {
    private static final String CHALLENGES = "/.well-known/acme-challenge/";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,200}");
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:\\d{1,5})?");
    private static final int HTTPS = 443;

    private final Optional<Tls> tls;
    private final TrustedProxies proxies;
    private final String publicUrl;
    private final IntSupplier port;

    /// What TLS is offered with.
    record Tls(TlsSettings settings, ServerIdentity identity) {
        /// Tells browsers to come by TLS from now on.
        Optional<Header> hsts() {
            return settings.hsts().isZero()
                    ? Optional.empty()
                    : Optional.of(
                            HeaderValues.createCached(
                                    HeaderNames.create("Strict-Transport-Security"),
                                    "max-age=" + settings.hsts().toSeconds()));
        }
    }

    /// @param port where TLS is listened on
    PlainPort(Optional<Tls> tls, HttpSettings settings, IntSupplier port) {
        this.tls = tls;
        this.proxies = new TrustedProxies(settings.trustedProxies());
        this.publicUrl = settings.publicUrl();
        this.port = port;
    }

    /// The answer to a request that no operation gets.
    Optional<Answer> answer(ServerRequest request) {
        if (tls.isEmpty() || request.isSecure()) {
            return Optional.empty();
        }
        var path = request.prologue().uriPath().rawPath();
        if (path.startsWith(CHALLENGES)) {
            return challenge(tls.get(), path.substring(CHALLENGES.length()));
        }
        return isSentAway(request.remotePeer(), request.localPeer())
                ? Optional.of(redirect(request))
                : Optional.empty();
    }

    /// Whether a client on the plain port has to come by TLS.
    boolean isSentAway(PeerInfo client, PeerInfo server) {
        return tls.isPresent()
                && tls.get().settings().redirect()
                && !isHere(client, server)
                && !proxies.isTrusted(client.host());
    }

    private static Optional<Answer> challenge(Tls tls, String token) {
        return TOKEN.matcher(token).matches()
                ? tls.identity().challenge(token).map(PlainPort::text)
                : Optional.empty();
    }

    private static Answer text(String content) {
        return new Answer(
                200,
                Map.of("Content-Type", "application/octet-stream"),
                new Answer.Body.Bytes(content.getBytes(StandardCharsets.US_ASCII)));
    }

    private static boolean isHere(PeerInfo client, PeerInfo server) {
        return address(client)
                .filter(each ->
                        each.isLoopbackAddress()
                                || address(server).filter(each::equals).isPresent())
                .isPresent();
    }

    private static Optional<InetAddress> address(PeerInfo peer) {
        return peer.address() instanceof InetSocketAddress inet
                ? Optional.ofNullable(inet.getAddress())
                : Optional.empty();
    }

    private Answer redirect(ServerRequest request) {
        var prologue = request.prologue();
        var query = Optional.ofNullable(prologue.query().rawValue()).orElse("");
        var target =
                "https://"
                        + authority(request)
                        + prologue.uriPath().rawPath()
                        + (query.isEmpty() ? "" : "?" + query);
        if (!target.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new RialtoException(
                    ErrorCode.MALFORMED_REQUEST, "malformed URL: percent-encode it as UTF-8");
        }
        return new Answer(308, Map.of("Location", target), new Answer.Body.Bytes(new byte[0]));
    }

    private String authority(ServerRequest request) {
        if (!publicUrl.isEmpty()) {
            return URI.create(publicUrl).getRawAuthority();
        }
        var host = HOST.matcher(request.authority());
        if (!host.matches()) {
            throw new RialtoException(
                    ErrorCode.MALFORMED_REQUEST, "the header Host is not a valid host");
        }
        return host.group(1) + (port.getAsInt() == HTTPS ? "" : ":" + port.getAsInt());
    }
}
