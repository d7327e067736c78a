package dev.rialto.runtime;

import java.math.BigInteger;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;

/// What a caller is told of a value that does not fit: what would, and nothing of our classes.
final class Expected {
    private static final String UNFIT = "the value does not fit";

    private Expected() {}

    static String of(JacksonException mismatch) {
        return switch (mismatch) {
            case PropertyBindingException _ -> "there is no such field";
            case MismatchedInputException unfit -> "expected " + described(unfit.getTargetType());
            case InputCoercionException _ -> "the number is out of range";
            // Only ours are of no narrower class.
            case DatabindException own
                    when own.getClass() == DatabindException.class && own.getCause() == null ->
                    own.getOriginalMessage();
            default -> UNFIT;
        };
    }

    private static String described(@Nullable Class<?> type) {
        if (type == null) {
            return "another value";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (isWhole(type)) {
            return "a whole number";
        }
        if ((type.isPrimitive() && type != char.class) || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        if (CharSequence.class.isAssignableFrom(type) || type == char.class) {
            return "a text";
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "a list";
        }
        if (Temporal.class.isAssignableFrom(type)) {
            return "a date such as 2026-01-31T12:00:00.000Z";
        }
        return type.isRecord() || Map.class.isAssignableFrom(type)
                ? "an object"
                : "another kind of value";
    }

    private static boolean isWhole(Class<?> type) {
        return type == int.class
                || type == Integer.class
                || type == long.class
                || type == Long.class
                || type == short.class
                || type == Short.class
                || type == byte.class
                || type == Byte.class
                || type == BigInteger.class;
    }
}
