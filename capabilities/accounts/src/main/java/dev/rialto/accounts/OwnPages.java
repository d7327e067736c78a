package dev.rialto.accounts;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// The pages that an app has in place of the built-in ones, by their addresses.
///
/// @param frame a page of the app that shows the others in a frame: links in mail lead there
record OwnPages(Map<EmailPage, URI> addresses, Optional<URI> frame) {
    private static final String FRAME = "accounts.pages.frame";

    OwnPages {
        addresses = Map.copyOf(addresses);
    }

    static OwnPages none() {
        return new OwnPages(Map.of(), Optional.empty());
    }

    static OwnPages read(Settings in) {
        Map<EmailPage, URI> addresses = new EnumMap<>(EmailPage.class);
        for (EmailPage page : EmailPage.replaceable()) {
            read(in, page.setting()).ifPresent(address -> addresses.put(page, address));
        }
        return new OwnPages(addresses, read(in, FRAME));
    }

    private static Optional<URI> read(Settings in, String key) {
        return in.text(key)
                .flatMap(text -> {
                    try {
                        var address = new URI(text);
                        if (isPage(address)) {
                            return Optional.of(address);
                        }
                    } catch (URISyntaxException _) {
                        // Told below.
                    }
                    in.problem(
                            key + " must be the http or https URL of a page, without a fragment");
                    return Optional.empty();
                });
    }

    private static boolean isPage(URI address) {
        return ("https".equals(address.getScheme()) || "http".equals(address.getScheme()))
                && address.getHost() != null
                && address.getRawUserInfo() == null
                && address.getRawFragment() == null;
    }

    /// The address of a page with parameters, if the app has one of its own.
    Optional<String> address(EmailPage page, SequencedMap<String, String> parameters) {
        URI own = addresses.get(page);
        if (own == null) {
            return page.broader() == page ? Optional.empty() : address(page.broader(), parameters);
        }
        return Optional.of(with(own, parameters));
    }

    /// An address with more parameters.
    static String with(URI page, SequencedMap<String, String> parameters) {
        String query =
                parameters.entrySet().stream()
                        .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                        .collect(Collectors.joining("&"));
        return page + (page.getRawQuery() == null ? "?" : "&") + query;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
