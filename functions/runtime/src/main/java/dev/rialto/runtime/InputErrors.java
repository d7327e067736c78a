package dev.rialto.runtime;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;

/// Describes to a caller why an input value does not fit and what would, without naming classes.
final class InputErrors {
    static final String DATE = "a date such as 2026-01-31T12:00:00.000Z";

    private static final String UNFIT = "the value does not fit";

    /// Name prefixes of classes whose messages are not for callers.
    private static final List<String> LIBRARIES =
            List.of(
                    "java.",
                    "jdk.",
                    "sun.",
                    "tools.jackson.",
                    "groovy.",
                    "org.codehaus.groovy.",
                    "org.apache.groovy.");

    /// Examples for types that are strings in JSON.
    private static final Map<Class<?>, String> FORMS =
            Map.ofEntries(
                    Map.entry(Instant.class, DATE),
                    Map.entry(OffsetDateTime.class, "a date such as 2026-01-31T12:00:00+01:00"),
                    Map.entry(ZonedDateTime.class, "a date such as 2026-01-31T12:00:00+01:00"),
                    Map.entry(LocalDateTime.class, "a date such as 2026-01-31T12:00:00"),
                    Map.entry(LocalDate.class, "a date such as 2026-01-31"),
                    Map.entry(LocalTime.class, "a time such as 12:00:00"),
                    Map.entry(OffsetTime.class, "a time such as 12:00:00+01:00"),
                    Map.entry(Duration.class, "a duration such as PT1H30M"),
                    Map.entry(Period.class, "a period such as P1M15D"),
                    Map.entry(Year.class, "a year such as 2026"),
                    Map.entry(YearMonth.class, "a month such as 2026-01"),
                    Map.entry(MonthDay.class, "a day such as --01-31"),
                    Map.entry(ZoneId.class, "a time zone such as Europe/Berlin"),
                    Map.entry(ZoneOffset.class, "an offset such as +01:00"),
                    Map.entry(UUID.class, "a UUID"),
                    Map.entry(URI.class, "a URI such as https://example.com/"));

    private InputErrors() {}

    static String of(JacksonException mismatch) {
        return switch (mismatch) {
            case PropertyBindingException _ -> "there is no such field";
            case MismatchedInputException unfit -> "expected " + described(unfit.getTargetType());
            case InputCoercionException _ -> "the number is out of range";
            // Only our own exceptions are of exactly this class.
            case DatabindException own
                    when own.getClass() == DatabindException.class && own.getCause() == null ->
                    own.getOriginalMessage();
            default -> UNFIT;
        };
    }

    /// The message for JSON of another kind.
    ///
    /// @param right with its article: `an object`
    static String of(String right, JsonNode given) {
        return "expected "
                + right
                + ", not "
                + switch (given.getNodeType()) {
                    case STRING -> "a string";
                    case NUMBER -> "a number";
                    case BOOLEAN -> "a boolean";
                    case ARRAY -> "an array";
                    case OBJECT -> "an object";
                    case NULL, MISSING, BINARY, POJO -> "null";
                };
    }

    /// Whether the message of a failure was written by the micro app, for its callers. Those of the
    /// JDK and of libraries name classes: `No enum constant com.acme.Size.HUGE`.
    static boolean isForCallers(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return failure instanceof IllegalArgumentException
                && failure.getMessage() != null
                && (trace.length == 0
                        || LIBRARIES.stream().noneMatch(trace[0].getClassName()::startsWith));
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
        if (type == char.class || type == Character.class) {
            return "a string of one character";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a string";
        }
        if (type == byte[].class) {
            return "a string in base64";
        }
        if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
            return "an array";
        }
        String form = FORMS.get(type);
        if (form != null) {
            return form;
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
