package dev.rialto.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The proxies in front of this server whose `X-Forwarded-For` is believed. Anybody else could
/// write any address there.
final class TrustedProxies {
    static final String HEADER = "X-Forwarded-For";

    private static final Logger LOG = Logger.getLogger(TrustedProxies.class.getName());

    /// Hops that are looked at.
    private static final int MAX_HOPS = 20;

    private final List<Network> networks;
    private final AtomicBoolean warned = new AtomicBoolean();

    /// Addresses that begin with the same bits.
    private record Network(byte[] address, int bits) {
        static Network of(String text) {
            int slash = text.indexOf('/');
            byte[] address = literal(slash < 0 ? text : text.substring(0, slash));
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > address.length * 8) {
                throw new IllegalArgumentException("bits of " + text);
            }
            return new Network(address, bits);
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /// @param texts addresses, or networks like `10.0.0.0/8`
    /// @throws IllegalArgumentException when one is neither
    TrustedProxies(List<String> texts) {
        networks = new ArrayList<>();
        for (String each : texts) {
            try {
                networks.add(Network.of(each));
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(
                        "http.trusted-proxies must be addresses or networks like 10.0.0.0/8: "
                                + each,
                        malformed);
            }
        }
    }

    /// The address of the client.
    ///
    /// @param peer who is connected
    /// @param forwarded what the peer says about where it has the request from
    String client(String peer, Optional<String> forwarded) {
        if (forwarded.isEmpty()) {
            return peer;
        }
        if (!isTrusted(peer)) {
            warn(peer);
            return peer;
        }
        String[] hops = forwarded.get().split(",", -1);
        String client = peer;
        for (int i = hops.length - 1; i >= Math.max(0, hops.length - MAX_HOPS); i--) {
            String hop = hops[i].strip();
            if (!isLiteral(hop)) {
                return client;
            }
            client = hop;
            if (!isTrusted(hop)) {
                return client;
            }
        }
        return client;
    }

    private void warn(String peer) {
        if (!warned.getAndSet(true)) {
            LOG.log(
                    Level.WARNING,
                    "{0} sends X-Forwarded-For and is not named in http.trusted-proxies: if it is a"
                            + " proxy, all its clients count as one",
                    peer);
        }
    }

    /// Whether an address is that of such a proxy.
    boolean isTrusted(String text) {
        if (networks.isEmpty() || !isLiteral(text)) {
            return false;
        }
        byte[] address = literal(text);
        return networks.stream().anyMatch(each -> each.contains(address));
    }

    private static boolean isLiteral(String text) {
        try {
            return literal(text).length > 0;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /// Asks no name server.
    private static byte[] literal(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }
}
