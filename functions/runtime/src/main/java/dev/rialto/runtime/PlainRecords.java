package dev.rialto.runtime;

import dev.rialto.kernel.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Records of a micro app whose components are texts, numbers and truths alone, as most inputs and
/// outputs are, read and written without Jackson. What Jackson keeps for each class and looks at in
/// each call is most of what a call costs that finds nothing of it in the processor's caches.
///
/// The form is Jackson's, and what does not fit exactly is left to it.
final class PlainRecords {
    private enum Kind {
        TEXT,
        TRUTH,
        INT,
        LONG,
        DOUBLE
    }

    /// @param absent what stands for null and for nothing
    private record Component(String name, Kind kind, @Nullable Object absent) {
        static @Nullable Component of(RecordComponent each) {
            String name = each.getName();
            Class<?> type = each.getType();
            if (type == String.class) {
                return new Component(name, Kind.TEXT, null);
            } else if (type == boolean.class || type == Boolean.class) {
                return new Component(name, Kind.TRUTH, type.isPrimitive() ? false : null);
            } else if (type == int.class || type == Integer.class) {
                return new Component(name, Kind.INT, type.isPrimitive() ? 0 : null);
            } else if (type == long.class || type == Long.class) {
                return new Component(name, Kind.LONG, type.isPrimitive() ? 0L : null);
            } else if (type == double.class || type == Double.class) {
                return new Component(name, Kind.DOUBLE, type.isPrimitive() ? 0.0 : null);
            }
            return null;
        }

        boolean fits(@Nullable JsonNode wire) {
            return wire == null
                    || wire.isNull()
                    || switch (kind) {
                        case TEXT -> wire.isString();
                        case TRUTH -> wire.isBoolean();
                        case INT -> wire.isInt();
                        case LONG -> wire.isInt() || wire.isLong();
                        case DOUBLE -> wire.isDouble() || wire.isInt();
                    };
        }

        /// @param wire fits
        @Nullable Object read(@Nullable JsonNode wire) {
            if (wire == null || wire.isNull()) {
                return absent;
            }
            return switch (kind) {
                case TEXT -> wire.stringValue();
                case TRUTH -> wire.booleanValue();
                case INT -> wire.intValue();
                case LONG -> wire.longValue();
                case DOUBLE -> wire.doubleValue();
            };
        }

        void write(@Nullable Object value, ObjectNode object) {
            if (value == null) {
                object.putNull(name);
                return;
            }
            switch (kind) {
                case TEXT -> object.put(name, (String) value);
                case TRUTH -> object.put(name, (boolean) value);
                case INT -> object.put(name, (int) value);
                case LONG -> object.put(name, (long) value);
                case DOUBLE -> object.put(name, (double) value);
            }
        }
    }

    private PlainRecords() {}

    /// Whether a class is a record of a micro app, plain or not.
    static boolean isOfMicroApp(Class<?> type) {
        return type.isRecord() && type.getClassLoader() instanceof RevisionLoader;
    }

    /// @return reads one from JSON, or gives null: then it is for Jackson to read it, or to say
    ///   what is wrong; nothing when the class is no plain record
    static Optional<Function<JsonNode, @Nullable Object>> reader(Class<?> type) {
        return components(type)
                .map(components -> {
                    var make = Direct.call(type, constructor(type));
                    return wire -> read(wire, components, make);
                });
    }

    /// @return writes one as JSON; nothing when the class is no plain record
    static Optional<Function<Object, JsonNode>> writer(Class<?> type) {
        return components(type)
                .map(components -> {
                    var take = Direct.components(type);
                    return value -> write(take.apply(value), components);
                });
    }

    private static Optional<Component[]> components(Class<?> type) {
        if (!isOfMicroApp(type)) {
            return Optional.empty();
        }
        Component[] all =
                Arrays.stream(type.getRecordComponents())
                        .map(Component::of)
                        .toArray(Component[]::new);
        return Arrays.asList(all).contains(null) ? Optional.empty() : Optional.of(all);
    }

    private static Constructor<?> constructor(Class<?> type) {
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

    private static @Nullable Object read(
            JsonNode wire,
            Component[] components,
            BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> make) {
        if (!wire.isObject()) {
            return null;
        }
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            JsonNode field = wire.get(components[i].name());
            if (!components[i].fits(field)) {
                return null;
            }
            values[i] = components[i].read(field);
        }
        try {
            return make.apply(null, values);
        } catch (RuntimeException _) {
            return null; // it refuses them once more when Jackson gives them, which tells it
        }
    }

    private static ObjectNode write(@Nullable Object[] values, Component[] components) {
        ObjectNode object = Json.object();
        for (int i = 0; i < values.length; i++) {
            components[i].write(values[i], object);
        }
        return object;
    }
}
