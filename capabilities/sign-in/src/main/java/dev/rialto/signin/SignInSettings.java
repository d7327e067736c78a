package dev.rialto.signin;

import dev.rialto.kernel.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What the users of an app may sign in with.
///
/// @param redirects where browsers may be sent back to
/// @param linkByEmail whether an identity with a verified address belongs to the user who has
///   verified the same address
record SignInSettings(
        Map<String, ProviderSettings> providers, List<String> redirects, boolean linkByEmail) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Set<String> RESERVED =
            Set.of("anonymous", "mfa", "password", "masterkey", "exchange", "passkey");
    private static final int MAX_PROVIDERS = 50;

    SignInSettings {
        providers = Map.copyOf(providers);
        redirects = List.copyOf(redirects);
    }

    /// Reads what the operator or an app's owner has set.
    static SignInSettings read(Settings in) {
        List<String> names = in.list("sign-in.providers", List.of());
        List<String> redirects = in.list("sign-in.redirects", List.of());
        boolean linkByEmail = in.yes("sign-in.link-by-email", false);
        if (names.size() > MAX_PROVIDERS) {
            in.problem("sign-in.providers must have at most " + MAX_PROVIDERS + " entries");
            names = List.of();
        }
        Map<String, ProviderSettings> providers = new LinkedHashMap<>();
        for (String name : names) {
            if (NAME.matcher(name).matches() && !RESERVED.contains(name)) {
                ProviderSettings.read(in, name).ifPresent(each -> providers.put(name, each));
            } else {
                in.problem(
                        "sign-in.providers: \""
                                + name
                                + "\" is not valid; a name has lower-case letters, digits and"
                                + " dashes, and is not one of "
                                + RESERVED.stream().sorted().toList());
            }
        }
        redirects.stream()
                .filter(each -> !isRedirect(each))
                .forEach(each ->
                        in.problem(
                                "sign-in.redirects: \""
                                        + each
                                        + "\" is not valid; it must be an https address, an http"
                                        + " address of localhost, or one of an app's own scheme,"
                                        + " such as com.example.app:/signed-in"));
        return new SignInSettings(
                providers,
                redirects.stream().filter(SignInSettings::isRedirect).toList(),
                linkByEmail);
    }

    /// Codes are no use without their verifier, but an address that anybody can read is refused all
    /// the same. The scheme of an app is a domain in reverse (RFC 8252), so that it is neither
    /// `javascript` nor `data`.
    private static boolean isRedirect(String text) {
        try {
            URI address = new URI(text);
            String scheme = String.valueOf(address.getScheme());
            return Addresses.secure(text).isPresent()
                    || (scheme.indexOf('.') > 0 && address.getRawFragment() == null);
        } catch (URISyntaxException _) {
            return false;
        }
    }
}
