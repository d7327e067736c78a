package dev.rialto.kernel;

/// All errors as clients see them: the number on the wire, the HTTP status and who must act.
/// Numbers below 1000 are Parse's; 1000 and above are Rialto's own.
public enum ErrorCode {
    UNAUTHORIZED(0, 403, Kind.CALLER),
    MALFORMED_REQUEST(0, 400, Kind.CALLER),
    NOT_FOUND(0, 404, Kind.CALLER),
    METHOD_NOT_ALLOWED(0, 405, Kind.CALLER),
    REQUEST_TIMEOUT(0, 408, Kind.CALLER),
    REQUEST_TOO_LARGE(0, 413, Kind.LIMIT),
    UNSUPPORTED_ENCODING(0, 415, Kind.CALLER),
    OTHER_CAUSE(-1, 400, Kind.CALLER),
    INTERNAL(1, 500, Kind.SERVER),
    BROKEN_FRAME(1, 400, Kind.CALLER),
    UNKNOWN_SUBSCRIPTION(2, 400, Kind.CALLER),
    WRONG_KEY(4, 403, Kind.CALLER),
    OBJECT_NOT_FOUND(101, 404, Kind.CALLER),
    INVALID_QUERY(102, 400, Kind.CALLER),
    INVALID_CLASS_NAME(103, 400, Kind.CALLER),
    MISSING_OBJECT_ID(104, 400, Kind.CALLER),
    INVALID_KEY_NAME(105, 400, Kind.CALLER),
    INVALID_POINTER(106, 400, Kind.CALLER),
    INVALID_JSON(107, 400, Kind.CALLER),
    COMMAND_UNAVAILABLE(108, 400, Kind.CALLER),
    INCORRECT_TYPE(111, 400, Kind.CALLER),
    PUSH_MISCONFIGURED(115, 400, Kind.CALLER),
    OBJECT_TOO_LARGE(116, 400, Kind.LIMIT),
    OPERATION_FORBIDDEN(119, 400, Kind.CALLER),
    INVALID_NESTED_KEY(121, 400, Kind.CALLER),
    INVALID_FILE_NAME(122, 400, Kind.CALLER),
    INVALID_ACL(123, 400, Kind.CALLER),
    TIMEOUT(124, 400, Kind.LIMIT),
    INVALID_EMAIL_ADDRESS(125, 400, Kind.CALLER),
    MISSING_CONTENT_TYPE(126, 400, Kind.CALLER),
    FILE_TOO_LARGE(129, 400, Kind.LIMIT),
    FILE_SAVE_ERROR(130, 400, Kind.CALLER),
    MISSING_INSTALLATION_ID(132, 400, Kind.CALLER),
    MISSING_DEVICE_ID(135, 400, Kind.CALLER),
    MISSING_CLASS_NAME(135, 400, Kind.CALLER),
    IMMUTABLE_FIELD(136, 400, Kind.CALLER),
    DUPLICATE_VALUE(137, 400, Kind.CALLER),
    INVALID_ROLE_NAME(139, 400, Kind.CALLER),
    EXCEEDED_QUOTA(140, 400, Kind.LIMIT),
    SCRIPT_FAILED(141, 400, Kind.CALLER),
    VALIDATION_FAILED(142, 400, Kind.CALLER),
    HOOK_ERROR(143, 400, Kind.CALLER),
    UNSAVED_FILE(151, 400, Kind.CALLER),
    FILE_DELETE_ERROR(153, 400, Kind.CALLER),
    REQUEST_LIMIT_EXCEEDED(155, 429, Kind.LIMIT),
    DUPLICATE_REQUEST(159, 400, Kind.CALLER),
    INVALID_VALUE(162, 400, Kind.CALLER),
    USERNAME_MISSING(200, 400, Kind.CALLER),
    PASSWORD_MISSING(201, 400, Kind.CALLER),
    USERNAME_TAKEN(202, 400, Kind.CALLER),
    EMAIL_TAKEN(203, 400, Kind.CALLER),
    EMAIL_MISSING(204, 400, Kind.CALLER),
    EMAIL_NOT_FOUND(205, 400, Kind.CALLER),
    SESSION_MISSING(206, 400, Kind.CALLER),
    ACCOUNT_ALREADY_LINKED(208, 400, Kind.CALLER),
    INVALID_SESSION_TOKEN(209, 400, Kind.CALLER),
    UNSUPPORTED_SERVICE(252, 400, Kind.CALLER),
    INVALID_SCHEMA_OPERATION(255, 400, Kind.CALLER),
    STEP_UP_REQUIRED(1403, 403, Kind.CALLER),
    UPLOAD_OFFSET_MISMATCH(1409, 409, Kind.CALLER),
    SYNC_TOKEN_EXPIRED(1410, 410, Kind.CALLER),
    RESUME_EXPIRED(1411, 410, Kind.CALLER),
    CONDITION_NOT_MET(1412, 412, Kind.CALLER),
    UPLOAD_GONE(1413, 410, Kind.CALLER),
    UPLOAD_VERSION_UNSUPPORTED(1414, 412, Kind.CALLER),
    UPLOAD_TYPE_UNSUPPORTED(1415, 415, Kind.CALLER),
    DEPLOY_REFUSED(1422, 422, Kind.CALLER),
    UPLOAD_LOCKED(1423, 423, Kind.LIMIT),
    CAPTCHA_REQUIRED(1428, 428, Kind.CALLER),
    ALLOCATION_EXCEEDED(1429, 400, Kind.LIMIT),
    UPLOAD_CHECKSUM_MISMATCH(1460, 460, Kind.CALLER),
    OVERLOADED(1503, 503, Kind.LIMIT),
    FUNCTION_SUSPENDED(1504, 503, Kind.LIMIT),
    FUNCTION_UNLOADED(1505, 503, Kind.LIMIT),
    STORAGE_FULL(1507, 507, Kind.LIMIT);

    /// Who must act on an error.
    public enum Kind {
        /// The caller sent something that can't be done.
        CALLER,
        /// The server failed.
        SERVER,
        /// A limit was reached: less, later or elsewhere may work.
        LIMIT
    }

    private final int number;
    private final int status;
    private final Kind kind;

    ErrorCode(int number, int status, Kind kind) {
        this.number = number;
        this.status = status;
        this.kind = kind;
    }

    /// The `code` of the answer's body; 0 when the body carries none, as Parse does outside its
    /// protocol proper (wrong keys, unreadable requests).
    public int number() {
        return number;
    }

    /// The HTTP status of the answer.
    public int status() {
        return status;
    }

    public Kind kind() {
        return kind;
    }

    /// The code for a number that a function chose for its failure: the one with that number if it
    /// blames the caller or a limit, otherwise [#SCRIPT_FAILED].
    public static ErrorCode chosen(int number) {
        for (ErrorCode each : values()) {
            if (number != 0 && each.number == number && each.kind != Kind.SERVER) {
                return each;
            }
        }
        return SCRIPT_FAILED;
    }
}
