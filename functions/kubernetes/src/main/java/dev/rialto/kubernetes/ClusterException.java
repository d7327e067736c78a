package dev.rialto.kubernetes;

/// Kubernetes did not do what it was asked. The message is for whoever deploys a micro app.
final class ClusterException extends RuntimeException {
    ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
