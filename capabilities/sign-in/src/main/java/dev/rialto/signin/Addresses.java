package dev.rialto.signin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/// Reads addresses that owners of apps and providers give.
final class Addresses {
    private static final int MAX_LENGTH = 2_000;
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private Addresses() {}

    /// An absolute address of a server, without a password and a fragment.
    static Optional<URI> read(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            URI address = new URI(text);
            boolean valid =
                    address.getScheme() != null
                            && address.getHost() != null
                            && address.getRawUserInfo() == null
                            && address.getRawFragment() == null;
            return valid ? Optional.of(address) : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    /// An address that secrets may be sent to.
    static Optional<URI> secure(String text) {
        return read(text)
                .filter(each ->
                        "https".equals(each.getScheme())
                                || ("http".equals(each.getScheme()) && isLocal(each)));
    }

    static boolean isLocal(URI address) {
        return LOCAL.contains(address.getHost());
    }
}
