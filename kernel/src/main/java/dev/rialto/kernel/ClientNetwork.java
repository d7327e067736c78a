package dev.rialto.kernel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HexFormat;

/// What counts as one client where calls are limited by address.
public final class ClientNetwork {
    private static final int IPV6_NETWORK_BYTES = 8;

    private ClientNetwork() {}

    /// An IPv4 address, also one written as IPv6, or the network of 64 bits that an IPv6 client is
    /// given and may choose any address of. Texts that are not addresses stay as they are.
    public static String of(String address) {
        int zone = address.indexOf('%');
        InetAddress parsed;
        try {
            parsed = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
        } catch (IllegalArgumentException _) {
            return address;
        }
        return parsed instanceof Inet4Address
                ? parsed.getHostAddress()
                : HexFormat.of().formatHex(parsed.getAddress(), 0, IPV6_NETWORK_BYTES) + "/64";
    }
}
