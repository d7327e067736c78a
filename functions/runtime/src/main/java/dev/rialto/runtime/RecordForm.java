package dev.rialto.runtime;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON of a record of a micro app: an object of its components, and nothing else that looks
/// like a property.
///
/// Texts, numbers and truths that fit exactly are read and written at once, the rest by Jackson.
/// What Jackson keeps for each class and looks at in each call was most of what a call cost that
/// found nothing of it in the processor's caches.
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

    /// @param reader when the kind is OTHER
    private record Component(String name, Kind kind, @Nullable ObjectReader reader) {}

    private final Class<?> type;
    private final Component[] components;
    private final JsonMapper mapper;

    /// @param type of a micro app
    /// @param mapper for what is not read and written at once
    RecordForm(Class<?> type, JsonMapper mapper) {
        this.type = type;
        this.mapper = mapper;
        this.components =
                Arrays.stream(type.getRecordComponents())
                        .map(each -> component(each, mapper))
                        .toArray(Component[]::new);
    }

    static boolean has(Class<?> type) {
        return type.isRecord() && type.getClassLoader() instanceof RevisionLoader;
    }

    private static Component component(RecordComponent component, JsonMapper mapper) {
        Kind kind = Kind.of(component.getType());
        return new Component(
                component.getName(),
                kind,
                kind == Kind.OTHER
                        ? mapper.readerFor(mapper.constructType(component.getGenericType()))
                        : null);
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
    /// @param more how many places to leave free behind them
    /// @throws RialtoException INVALID_JSON when it has another shape
    @Nullable Object[] read(JsonNode wire, int more) {
        if (!wire.isObject()) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    type.getSimpleName()
                            + " is an object, not "
                            + wire.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        @Nullable Object[] values = new Object[components.length + more];
        for (int i = 0; i < components.length; i++) {
            values[i] = read(components[i], wire.get(components[i].name()));
        }
        return values;
    }

    private @Nullable Object read(Component component, @Nullable JsonNode wire) {
        if (wire == null || wire.isNull()) {
            return component.kind() == Kind.OTHER
                    ? convert(component, Json.nodes().nullNode())
                    : component.kind().absent();
        }
        return switch (component.kind()) {
            case TEXT -> wire.isString() ? wire.stringValue() : convert(component, wire);
            case TRUTH, BOXED_TRUTH ->
                    wire.isBoolean() ? wire.booleanValue() : convert(component, wire);
            case INT, BOXED_INT -> wire.isInt() ? wire.intValue() : convert(component, wire);
            case LONG, BOXED_LONG ->
                    wire.isInt() || wire.isLong() ? wire.longValue() : convert(component, wire);
            case DOUBLE, BOXED_DOUBLE ->
                    wire.isInt() || wire.isDouble() ? wire.doubleValue() : convert(component, wire);
            case OTHER -> convert(component, wire);
        };
    }

    private @Nullable Object convert(Component component, JsonNode wire) {
        try {
            ObjectReader known = component.reader();
            ObjectReader reader = known == null ? mapper.readerFor(component.kind().type) : known;
            return reader.readValue(wire);
        } catch (JacksonException mismatch) {
            throw Values.told(component.name(), mismatch);
        }
    }

    /// What is told of a constructor that throws.
    RialtoException refused(Exception failure) {
        return new RialtoException(
                ErrorCode.INVALID_JSON,
                failure instanceof IllegalArgumentException
                        ? String.valueOf(failure.getMessage())
                        : type.getSimpleName() + " can't be made: " + failure);
    }

    /// Writes the components.
    ObjectNode write(@Nullable Object[] values) {
        ObjectNode object = Json.object();
        for (int i = 0; i < components.length; i++) {
            String name = components[i].name();
            Object value = values[i];
            if (value == null) {
                object.putNull(name);
                continue;
            }
            switch (components[i].kind()) {
                case TEXT -> object.put(name, (String) value);
                case TRUTH, BOXED_TRUTH -> object.put(name, (boolean) value);
                case INT, BOXED_INT -> object.put(name, (int) value);
                case LONG, BOXED_LONG -> object.put(name, (long) value);
                case DOUBLE, BOXED_DOUBLE -> object.put(name, (double) value);
                case OTHER -> object.set(name, mapper.valueToTree(value));
            }
        }
        return object;
    }
}
