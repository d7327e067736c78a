package dev.rialto.certificates;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where a certificate is ordered, and for whom.
///
/// @param domains what it is for, the first one first
/// @param email where the authority writes to; not all of them do
/// @param directory the authority's address (RFC 8555, section 7.1.1)
/// @param agreed whether the operator agrees to the authority's terms
/// @param ca certificates that are trusted for the directory, in place of the public ones
record AcmeSettings(
        List<String> domains,
        Optional<String> email,
        URI directory,
        boolean agreed,
        Optional<Path> ca) {
    static final URI LETS_ENCRYPT = URI.create("https://acme-v02.api.letsencrypt.org/directory");

    /// The most that Let's Encrypt puts into one certificate.
    private static final int MAX_DOMAINS = 100;

    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");

    AcmeSettings {
        domains = List.copyOf(domains);
        if (domains.size() > MAX_DOMAINS) {
            throw new IllegalArgumentException(
                    "tls.acme.domains must be at most " + MAX_DOMAINS + " domains");
        }
        for (String domain : domains) {
            if (!DOMAIN.matcher(domain).matches()) {
                throw new IllegalArgumentException(
                        "tls.acme.domains: \""
                                + domain
                                + "\" is not a domain in small letters, without wildcards");
            }
        }
        if (!"https".equals(directory.getScheme()) || directory.getHost() == null) {
            throw new IllegalArgumentException(
                    "tls.acme.directory must be an https URL: " + directory);
        }
        if (!agreed) {
            throw new IllegalArgumentException(
                    "tls.acme.agree must be true: a certificate is ordered from "
                            + directory.getHost()
                            + " only if you agree to its terms of service");
        }
    }

    /// Names what is stored of it.
    String name() {
        return directory + " " + String.join(",", domains);
    }
}
