package dev.rialto.passkeys;

import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.RegistrationRequest;
import dev.rialto.http.Call;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads what browsers answer: `credential.toJSON()` of WebAuthn, in the field `credential`.
final class Answers {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Set<String> TRANSPORTS =
            Set.of("usb", "nfc", "ble", "smart-card", "hybrid", "internal");

    private Answers() {}

    static RegistrationRequest registration(Call call) {
        JsonNode response = response(call);
        return new RegistrationRequest(
                bytes(response, "attestationObject"), bytes(response, "clientDataJSON"));
    }

    /// The ways in which browsers reach the authenticator, as far as they are known.
    static List<String> transports(Call call) {
        Set<String> known = new LinkedHashSet<>();
        response(call).path("transports").forEach(each -> known.add(each.asString("")));
        known.retainAll(TRANSPORTS);
        return List.copyOf(known);
    }

    /// What a passkey was sent with.
    ///
    /// @param handle empty when it was not sent
    record Sent(AuthenticationRequest request, byte[] credentialId, byte[] handle) {}

    static Sent authentication(Call call) {
        JsonNode response = response(call);
        byte[] credentialId = bytes(call.body().path("credential"), "id");
        byte[] handle =
                response.path("userHandle").isString()
                        ? bytes(response, "userHandle")
                        : new byte[0];
        return new Sent(
                new AuthenticationRequest(
                        credentialId,
                        handle,
                        bytes(response, "authenticatorData"),
                        bytes(response, "clientDataJSON"),
                        bytes(response, "signature")),
                credentialId,
                handle);
    }

    private static JsonNode response(Call call) {
        return call.body().path("credential").path("response");
    }

    private static byte[] bytes(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (value.isString() && value.stringValue().length() <= MAX_BYTES) {
            try {
                return Base64.getUrlDecoder().decode(value.stringValue());
            } catch (IllegalArgumentException _) {
                // The message below says what is right.
            }
        }
        throw new RialtoException(
                ErrorCode.INVALID_VALUE,
                "credential must be what toJSON() of a PublicKeyCredential returns: its "
                        + field
                        + " must be base64url of at most 64 KB");
    }

    static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
