package dev.rialto.http;

/// The codes of RFC 6455 with which the listener itself closes a socket.
final class CloseCode {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int UNACCEPTABLE_DATA = 1003;
    static final int NOT_TEXT = 1007;
    static final int TOO_BIG = 1009;
    static final int FAILED = 1011;
    static final int TRY_LATER = 1013;

    private CloseCode() {}

    /// Whether a client may send this code.
    static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }
}
