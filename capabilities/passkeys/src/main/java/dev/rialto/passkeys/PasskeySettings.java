package dev.rialto.passkeys;

import com.webauthn4j.data.client.Origin;
import dev.rialto.kernel.Settings;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Settings of passkeys, which apps may have their own of.
///
/// @param rpId the domain that passkeys are for; without one there are none
/// @param origins of the pages and apps that may use them, exactly
/// @param verification whether authenticators must verify their user
public record PasskeySettings(
        Optional<String> rpId, Set<Origin> origins, Verification verification) {
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern ANDROID =
            Pattern.compile("android:apk-key-hash:[A-Za-z0-9_-]{43}");
    private static final String LOCALHOST = "localhost";

    /// What authenticators do to know that it is their user.
    enum Verification {
        /// They verify it, by a PIN, a finger or a face.
        REQUIRED,
        /// They verify it if they can. Otherwise they are one factor alone.
        PREFERRED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public PasskeySettings {
        origins = Set.copyOf(origins);
        if (rpId.isPresent() == origins.isEmpty()) {
            throw new IllegalArgumentException(
                    "passkeys.rp-id and passkeys.origins must be set together");
        }
    }

    static PasskeySettings defaults() {
        return new PasskeySettings(Optional.empty(), Set.of(), Verification.REQUIRED);
    }

    /// Reads what the operator or an app's owner has set.
    public static PasskeySettings read(Settings in) {
        PasskeySettings standard = defaults();
        Optional<String> rpId = in.text("passkeys.rp-id");
        List<String> origins = in.list("passkeys.origins", List.of());
        var verification =
                in.choice(
                        "passkeys.user-verification", Verification.class, standard.verification());
        return in.build(
                standard,
                () -> {
                    rpId.ifPresent(PasskeySettings::requireDomain);
                    Set<Origin> read = new HashSet<>();
                    origins.forEach(each -> read.add(origin(each, rpId.orElse(""))));
                    return new PasskeySettings(rpId, read, verification);
                });
    }

    private static void requireDomain(String rpId) {
        if (!DOMAIN.matcher(rpId).matches()) {
            throw new IllegalArgumentException(
                    "passkeys.rp-id: \"%s\" is not a domain such as example.com".formatted(rpId));
        }
    }

    /// Pages of the domain and its subdomains may use its passkeys, and apps.
    private static Origin origin(String text, String rpId) {
        if (ANDROID.matcher(text).matches()) {
            return Origin.create(text);
        }
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException malformed) {
            throw notAnOrigin(text);
        }
        String host = Optional.ofNullable(address.getHost()).orElse("");
        boolean secure =
                "https".equals(address.getScheme())
                        || ("http".equals(address.getScheme()) && host.equals(LOCALHOST));
        boolean bare = text.equals(address.getScheme() + "://" + address.getRawAuthority());
        if (!secure || !bare || address.getRawUserInfo() != null) {
            throw notAnOrigin(text);
        }
        if (!host.equals(rpId) && !host.endsWith("." + rpId)) {
            throw new IllegalArgumentException(
                    "passkeys.origins: %s is not at passkeys.rp-id, %s".formatted(text, rpId));
        }
        return Origin.create(text);
    }

    private static IllegalArgumentException notAnOrigin(String text) {
        return new IllegalArgumentException(
                "passkeys.origins: \"%s\" is not an origin such as https://www.example.com or"
                                .formatted(text)
                        + " http://localhost:3000");
    }
}
