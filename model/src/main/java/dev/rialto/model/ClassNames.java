package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Set;
import java.util.regex.Pattern;

/// What classes and fields may be called. Which of the names that are kept for the server are those
/// of classes that clients reach is for the capabilities to declare.
public final class ClassNames {
    private static final Pattern CLASS = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final int MAX_LENGTH = 128;

    /// What the names of the server's own classes begin with.
    private static final String SERVERS_OWN = "_";

    /// What Parse Server calls the classes that it keeps for itself.
    private static final Set<String> PARSE_INTERNAL =
            Set.of(
                    "_Audience",
                    "_ExportProgress",
                    "_GlobalConfig",
                    "_GraphQLConfig",
                    "_Hooks",
                    "_Idempotency",
                    "_JobSchedule",
                    "_PushStatus",
                    "_SCHEMA");

    /// Fields that every class has.
    public static final Set<String> IMPLICIT = Set.of("objectId", "createdAt", "updatedAt", "ACL");

    private static final Set<String> RESERVED = Set.of("length", "className");

    private ClassNames() {}

    /// Whether apps can't give a class this name since it is kept for the server.
    public static boolean isReserved(String className) {
        return className.startsWith(SERVERS_OWN);
    }

    /// Whether clients know the class from Parse Server as one that they can't reach: it is
    /// forbidden to them, where other reserved names are not valid.
    public static boolean isParseInternal(String className) {
        return className.startsWith("_Join:") || PARSE_INTERNAL.contains(className);
    }

    /// Whether an app may give a class this name.
    public static boolean isValidClass(String className) {
        return className.length() <= MAX_LENGTH && CLASS.matcher(className).matches();
    }

    /// Whether a class of an app or of the server could have this name.
    public static boolean isWellFormed(String className) {
        return isValidClass(
                isReserved(className) ? className.substring(SERVERS_OWN.length()) : className);
    }

    /// The refusal of a name, in the words that clients of the protocol know.
    public static RialtoException invalid(String className) {
        return new RialtoException(
                ErrorCode.INVALID_CLASS_NAME,
                "Invalid classname: "
                        + className
                        + ", classnames can only have alphanumeric characters and _, and must"
                        + " start with an alpha character ");
    }

    public static boolean isValidField(String field) {
        return field.length() <= MAX_LENGTH
                && FIELD.matcher(field).matches()
                && !RESERVED.contains(field);
    }

    public static void requireField(String field) {
        if (!isValidField(field)) {
            throw new RialtoException(
                    ErrorCode.INVALID_KEY_NAME, "Invalid field name: " + field + ".");
        }
    }
}
