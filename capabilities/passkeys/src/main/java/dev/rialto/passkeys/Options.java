package dev.rialto.passkeys;

import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import dev.rialto.kernel.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What browsers ask authenticators for: the options of WebAuthn as JSON, which
/// `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` read.
final class Options {
    private Options() {}

    /// @param appName shown by authenticators
    /// @param handle the random name of the user
    /// @param known the passkeys that the user has, of which no second one is made on a device
    static ObjectNode registration(
            PasskeySettings settings,
            String appName,
            byte[] handle,
            String userName,
            List<Passkey> known,
            byte[] challenge) {
        ObjectNode options = Json.object();
        options.putObject("rp").put("id", settings.rpId().orElseThrow()).put("name", appName);
        options.putObject("user")
                .put("id", Answers.text(handle))
                .put("name", userName)
                .put("displayName", userName);
        options.put("challenge", Answers.text(challenge));
        ArrayNode algorithms = options.putArray("pubKeyCredParams");
        for (COSEAlgorithmIdentifier each : Ceremonies.ALGORITHMS) {
            algorithms.addObject().put("type", "public-key").put("alg", each.getValue());
        }
        options.put("timeout", Challenges.LIFETIME.toMillis());
        addAll(options.putArray("excludeCredentials"), known);
        options.putObject("authenticatorSelection")
                .put("residentKey", "required")
                .put("requireResidentKey", true)
                .put("userVerification", settings.verification().text());
        return options.put("attestation", "none");
    }

    /// @param allowed the passkeys that may answer; empty for any
    static ObjectNode authentication(
            PasskeySettings settings,
            String verification,
            List<Passkey> allowed,
            byte[] challenge) {
        ObjectNode options =
                Json.object()
                        .put("challenge", Answers.text(challenge))
                        .put("rpId", settings.rpId().orElseThrow())
                        .put("timeout", Challenges.LIFETIME.toMillis())
                        .put("userVerification", verification);
        addAll(options.putArray("allowCredentials"), allowed);
        return options;
    }

    private static void addAll(ArrayNode list, List<Passkey> keys) {
        for (Passkey each : keys) {
            ObjectNode key =
                    list.addObject()
                            .put("type", "public-key")
                            .put("id", Answers.text(each.credentialId()));
            ArrayNode transports = key.putArray("transports");
            each.transports().forEach(transports::add);
        }
    }
}
