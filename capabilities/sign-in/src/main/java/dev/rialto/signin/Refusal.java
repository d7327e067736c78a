package dev.rialto.signin;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;

/// How clients are told that a sign-in is refused, in the words of Parse Server.
final class Refusal {
    private Refusal() {}

    /// @param label what people call the provider
    static RialtoException invalid(String label) {
        return of(label + " auth is invalid for this user.");
    }

    static RialtoException codeRequired(String label) {
        return new RialtoException(ErrorCode.VALIDATION_FAILED, label + " code is required.");
    }

    static RialtoException unreachable(String label) {
        return new RialtoException(
                ErrorCode.TIMEOUT, label + " can't be reached at present; try again later.");
    }

    static RialtoException noPages(String label) {
        return new RialtoException(
                ErrorCode.COMMAND_UNAVAILABLE, label + " has no page to sign in; use authData.");
    }

    static RialtoException of(String message) {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, message);
    }
}
