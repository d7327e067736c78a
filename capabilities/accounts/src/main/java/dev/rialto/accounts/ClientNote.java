package dev.rialto.accounts;

import dev.rialto.accounts.SessionPolicy.NotedAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a session notes of its client, in words for its user.
final class ClientNote {
    private static final int MAX_AGENT = 1_000;
    private static final int IPV4_NETWORK_BYTES = 3;
    private static final int IPV6_NETWORK_BYTES = 6;

    /// The first one whose mark is in the user agent is taken, as many name their ancestors, too.
    private static final List<Map.Entry<String, String>> PROGRAMS =
            List.of(
                    Map.entry("MicroMessenger/", "WeChat"),
                    Map.entry("Edg/", "Edge"),
                    Map.entry("EdgA/", "Edge"),
                    Map.entry("EdgiOS/", "Edge"),
                    Map.entry("OPR/", "Opera"),
                    Map.entry("SamsungBrowser/", "Samsung Internet"),
                    Map.entry("Firefox/", "Firefox"),
                    Map.entry("FxiOS/", "Firefox"),
                    Map.entry("Chrome/", "Chrome"),
                    Map.entry("CriOS/", "Chrome"),
                    Map.entry("Safari/", "Safari"));

    private static final List<Map.Entry<String, String>> SYSTEMS =
            List.of(
                    Map.entry("iPad", "iPadOS"),
                    Map.entry("iPhone", "iOS"),
                    Map.entry("HarmonyOS", "HarmonyOS"),
                    Map.entry("Android", "Android"),
                    Map.entry("CrOS", "ChromeOS"),
                    Map.entry("Windows", "Windows"),
                    Map.entry("Mac OS X", "macOS"),
                    Map.entry("Macintosh", "macOS"),
                    Map.entry("Darwin", "an Apple system"),
                    Map.entry("Linux", "Linux"));

    private static final Pattern FIRST_PRODUCT =
            Pattern.compile("[A-Za-z][A-Za-z0-9 ._-]{0,38}[A-Za-z0-9]");

    private ClientNote() {}

    /// A program and a system such as `Firefox on Windows`, without versions; empty when the user
    /// agent tells neither.
    static String device(String userAgent) {
        String agent = userAgent.substring(0, Math.min(MAX_AGENT, userAgent.length()));
        String program = first(PROGRAMS, agent);
        String system = first(SYSTEMS, agent);
        if (program.isEmpty()) {
            Matcher product = FIRST_PRODUCT.matcher(agent);
            program = product.lookingAt() ? product.group() : "";
        }
        if (program.equals("Mozilla")) {
            program = system.isEmpty() ? "" : "a browser";
        }
        if (program.isEmpty() || system.isEmpty()) {
            return program + system;
        }
        return program + " on " + system;
    }

    private static String first(List<Map.Entry<String, String>> marks, String agent) {
        return marks.stream()
                .filter(each -> agent.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    /// An address, or the network that it belongs to: `192.0.2.0/24`, `2001:db8:1:0:0:0:0:0/48`.
    static String address(String address, NotedAddress noted) {
        int zone = address.indexOf('%');
        try {
            InetAddress parsed =
                    InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
            return switch (noted) {
                case NONE -> "";
                case FULL -> parsed.getHostAddress();
                case NETWORK ->
                        network(
                                parsed,
                                parsed instanceof Inet4Address
                                        ? IPV4_NETWORK_BYTES
                                        : IPV6_NETWORK_BYTES);
            };
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private static String network(InetAddress address, int length) {
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + length * Byte.SIZE;
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
