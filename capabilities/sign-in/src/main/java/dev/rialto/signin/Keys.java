package dev.rialto.signin;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Reads keys as the consoles of providers hand them out: PEM, or its base64 alone. In settings,
/// line breaks may be written as `\n`.
final class Keys {
    private Keys() {}

    /// @throws IllegalArgumentException when it is not an EC or RSA key of PKCS #8
    static PrivateKey privateKey(String text) {
        var spec = new PKCS8EncodedKeySpec(decoded(text));
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (InvalidKeySpecException _) {
            return rsa(spec);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static PrivateKey rsa(PKCS8EncodedKeySpec spec) {
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (GeneralSecurityException invalid) {
            throw new IllegalArgumentException("not a private key", invalid);
        }
    }

    /// @throws IllegalArgumentException when it is not an RSA key
    static PublicKey publicKey(String text) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(decoded(text)));
        } catch (GeneralSecurityException invalid) {
            throw new IllegalArgumentException("not a public key", invalid);
        }
    }

    private static byte[] decoded(String text) {
        return Base64.getMimeDecoder()
                .decode(text.replace("\\n", "\n").replaceAll("-----[A-Z ]+-----", ""));
    }
}
