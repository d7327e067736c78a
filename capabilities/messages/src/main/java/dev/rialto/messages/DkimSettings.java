package dev.rialto.messages;

import dev.rialto.kernel.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How mail is signed.
///
/// @param domain whose mail it is
/// @param selector names the key among those of the domain
public record DkimSettings(String domain, String selector, RSAPrivateCrtKey key) {
    private static final int MIN_BITS = 2_048;
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final String BEGIN = "-----BEGIN ";
    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    public DkimSettings {
        if (!NAME.matcher(domain).matches() || !domain.contains(".")) {
            throw new IllegalArgumentException("messages.dkim.domain must be like example.com");
        }
        if (!NAME.matcher(selector).matches()) {
            throw new IllegalArgumentException("messages.dkim.selector must be like rialto1");
        }
        if (key.getModulus().bitLength() < MIN_BITS) {
            throw new IllegalArgumentException(
                    "messages.dkim.key must have at least " + MIN_BITS + " bits");
        }
    }

    static Optional<DkimSettings> read(Settings in) {
        Optional<String> domain = in.text("messages.dkim.domain");
        Optional<String> selector = in.text("messages.dkim.selector");
        Optional<String> key = in.secret("messages.dkim.key");
        if (domain.isEmpty() && selector.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        if (domain.isEmpty() || selector.isEmpty() || key.isEmpty()) {
            in.problem(
                    "messages.dkim.domain, messages.dkim.selector and messages.dkim.key belong"
                            + " together");
            return Optional.empty();
        }
        return in.build(
                Optional.empty(),
                () -> Optional.of(new DkimSettings(domain.get(), selector.get(), key(key.get()))));
    }

    /// Reads a key, or the file that it is in.
    ///
    /// @throws IllegalArgumentException when it is not one
    private static RSAPrivateCrtKey key(String pemOrPath) {
        try {
            String pem =
                    pemOrPath.startsWith(BEGIN) ? pemOrPath : Files.readString(Path.of(pemOrPath));
            Matcher content = PEM.matcher(pem);
            if (content.find()) {
                byte[] der = Base64.getMimeDecoder().decode(content.group(1));
                if (KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der))
                        instanceof RSAPrivateCrtKey key) {
                    return key;
                }
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            // It may be part of the key, so the cause is not told.
            throw unusable();
        }
        throw unusable();
    }

    private static IllegalArgumentException unusable() {
        return new IllegalArgumentException(
                "messages.dkim.key must be an RSA key, or the path of a file with one, as openssl"
                        + " genpkey -algorithm rsa writes it (BEGIN PRIVATE KEY)");
    }

    /// The name of the record in the DNS by which receivers find the public key.
    String recordName() {
        return selector + "._domainkey." + domain;
    }

    /// What is in that record, of the type TXT.
    String recordValue() {
        try {
            byte[] encoded =
                    KeyFactory.getInstance("RSA")
                            .generatePublic(
                                    new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
                            .getEncoded();
            return "v=DKIM1; k=rsa; p=" + Base64.getEncoder().encodeToString(encoded);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Doesn't show the key.
    @Override
    public String toString() {
        return recordName();
    }
}
