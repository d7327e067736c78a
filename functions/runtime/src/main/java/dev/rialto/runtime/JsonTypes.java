package dev.rialto.runtime;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Entity;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/// Decides which types have a JSON form: those listed in docs/sdk.md.
///
/// Values are read from JSON and written to it without a call that the hardening could check. So
/// types that are not listed are rejected, even if Jackson could handle them: a `Timer` would start
/// a thread, and the getters of a `Thread` lead to half of the server.
final class JsonTypes {
    private static final Set<Class<?>> PLAIN =
            Set.of(
                    Object.class,
                    String.class,
                    CharSequence.class,
                    Character.class,
                    Boolean.class,
                    Byte.class,
                    Short.class,
                    Integer.class,
                    Long.class,
                    Float.class,
                    Double.class,
                    Number.class,
                    BigInteger.class,
                    BigDecimal.class,
                    UUID.class,
                    URI.class,
                    OptionalInt.class,
                    OptionalLong.class,
                    OptionalDouble.class,
                    Entity.class,
                    Entity.Pointer.class);

    private static final Set<Class<?>> TIMES =
            Set.of(
                    Instant.class,
                    OffsetDateTime.class,
                    ZonedDateTime.class,
                    LocalDateTime.class,
                    LocalDate.class,
                    LocalTime.class,
                    OffsetTime.class,
                    Duration.class,
                    Period.class,
                    Year.class,
                    YearMonth.class,
                    MonthDay.class,
                    DayOfWeek.class,
                    Month.class,
                    ZoneId.class,
                    ZoneOffset.class);

    private static final Set<Class<?>> LISTS =
            Set.of(
                    Iterable.class,
                    Collection.class,
                    SequencedCollection.class,
                    List.class,
                    Set.class,
                    SequencedSet.class);

    private static final Set<Class<?>> MAPS = Set.of(Map.class, SequencedMap.class);

    private static final Set<Class<?>> KEYS =
            Set.of(Object.class, String.class, Integer.class, Long.class, UUID.class);

    /// How deep a record may contain itself with different type arguments, which would never end.
    private static final int SAME_WITHIN = 4;

    private final TypeFactory types;
    private final Set<JavaType> passed = new HashSet<>();
    private final Deque<Class<?>> within = new ArrayDeque<>();

    private JsonTypes(TypeFactory types) {
        this.types = types;
    }

    /// Requires that values of a class, and of all types that it names, may be read from JSON.
    ///
    /// @throws RialtoException INVALID_JSON if they may not
    static void requireReadable(Class<?> type, TypeFactory types) {
        new JsonTypes(types).check(types.constructType(type), type.getSimpleName());
    }

    /// Whether a value of a class may be written as JSON; its content is checked separately.
    static boolean isWritable(Class<?> type) {
        return type.isPrimitive()
                || type.isArray()
                || RecordForm.has(type)
                || type.isEnum()
                || Enum.class.isAssignableFrom(type)
                || (PLAIN.contains(type) && type != Object.class)
                || TIMES.contains(type)
                || Number.class.isAssignableFrom(type)
                || CharSequence.class.isAssignableFrom(type)
                || Iterable.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type)
                || Map.Entry.class.isAssignableFrom(type)
                || ZoneId.class.isAssignableFrom(type)
                || type == Optional.class;
    }

    /// Whether keys of a class have their own form, or are values of the JDK. `toString` of any
    /// other might never end.
    static boolean isPlainKey(Class<?> type) {
        return Enum.class.isAssignableFrom(type)
                || (PLAIN.contains(type) && type != CharSequence.class)
                || TIMES.contains(type)
                || Number.class.isAssignableFrom(type)
                || ZoneId.class.isAssignableFrom(type)
                || type == Date.class;
    }

    /// The message about a type without a JSON form.
    static String refusal(Class<?> type) {
        return "a "
                + type.getName()
                + " has no JSON form: use a record, an enum, a list, a map, a String, a number,"
                + " a boolean or a java.time type";
    }

    private void check(JavaType type, String place) {
        Class<?> raw = type.getRawClass();
        if (raw.isPrimitive() || PLAIN.contains(raw) || TIMES.contains(raw) || isEnum(raw)) {
            return;
        }
        if (!passed.add(type)) {
            return;
        }
        if (raw.isArray() || raw == Optional.class || LISTS.contains(raw)) {
            check(element(type), place);
        } else if (MAPS.contains(raw)) {
            JavaType key = type.getKeyType();
            if (!KEYS.contains(key.getRawClass()) && !isEnum(key.getRawClass())) {
                throw refused(key.getRawClass(), place + "'s keys");
            }
            check(type.getContentType(), place);
        } else if (RecordForm.has(raw)) {
            checkRecord(type, place);
        } else {
            throw refused(raw, place);
        }
    }

    private static JavaType element(JavaType type) {
        JavaType content = type.getContentType();
        return content == null ? type.containedTypeOrUnknown(0) : content;
    }

    private void checkRecord(JavaType type, String place) {
        Class<?> raw = type.getRawClass();
        if (within.stream().filter(raw::equals).count() >= SAME_WITHIN) {
            throw refused(raw, place + ", which contains itself with other types each time,");
        }
        within.push(raw);
        for (RecordComponent each : raw.getRecordComponents()) {
            check(
                    types.resolveMemberType(each.getGenericType(), type.getBindings()),
                    raw.getSimpleName() + "." + each.getName());
        }
        within.pop();
    }

    /// Whether it belongs to the micro app or the SDK.
    private static boolean isEnum(Class<?> type) {
        return type.isEnum()
                && (type.getClassLoader() instanceof RevisionLoader
                        || type.getPackageName().equals("dev.rialto.sdk"));
    }

    private static RialtoException refused(Class<?> type, String place) {
        return new RialtoException(
                ErrorCode.INVALID_JSON, place + " can't be created from JSON: " + refusal(type));
    }
}
