package dev.rialto.openid;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Which addresses browsers may be sent to, and when one is a registered one.
final class RedirectUris {
    static final int MAX_LENGTH = 500;

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    /// Names of systems' own schemes have no dots, those that programs may choose have.
    private static final Pattern PRIVATE_SCHEME =
            Pattern.compile("[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+");

    private RedirectUris() {}

    /// Whether a client may register an address: https, http on the machine of the browser, or a
    /// scheme that is named after a domain. Nothing in it stands for something else.
    static boolean isAllowed(String address) {
        if (address.length() > MAX_LENGTH || address.indexOf('*') >= 0) {
            return false;
        }
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException _) {
            return false;
        }
        String scheme = uri.getScheme();
        if (scheme == null
                || uri.getRawFragment() != null
                || uri.getRawUserInfo() != null
                || !address.equals(uri.toASCIIString())) {
            return false;
        }
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "https" -> uri.getHost() != null;
            case "http" -> uri.getHost() != null && LOOPBACK.contains(uri.getHost());
            default -> PRIVATE_SCHEME.matcher(scheme).matches() && uri.getRawPath() != null;
        };
    }

    /// Whether a client that sends this address means a registered one: it is the same text, except
    /// that programs on the machine of the browser listen at a port that they learn when they
    /// start.
    static boolean isRegistered(String address, List<String> registered) {
        return registered.contains(address)
                || (isAllowed(address)
                        && registered.stream().anyMatch(each -> isOtherPort(each, address)));
    }

    private static boolean isOtherPort(String registered, String address) {
        URI known = URI.create(registered);
        URI sent = URI.create(address);
        return "http".equals(known.getScheme())
                && known.getPort() < 0
                && sent.getPort() > 0
                && !"localhost".equals(known.getHost())
                && address.equals(
                        registered.replaceFirst(
                                "^http://" + Pattern.quote(known.getHost()),
                                "http://" + known.getHost() + ":" + sent.getPort()));
    }

    /// Whether only the client itself can receive what is sent to an address. Any program can claim
    /// a scheme or a port of its machine.
    static boolean isExclusive(String address) {
        return address.startsWith("https:");
    }

    /// What a page's form may lead to, as a Content Security Policy says it.
    static String origin(String address) {
        URI uri = URI.create(address);
        return uri.getHost() == null
                ? uri.getScheme() + ":"
                : uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
