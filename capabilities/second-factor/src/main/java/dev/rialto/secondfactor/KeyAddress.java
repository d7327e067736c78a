package dev.rialto.secondfactor;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The address from which authenticator apps read a secret: `otpauth://totp/...`.
///
/// @param issuer the name of the app
/// @param account the name of the user
record KeyAddress(String issuer, String account, String secret, Totp codes) {
    private static final int MAX_NAME = 100;

    @Override
    public String toString() {
        return "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%d&period=%d"
                .formatted(
                        encoded(issuer),
                        encoded(account),
                        secret,
                        encoded(issuer),
                        codes.algorithm(),
                        codes.digits(),
                        codes.period().toSeconds());
    }

    private static String encoded(String name) {
        String shown = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
        return URLEncoder.encode(shown.replace(":", " "), StandardCharsets.UTF_8)
                .replace("+", "%20");
    }
}
