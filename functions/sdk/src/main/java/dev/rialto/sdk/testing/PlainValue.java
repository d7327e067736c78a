package dev.rialto.sdk.testing;

import dev.rialto.sdk.Entity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Values in the forms that functions get them in after they went through the server: whole numbers
/// are `Long`, others `Double`, records are maps, enums their names.
final class PlainValue {
    private PlainValue() {}

    static @Nullable Object of(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String _, Boolean _, Instant _, Entity _, Entity.Pointer _, byte[] _ -> value;
            case Long _, Double _ -> value;
            case Integer _, Short _, Byte _ -> ((Number) value).longValue();
            case Number number -> number.doubleValue();
            case Enum<?> constant -> constant.name();
            case Optional<?> optional -> of(optional.orElse(null));
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                map.forEach((key, each) -> plain.put(String.valueOf(key), of(each)));
                yield plain;
            }
            case Collection<?> list -> {
                List<@Nullable Object> plain = new ArrayList<>(list.size());
                list.forEach(each -> plain.add(of(each)));
                yield plain;
            }
            case Record parts -> fields(parts);
            default ->
                    throw new IllegalArgumentException(
                            "a " + value.getClass().getName() + " has no JSON form: " + value);
        };
    }

    private static Map<String, @Nullable Object> fields(Record parts) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (RecordComponent each : parts.getClass().getRecordComponents()) {
            fields.put(each.getName(), of(component(parts, each.getAccessor())));
        }
        return fields;
    }

    private static @Nullable Object component(Record parts, Method accessor) {
        try {
            accessor.setAccessible(true);
            return accessor.invoke(parts);
        } catch (IllegalAccessException | InvocationTargetException failure) {
            throw new IllegalArgumentException(accessor + " can't be read", failure);
        }
    }
}
