package dev.rialto.http;

import java.time.Duration;

/// How TLS is offered beside plain HTTP.
///
/// @param port 0 takes any free one
/// @param redirect whether the plain port sends clients on other machines to this one
/// @param hsts for how long browsers must not use plain HTTP (RFC 6797); zero does not tell them
public record TlsSettings(int port, boolean redirect, Duration hsts) {
    public TlsSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("tls.port must be 0 to 65535: " + port);
        }
        if (hsts.isNegative()) {
            throw new IllegalArgumentException("tls.hsts must not be negative: " + hsts);
        }
    }
}
