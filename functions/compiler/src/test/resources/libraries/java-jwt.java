// com.auth0:java-jwt:4.5.0
// ["ann","admin","SignatureVerificationException","HS256"]
package app;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;

import java.time.Instant;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var algorithm = Algorithm.HMAC256("a secret of some length");
        String token =
                JWT.create()
                        .withIssuer("me")
                        .withSubject("ann")
                        .withClaim("role", "admin")
                        .withExpiresAt(Instant.parse("2090-01-01T00:00:00Z"))
                        .sign(algorithm);
        var verified = JWT.require(algorithm).withIssuer("me").build().verify(token);
        String refused;
        try {
            JWT.require(Algorithm.HMAC256("another")).build().verify(token);
            refused = "no";
        } catch (JWTVerificationException wrong) {
            refused = wrong.getClass().getSimpleName();
        }
        return List.of(
                verified.getSubject(),
                verified.getClaim("role").asString(),
                refused,
                JWT.decode(token).getAlgorithm());
    }
}
