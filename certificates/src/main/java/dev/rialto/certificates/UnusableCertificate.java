package dev.rialto.certificates;

/// Why a certificate and its key can't be used, in words for the operator.
final class UnusableCertificate extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableCertificate(String message) {
        super(message);
    }

    UnusableCertificate(String message, Throwable cause) {
        super(message, cause);
    }
}
