package dev.rialto.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// A stand-in for an OpenID provider, and its keys.
final class Issuer implements AutoCloseable {
    final Vendor vendor = new Vendor();
    final List<JWK> published = new CopyOnWriteArrayList<>();
    final RSAKey rsa = rsa("rsa-1");
    private final String prefix;

    /// @param name the issuer, or empty for the address of the server
    /// @param path below which the metadata is
    Issuer(String name, String path) {
        this.prefix = path;
        published.add(rsa);
        vendor.on(
                path + "/.well-known/openid-configuration",
                """
                {"issuer": "%s", "authorization_endpoint": "%2$s/authorize",
                 "token_endpoint": "%2$s/token", "jwks_uri": "%2$s/keys",
                 "introspection_endpoint": "%2$s/introspect"}
                """
                        .formatted(name.isEmpty() ? url() : name, vendor.url()));
        vendor.on("/keys", _ -> keys());
    }

    Issuer() {
        this("", "");
    }

    String url() {
        return vendor.url() + prefix;
    }

    String keys() {
        return published.stream()
                .map(each -> each.toPublicJWK().toJSONString())
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    String token(String claims) {
        return token(claims, rsa);
    }

    static String token(String claims, JWK key) {
        try {
            JWSSigner signer =
                    key instanceof ECKey ec
                            ? new ECDSASigner(ec)
                            : new RSASSASigner(key.toRSAKey());
            JWSAlgorithm algorithm = key instanceof ECKey ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
            return signed(
                    new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims, signer);
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static String signed(JWSHeader header, String claims, JWSSigner signer) {
        try {
            var token = new SignedJWT(header, JWTClaimsSet.parse(claims));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException | ParseException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        vendor.close();
    }
}
