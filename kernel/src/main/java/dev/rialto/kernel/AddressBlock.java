package dev.rialto.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// A block of IP addresses: `10.0.0.0/8`.
///
/// @param length how many leading bits its addresses have in common
record AddressBlock(InetAddress first, int length) {
    private static final List<AddressBlock> NOT_PUBLIC =
            Stream.of(
                            "0.0.0.0/8",
                            "10.0.0.0/8",
                            "100.64.0.0/10",
                            "127.0.0.0/8",
                            // The platform service of Azure's virtual machines.
                            "168.63.129.16/32",
                            "169.254.0.0/16",
                            "172.16.0.0/12",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/3",
                            "2001::/23",
                            "2001:db8::/32",
                            "2002::/16",
                            "3fff::/20")
                    .map(AddressBlock::of)
                    .toList();

    private static final AddressBlock GLOBAL_UNICAST = of("2000::/3");

    /// Addresses that lead to an IPv4 address behind a translator (RFC 6052).
    private static final AddressBlock TRANSLATED = of("64:ff9b::/96");

    private static final int IPV4_BYTES = 4;

    AddressBlock {
        if (length < 0 || length > first.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException(
                    "/" + length + " is not a valid length for " + first.getHostAddress());
        }
    }

    private static AddressBlock of(String text) {
        int slash = text.indexOf('/');
        return new AddressBlock(
                InetAddress.ofLiteral(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)));
    }

    boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = length / Byte.SIZE;
        int rest = length % Byte.SIZE;
        return Arrays.equals(mine, 0, whole, other, 0, whole)
                && (rest == 0 || ((mine[whole] ^ other[whole]) & 0xff) >> (Byte.SIZE - rest) == 0);
    }

    /// Whether an address is one of the public Internet, by the registries of special addresses
    /// that IANA keeps for IPv4 and IPv6.
    static boolean isPublic(InetAddress address) {
        if (TRANSLATED.contains(address)) {
            return isPublic(lastFourBytes(address));
        }
        if (address instanceof Inet6Address && !GLOBAL_UNICAST.contains(address)) {
            return false;
        }
        return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
    }

    private static InetAddress lastFourBytes(InetAddress address) {
        byte[] all = address.getAddress();
        try {
            return InetAddress.getByAddress(
                    Arrays.copyOfRange(all, all.length - IPV4_BYTES, all.length));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
