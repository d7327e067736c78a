package dev.rialto.server;

import dev.rialto.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A browser and an authenticator of a test, with one passkey. What it answers may be wrong in any
/// way that a test wants.
final class SoftAuthenticator {
    static final int PRESENT = 1;
    static final int VERIFIED = 4;
    static final int BACKUP_ELIGIBLE = 8;
    static final int BACKED_UP = 16;
    private static final int WITH_CREDENTIAL = 64;

    private final KeyPair keys = keys();
    private final byte[] credentialId = new byte[16];
    String origin = "https://example.com";
    String rpId = "example.com";
    int flags = PRESENT | VERIFIED;
    long counter = 1;
    String handle = "";

    SoftAuthenticator() {
        new SecureRandom().nextBytes(credentialId);
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Answers the options of a registration.
    ///
    /// @return the body of the request
    ObjectNode register(JsonNode options) {
        handle = options.at("/user/id").asString();
        byte[] data =
                joined(
                        data(flags | WITH_CREDENTIAL),
                        new byte[16],
                        new byte[] {0, (byte) credentialId.length},
                        credentialId,
                        publicKey());
        ObjectNode body = Json.object();
        ObjectNode credential = body.putObject("credential").put("id", text(credentialId));
        credential.put("rawId", text(credentialId)).put("type", "public-key");
        credential
                .putObject("response")
                .put("clientDataJSON", text(clientData("webauthn.create", options)))
                .put("attestationObject", text(attestation(data)))
                .putArray("transports")
                .add("internal")
                .add("pigeon");
        return body;
    }

    /// Answers the options of a sign-in.
    ///
    /// @return the body of the request
    ObjectNode signIn(JsonNode options) {
        byte[] data = data(flags);
        byte[] client = clientData("webauthn.get", options);
        ObjectNode body = Json.object();
        ObjectNode credential = body.putObject("credential").put("id", text(credentialId));
        ObjectNode response =
                credential
                        .putObject("response")
                        .put("clientDataJSON", text(client))
                        .put("authenticatorData", text(data))
                        .put("signature", text(signature(joined(data, sha256(client)))));
        if (!handle.isEmpty()) {
            response.put("userHandle", handle);
        }
        return body;
    }

    private byte[] clientData(String type, JsonNode options) {
        ObjectNode client = Json.object().put("type", type);
        client.put("challenge", options.path("challenge").asString());
        client.put("origin", origin).put("crossOrigin", false);
        return Json.write(client).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] data(int shownFlags) {
        return ByteBuffer.allocate(37)
                .put(sha256(rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) shownFlags)
                .putInt((int) counter)
                .array();
    }

    /// A key of COSE in CBOR: an elliptic curve, ES256, P-256, x, y.
    private byte[] publicKey() {
        var point = ((ECPublicKey) keys.getPublic()).getW();
        return joined(
                HexFormat.of().parseHex("a5010203262001215820"),
                coordinate(point.getAffineX()),
                HexFormat.of().parseHex("225820"),
                coordinate(point.getAffineY()));
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int common = Math.min(bytes.length, fixed.length);
        System.arraycopy(bytes, bytes.length - common, fixed, fixed.length - common, common);
        return fixed;
    }

    /// An attestation object in CBOR: fmt `none`, attStmt empty, authData.
    private static byte[] attestation(byte[] data) {
        return joined(
                HexFormat.of()
                        .parseHex(
                                "a363666d74646e6f6e656761747453746d74a0686175746844617461"
                                        + "58"
                                        + HexFormat.of().toHexDigits((byte) data.length)),
                data);
    }

    private byte[] signature(byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
