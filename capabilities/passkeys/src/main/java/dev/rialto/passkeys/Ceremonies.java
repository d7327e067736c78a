package dev.rialto.passkeys;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.AttestationObject;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import com.webauthn4j.verifier.exception.BadChallengeException;
import com.webauthn4j.verifier.exception.BadOriginException;
import com.webauthn4j.verifier.exception.BadRpIdException;
import com.webauthn4j.verifier.exception.BadSignatureException;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import com.webauthn4j.verifier.exception.UserNotVerifiedException;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.nio.BufferUnderflowException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// The ceremonies of WebAuthn: what authenticators answer is read and verified. Attestation is not
/// asked for, so its statements are not looked at.
final class Ceremonies {
    private final ObjectConverter converter = new ObjectConverter();
    private final WebAuthnManager manager =
            WebAuthnManager.createNonStrictWebAuthnManager(converter);
    private final AttestedCredentialDataConverter credentials =
            new AttestedCredentialDataConverter(converter);

    /// The algorithms of public keys that are accepted, the best first.
    static final List<COSEAlgorithmIdentifier> ALGORITHMS =
            List.of(
                    COSEAlgorithmIdentifier.EdDSA,
                    COSEAlgorithmIdentifier.ES256,
                    COSEAlgorithmIdentifier.RS256);

    private static final List<PublicKeyCredentialParameters> PARAMETERS =
            ALGORITHMS.stream()
                    .map(each ->
                            new PublicKeyCredentialParameters(
                                    PublicKeyCredentialType.PUBLIC_KEY, each))
                    .toList();

    /// What a new passkey has answered.
    record Registration(
            RegistrationData data,
            byte[] challenge,
            AuthenticatorData<?> authenticator,
            AttestedCredentialData credential) {}

    /// What a passkey has answered.
    ///
    /// @param handle empty when it was not sent
    record Assertion(
            AuthenticationData data,
            byte[] challenge,
            byte[] credentialId,
            byte[] handle,
            AuthenticatorData<?> authenticator) {}

    /// Reads the answer to a registration.
    Registration read(RegistrationRequest answer) {
        return reading(() -> {
            RegistrationData data = manager.parse(answer);
            AttestationObject attestation = given(data.getAttestationObject());
            return new Registration(
                    data,
                    challenge(data.getCollectedClientData()),
                    attestation.getAuthenticatorData(),
                    given(attestation.getAuthenticatorData().getAttestedCredentialData()));
        });
    }

    /// Reads the answer to a sign-in.
    Assertion read(Answers.Sent answer) {
        return reading(() -> {
            AuthenticationData data = manager.parse(answer.request());
            return new Assertion(
                    data,
                    challenge(data.getCollectedClientData()),
                    answer.credentialId(),
                    answer.handle(),
                    given(data.getAuthenticatorData()));
        });
    }

    private static byte[] challenge(@Nullable CollectedClientData client) {
        return given(client).getChallenge().getValue();
    }

    private static <T> T given(@Nullable T part) {
        if (part == null) {
            throw new IllegalArgumentException("a part is missing");
        }
        return part;
    }

    private static <T> T reading(Supplier<T> reader) {
        try {
            return reader.get();
        } catch (WebAuthnException
                | JacksonException
                | IllegalArgumentException
                | BufferUnderflowException broken) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, "credential is not a valid answer of WebAuthn");
        }
    }

    /// Verifies the answer to a registration.
    ///
    /// @param answer to a challenge that was asked and is used up
    void verify(Registration answer, PasskeySettings settings, boolean verification) {
        refusing(() ->
                manager.verify(
                        answer.data(),
                        new RegistrationParameters(
                                server(settings, answer.challenge()),
                                PARAMETERS,
                                verification,
                                true)));
    }

    /// Verifies the answer to a sign-in.
    ///
    /// @param answer to a challenge that was asked and is used up
    /// @throws MaliciousCounterValueException when the counter has not grown
    void verify(Assertion answer, Passkey key, PasskeySettings settings, boolean verification) {
        var known =
                new CredentialRecordImpl(
                        new NoneAttestationStatement(),
                        key.verified(),
                        key.backup().eligible(),
                        key.backup().done(),
                        key.counter(),
                        credentials.convert(key.credential()),
                        null,
                        null,
                        null,
                        Set.of());
        refusing(() ->
                manager.verify(
                        answer.data(),
                        new AuthenticationParameters(
                                server(settings, answer.challenge()),
                                known,
                                null,
                                verification,
                                true)));
    }

    /// The attested credential data of a registration, to be kept.
    byte[] credential(Registration answer) {
        return credentials.convert(answer.credential());
    }

    private static ServerProperty server(PasskeySettings settings, byte[] challenge) {
        return ServerProperty.builder()
                .origins(settings.origins())
                .rpId(settings.rpId().orElseThrow())
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    private static void refusing(Runnable verification) {
        try {
            verification.run();
        } catch (BadOriginException refused) {
            throw refused("its origin is not one of passkeys.origins");
        } catch (BadRpIdException refused) {
            throw refused("it is not for the domain of passkeys.rp-id");
        } catch (BadChallengeException refused) {
            throw refused("its challenge is not the one that was asked");
        } catch (UserNotVerifiedException refused) {
            throw refused("it has not verified its user");
        } catch (BadSignatureException refused) {
            throw refused("its signature is not valid");
        } catch (MaliciousCounterValueException cloned) {
            throw cloned;
        } catch (WebAuthnException | IllegalArgumentException | BufferUnderflowException refused) {
            throw refused("what it has signed is not valid");
        }
    }

    static RialtoException refused(String why) {
        return new RialtoException(
                ErrorCode.OBJECT_NOT_FOUND, "The passkey was not accepted: " + why + ".");
    }
}
