package dev.rialto.hardening;

/// Code of a library came to something that is not available to functions. A [SecurityException],
/// since that is what libraries expect of members that are denied to them, and many have another
/// way then.
public final class UnavailableException extends SecurityException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
        super(message);
    }
}
