package dev.rialto.http;

/// What a client did that ends its socket.
final class SocketFault extends Exception {
    private static final long serialVersionUID = 1;

    private final int closeCode;

    SocketFault(int closeCode, String reason) {
        super(reason, null, false, false);
        this.closeCode = closeCode;
    }

    int closeCode() {
        return closeCode;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
