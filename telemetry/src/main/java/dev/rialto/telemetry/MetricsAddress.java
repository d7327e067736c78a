package dev.rialto.telemetry;

import dev.rialto.kernel.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address at which metrics are served, and the token that they require.
///
/// @param host an IP address or a name of this machine
/// @param port 0 takes any free one
/// @param token what scrapers must send; empty for none, which requires an address that other
///   machines can't reach
public record MetricsAddress(String host, int port, Optional<String> token) {
    private static final Pattern ADDRESS = Pattern.compile("(?:\\[([^]]+)]|([^:\\[\\]]+)):(\\d+)");
    private static final int SHORTEST_TOKEN = 16;

    public MetricsAddress {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("the port of metrics.listen must be 0 to 65535");
        }
        if (token.isPresent() && token.get().length() < SHORTEST_TOKEN) {
            throw new IllegalArgumentException(
                    "metrics.token must have at least " + SHORTEST_TOKEN + " characters");
        }
        if (token.isEmpty() && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "metrics.listen = "
                            + host
                            + " can be reached from other machines: set metrics.token, or listen on"
                            + " 127.0.0.1");
        }
    }

    static Optional<MetricsAddress> read(Settings in) {
        Optional<String> listen = in.text("metrics.listen");
        Optional<String> token = in.secret("metrics.token");
        if (listen.isEmpty() && token.isPresent()) {
            in.problem("metrics.token has no effect without metrics.listen: set both");
        }
        return in.build(Optional.empty(), () -> listen.map(each -> of(each, token)));
    }

    private static MetricsAddress of(String listen, Optional<String> token) {
        Matcher parts = ADDRESS.matcher(listen);
        if (!parts.matches() || parts.group(3).length() > 5) {
            throw new IllegalArgumentException(
                    "metrics.listen must be an address and a port, such as 127.0.0.1:9464: "
                            + listen);
        }
        String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
        return new MetricsAddress(host, Integer.parseInt(parts.group(3)), token);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException(
                    "metrics.listen: there is no address " + host, unknown);
        }
    }

    /// Does not show the token.
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
