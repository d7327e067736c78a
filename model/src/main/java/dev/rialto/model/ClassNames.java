package dev.rialto.model;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Set;
import java.util.regex.Pattern;

/// What classes and fields may be called.
public final class ClassNames {
    private static final Pattern CLASS = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final int LONGEST = 128;

    /// Classes of the server that the generic routes may reach; their rules watch over them.
    private static final Set<String> SYSTEM =
            Set.of("_User", "_Role", "_Session", "_Installation", "_JobStatus");

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

    /// Whether a class would be the server's own, which no route of objects reaches.
    public static boolean isInternal(String className) {
        return className.startsWith("_") && !SYSTEM.contains(className);
    }

    /// Whether a class is one that every app has.
    public static boolean isSystem(String className) {
        return SYSTEM.contains(className);
    }

    /// Whether clients know an internal class by this name from other servers of the protocol.
    public static boolean isKnownInternal(String className) {
        return className.startsWith("_Join:") || PARSE_INTERNAL.contains(className);
    }

    public static boolean isValidClass(String className) {
        return SYSTEM.contains(className)
                || (className.length() <= LONGEST && CLASS.matcher(className).matches());
    }

    public static void requireClass(String className) {
        if (!isValidClass(className)) {
            throw new RialtoException(
                    ErrorCode.INVALID_CLASS_NAME,
                    "Invalid classname: "
                            + className
                            + ", classnames can only have alphanumeric characters and _, and must"
                            + " start with an alpha character ");
        }
    }

    public static boolean isValidField(String field) {
        return field.length() <= LONGEST
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
