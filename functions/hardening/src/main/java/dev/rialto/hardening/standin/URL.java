package dev.rialto.hardening.standin;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An address that can be taken apart and resolved. It can't be opened, and comparing looks at the
/// text rather than asks the network.
public final class URL {
    private static final Set<String> PROTOCOLS = Set.of("http", "https", "ftp", "file");

    private final java.net.URL inner;

    public URL(String address) throws MalformedURLException {
        this(null, address);
    }

    @SuppressWarnings("deprecation") // a URI is stricter than what libraries expect of a URL
    public URL(@Nullable URL context, String address) throws MalformedURLException {
        int colon = address.indexOf(':');
        int other = indexOfAny(address);
        boolean absolute = colon > 0 && (other < 0 || colon < other);
        if (absolute
                && !PROTOCOLS.contains(
                        address.substring(0, colon).strip().toLowerCase(Locale.ROOT))) {
            throw new MalformedURLException("unknown protocol: " + address.substring(0, colon));
        }
        inner = new java.net.URL(context == null ? null : context.inner, address);
    }

    public URL(String protocol, String host, String file) throws MalformedURLException {
        this(null, protocol + "://" + host + file);
    }

    public URL(String protocol, String host, int port, String file) throws MalformedURLException {
        this(null, protocol + "://" + host + (port < 0 ? "" : ":" + port) + file);
    }

    private static int indexOfAny(String address) {
        for (int i = 0; i < address.length(); i++) {
            if ("/?#".indexOf(address.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    public String getProtocol() {
        return inner.getProtocol();
    }

    public String getHost() {
        return inner.getHost();
    }

    public int getPort() {
        return inner.getPort();
    }

    public int getDefaultPort() {
        return inner.getDefaultPort();
    }

    public @Nullable String getUserInfo() {
        return inner.getUserInfo();
    }

    public @Nullable String getAuthority() {
        return inner.getAuthority();
    }

    public String getPath() {
        return inner.getPath();
    }

    public @Nullable String getQuery() {
        return inner.getQuery();
    }

    public String getFile() {
        return inner.getFile();
    }

    public @Nullable String getRef() {
        return inner.getRef();
    }

    public URI toURI() throws URISyntaxException {
        return new URI(inner.toExternalForm());
    }

    public String toExternalForm() {
        return inner.toExternalForm();
    }

    public boolean sameFile(URL other) {
        return equals(other);
    }

    @Override
    public String toString() {
        return inner.toExternalForm();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof URL url && toString().equals(url.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
