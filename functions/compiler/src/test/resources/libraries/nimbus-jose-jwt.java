// com.nimbusds:nimbus-jose-jwt:10.3
// [true,"ann","admin","HS256"]
package app;

import com.nimbusds.jose.*;
import com.nimbusds.jose.crypto.*;
import com.nimbusds.jwt.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        byte[] secret = "0123456789abcdef0123456789abcdef".getBytes("UTF-8");
        var token =
                new SignedJWT(
                        new JWSHeader(JWSAlgorithm.HS256),
                        new JWTClaimsSet.Builder().subject("ann").claim("role", "admin").build());
        token.sign(new MACSigner(secret));
        var parsed = SignedJWT.parse(token.serialize());
        return List.of(
                parsed.verify(new MACVerifier(secret)),
                parsed.getJWTClaimsSet().getSubject(),
                parsed.getJWTClaimsSet().getStringClaim("role"),
                parsed.getHeader().getAlgorithm().getName());
    }
}
