package dev.rialto.runtime;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of a record of a micro app: an object of its components, and nothing else that looks
/// like a property.
///
/// Strings, numbers and booleans that fit exactly are read and written at once, the rest by
/// Jackson. What Jackson keeps for each class and looks at in each call was most of what a call
/// cost that found nothing of it in the processor's caches.
final class RecordForm {
    /// Classes that are read and written at once, and the rest.
    private enum Kind {
        TEXT(String.class),
        TRUTH(boolean.class),
        BOXED_TRUTH(Boolean.class),
        INT(int.class),
        BOXED_INT(Integer.class),
        LONG(long.class),
        BOXED_LONG(Long.class),
        DOUBLE(double.class),
        BOXED_DOUBLE(Double.class),
        OTHER(Object.class);

        private final Class<?> type;

        Kind(Class<?> type) {
            this.type = type;
        }

        static Kind of(Class<?> type) {
            for (Kind each : values()) {
                if (each.type == type && each != OTHER) {
                    return each;
                }
            }
            return OTHER;
        }

        /// What stands for null and for nothing.
        @Nullable Object absent() {
            return switch (this) {
                case TRUTH -> false;
                case INT -> 0;
                case LONG -> 0L;
                case DOUBLE -> 0.0;
                case TEXT, BOXED_TRUTH, BOXED_INT, BOXED_LONG, BOXED_DOUBLE, OTHER -> null;
            };
        }
    }

    /// The name and the [Kind] of each component, one after the other.
    private final Object[] components;

    /// Of components whose kind is OTHER.
    private final @Nullable ObjectReader[] readers;

    private final JsonMapper mapper;

    /// @param type of a micro app
    /// @param mapper for what is not read and written at once
    RecordForm(Class<?> type, JsonMapper mapper) {
        this.mapper = mapper;
        this.components =
                Arrays.stream(type.getRecordComponents())
                        .flatMap(each -> Stream.of(each.getName(), Kind.of(each.getType())))
                        .toArray();
        this.readers =
                Arrays.stream(type.getRecordComponents())
                        .map(each -> reader(each, mapper))
                        .toArray(ObjectReader[]::new);
    }

    private static @Nullable ObjectReader reader(RecordComponent component, JsonMapper mapper) {
        return Kind.of(component.getType()) == Kind.OTHER
                ? mapper.readerFor(mapper.constructType(component.getGenericType()))
                : null;
    }

    /// What the form looks at in each call. Callers keep it beside the form, so that only this has
    /// to be fetched, in one piece, where many functions are called in turn.
    Object[] components() {
        return components;
    }

    private static String name(Object[] components, int index) {
        return (String) components[2 * index];
    }

    private static Kind kind(Object[] components, int index) {
        return (Kind) components[2 * index + 1];
    }

    static boolean has(Class<?> type) {
        return type.isRecord() && type.getClassLoader() instanceof RevisionLoader;
    }

    /// The constructor that takes all components.
    static Constructor<?> constructor(Class<?> type) {
        Class<?>[] takes =
                Arrays.stream(type.getRecordComponents())
                        .map(RecordComponent::getType)
                        .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(takes);
        } catch (NoSuchMethodException impossible) {
            throw new LinkageError("every record has its canonical constructor", impossible);
        }
    }

    /// Reads the components.
    ///
    /// @param known what [#components] gave
    /// @param more how many places to leave free behind them
    /// @throws RialtoException INVALID_JSON when it has another shape
    @Nullable Object[] read(Object[] known, JsonNode wire, int more) {
        if (!wire.isObject()) {
            throw new RialtoException(ErrorCode.INVALID_JSON, InputErrors.of("an object", wire));
        }
        int count = known.length / 2;
        @Nullable Object[] values = new Object[count + more];
        for (int i = 0; i < count; i++) {
            values[i] = read(i, kind(known, i), wire.get(name(known, i)));
        }
        return values;
    }

    private @Nullable Object read(int index, Kind kind, @Nullable JsonNode wire) {
        if (wire == null || wire.isNull()) {
            return kind == Kind.OTHER ? convert(index, Json.nodes().nullNode()) : kind.absent();
        }
        return switch (kind) {
            case TEXT -> wire.isString() ? wire.stringValue() : convert(index, wire);
            case TRUTH, BOXED_TRUTH ->
                    wire.isBoolean() ? wire.booleanValue() : convert(index, wire);
            case INT, BOXED_INT -> wire.isInt() ? wire.intValue() : convert(index, wire);
            case LONG, BOXED_LONG ->
                    wire.isInt() || wire.isLong() ? wire.longValue() : convert(index, wire);
            case DOUBLE, BOXED_DOUBLE ->
                    wire.isInt() || wire.isDouble() ? wire.doubleValue() : convert(index, wire);
            case OTHER -> convert(index, wire);
        };
    }

    private @Nullable Object convert(int index, JsonNode wire) {
        try {
            ObjectReader own = readers[index];
            ObjectReader reader =
                    own == null ? mapper.readerFor(kind(components, index).type) : own;
            return reader.readValue(wire);
        } catch (JacksonException mismatch) {
            throw Values.told(name(components, index), mismatch);
        }
    }

    /// What is told of a constructor that throws.
    RialtoException refused(Exception failure) {
        return new RialtoException(
                ErrorCode.INVALID_JSON,
                InputErrors.isForCallers(failure)
                        ? String.valueOf(failure.getMessage())
                        : "the input is not accepted",
                CodeFailure.of(failure));
    }

    /// Writes the components.
    ///
    /// @param known what [#components] gave
    /// @param room counts what is written
    ObjectNode write(Object[] known, @Nullable Object[] values, OutgoingValue room) {
        room.enter();
        ObjectNode object = Json.object();
        for (int i = 0; i < values.length; i++) {
            String name = name(known, i);
            room.text(name);
            Object value = values[i];
            if (value == null) {
                room.value(4);
                object.putNull(name);
                continue;
            }
            Kind kind = kind(known, i);
            if (kind == Kind.OTHER) {
                object.set(name, Values.tree(mapper, value, room));
            } else {
                write(object, name, kind, value, room);
            }
        }
        room.leave();
        return object;
    }

    private static void write(
            ObjectNode object, String name, Kind kind, Object value, OutgoingValue room) {
        if (kind == Kind.TEXT) {
            room.text((String) value);
        } else {
            room.value(3);
        }
        switch (kind) {
            case TEXT -> object.put(name, (String) value);
            case TRUTH, BOXED_TRUTH -> object.put(name, (boolean) value);
            case INT, BOXED_INT -> object.put(name, (int) value);
            case LONG, BOXED_LONG -> object.put(name, (long) value);
            case DOUBLE, BOXED_DOUBLE -> object.put(name, (double) value);
            case OTHER -> throw new IllegalArgumentException("written by Jackson: " + name);
        }
    }
}
