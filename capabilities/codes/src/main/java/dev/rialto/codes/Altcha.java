package dev.rialto.codes;

import dev.rialto.codes.spi.CaptchaVerifier;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.SecretBox;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The server's own captcha, a proof of work in version 1 of ALTCHA's protocol: a client looks for
/// the number whose SHA-256 with a salt is known. See https://altcha.org/docs/v2/proof-of-work/.
final class Altcha implements CaptchaVerifier {
    static final String NAME = "altcha";

    private static final String ALGORITHM = "SHA-256";
    private static final Duration VALID = Duration.ofMinutes(5);
    private static final int SALT_BYTES = 12;
    private static final int MAX_LENGTH = 4_000;

    /// The delimiter at the end keeps digits of the number from being moved into the time.
    private static final Pattern SALT = Pattern.compile("[0-9a-f]{24}\\?expires=(\\d{1,11})&");

    private final CodeStore store;
    private final SecretBox secrets;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Ids ids = new Ids(random);

    Altcha(CodeStore store, SecretBox secrets, InstantSource clock) {
        this.store = store;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    /// A challenge to solve.
    ///
    /// @param most the largest number that the solution may be
    ObjectNode challenge(App app, int most) {
        String salt =
                ids.hex(SALT_BYTES)
                        + "?expires="
                        + clock.instant().plus(VALID).getEpochSecond()
                        + "&";
        String challenge = hash(salt + random.nextInt(most + 1));
        return Json.object()
                .put("algorithm", ALGORITHM)
                .put("challenge", challenge)
                .put("maxnumber", most)
                .put("salt", salt)
                .put("signature", secrets.macs(challenge, purpose(app)).getFirst());
    }

    @Override
    public boolean verify(App app, String solution, String clientAddress) {
        Optional<ObjectNode> read = read(solution);
        if (read.isEmpty()) {
            return false;
        }
        ObjectNode payload = read.get();
        String salt = payload.path("salt").asString("");
        String challenge = payload.path("challenge").asString("");
        JsonNode number = payload.path("number");
        Matcher parts = SALT.matcher(salt);
        if (!ALGORITHM.equals(payload.path("algorithm").asString(""))
                || !parts.matches()
                || !number.isIntegralNumber()
                || !number.canConvertToInt()
                || !hash(salt + number.intValue()).equals(challenge)
                || !isSigned(app, challenge, payload.path("signature").asString(""))) {
            return false;
        }
        var expires = Instant.ofEpochSecond(Long.parseLong(parts.group(1)));
        return clock.instant().isBefore(expires) && store.solve(app, challenge, expires);
    }

    private static Optional<ObjectNode> read(String solution) {
        if (solution.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            return Json.read(Base64.getDecoder().decode(solution)) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (IllegalArgumentException | JacksonException | RialtoException _) {
            return Optional.empty();
        }
    }

    private boolean isSigned(App app, String challenge, String signature) {
        byte[] given = signature.getBytes(StandardCharsets.UTF_8);
        return secrets.macs(challenge, purpose(app)).stream()
                .anyMatch(each ->
                        MessageDigest.isEqual(each.getBytes(StandardCharsets.UTF_8), given));
    }

    private static String purpose(App app) {
        return "captcha " + app.id();
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance(ALGORITHM)
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
