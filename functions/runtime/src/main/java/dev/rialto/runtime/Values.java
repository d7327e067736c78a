package dev.rialto.runtime;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import dev.rialto.hardening.CompiledCall;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Entity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.TypeFactory;
import tools.jackson.databind.util.TokenBuffer;

/// Converts JSON to values of one micro app and back. Each revision has its own, because it caches
/// their classes.
final class Values {
    private final JsonMapper mapper;

    private final Map<Class<?>, Function<JsonNode, @Nullable Object>> readers =
            new ConcurrentHashMap<>();
    private final Map<Class<?>, WireForms.Others> writers = new ConcurrentHashMap<>();
    private final long max;
    private final Function<Object, String> texts;

    /// @param max the maximum bytes of JSON that a function may return or pass on at once
    /// @param texts converts other values to Strings, such as a GString, which may run code of the
    ///   micro app or never end
    Values(long max, Function<Object, String> texts) {
        this.max = max;
        this.texts = texts;
        this.mapper = newMapper();
    }

    private JsonMapper newMapper() {
        return JsonMapper.builder()
                .typeFactory(TypeFactory.createDefaultInstance())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // Inspecting an enum runs its initialiser: only within a call and its budget.
                .disable(DeserializationFeature.EAGER_DESERIALIZER_FETCH)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // Types alone define what is read from JSON; annotations in code are ignored.
                .disable(MapperFeature.USE_ANNOTATIONS)
                .disable(MapperFeature.INFER_PROPERTY_MUTATORS)
                .changeDefaultVisibility(each ->
                        each.withSetterVisibility(Visibility.NONE)
                                .withFieldVisibility(Visibility.NONE)
                                .withCreatorVisibility(Visibility.NONE))
                .addModule(new RecordsModule(texts))
                .addModule(
                        new SimpleModule("rialto")
                                .addSerializer(Entity.class, new Writer<Entity>(this::writeOther))
                                .addSerializer(Entity.Pointer.class, new Writer<>(this::writeOther))
                                .addDeserializer(Entity.class, new EntityReader())
                                .addDeserializer(Entity.Pointer.class, new PointerReader())
                                .addDeserializer(Instant.class, new DateReader()))
                .build();
    }

    /// Reads JSON as a value of a class.
    ///
    /// @throws RialtoException INVALID_JSON if it has another shape
    <T> @Nullable T read(JsonNode wire, Class<T> type) {
        @SuppressWarnings("unchecked") // Class.cast knows nothing of primitive types
        T value = (T) reader(type).apply(wire);
        return value;
    }

    /// Returns a reader of JSON as values of a class.
    ///
    /// @return a function that throws RialtoException INVALID_JSON if JSON has another shape
    Function<JsonNode, @Nullable Object> reader(Class<?> type) {
        return readers.computeIfAbsent(type, this::newReader);
    }

    private Function<JsonNode, @Nullable Object> newReader(Class<?> type) {
        if (type == Object.class) {
            return WireForms::read;
        }
        if (type == Map.class || type == List.class) {
            return wire -> readAs(type, wire);
        }
        requireReadable(type);
        if (RecordForm.has(type)) {
            RecordForm form = form(type);
            var make = CallCompiler.make(RecordForm.constructor(type));
            return wire -> read(wire, form, make);
        }
        ObjectReader reader = mapper.readerFor(type);
        return wire -> {
            try {
                return reader.readValue(wire);
            } catch (JacksonException mismatch) {
                throw told("", mismatch);
            }
        };
    }

    private static @Nullable Object readAs(Class<?> type, JsonNode wire) {
        Object value = WireForms.read(wire);
        if (value != null && !type.isInstance(value)) {
            throw new RialtoException(
                    ErrorCode.INVALID_JSON,
                    InputErrors.of(type == Map.class ? "an object" : "an array", wire));
        }
        return value;
    }

    /// Requires that values of a class may be read from JSON.
    ///
    /// @throws RialtoException INVALID_JSON if they may not
    void requireReadable(Class<?> type) {
        JsonTypes.requireReadable(type, mapper.getTypeFactory());
    }

    private static @Nullable Object read(JsonNode wire, RecordForm form, CompiledCall make) {
        if (wire.isNull()) {
            return null;
        }
        @Nullable Object[] components = form.read(form.components(), wire, 0);
        try {
            return make.call(components);
        } catch (Exception refusal) {
            throw form.refused(refusal);
        }
    }

    /// Counts the size of an outgoing value.
    OutgoingValue room() {
        return new OutgoingValue(max);
    }

    /// Writes a value.
    ///
    /// @throws RialtoException OBJECT_TOO_LARGE, or INVALID_JSON if it is nested too deeply
    JsonNode write(@Nullable Object value) {
        return write(value, room());
    }

    JsonNode write(@Nullable Object value, OutgoingValue room) {
        return WireForms.write(value, this::writeOther, room);
    }

    /// The fields of an object.
    ObjectNode fields(Entity entity) {
        return WireForms.fields(entity, this::writeOther, room());
    }

    private JsonNode writeOther(Object value, OutgoingValue room) {
        if (value instanceof CharSequence text) {
            return WireForms.text(texts.apply(text), room);
        }
        return writers.computeIfAbsent(value.getClass(), this::newWriter).write(value, room);
    }

    private WireForms.Others newWriter(Class<?> type) {
        if (!RecordForm.has(type)) {
            return (value, room) -> tree(mapper, value, room);
        }
        RecordForm form = form(type);
        var components = CallCompiler.components(type);
        return (value, room) -> form.write(form.components(), components.apply(value), room);
    }

    /// Jackson's JSON for a value.
    ///
    /// @throws IllegalArgumentException if it has no JSON form
    static JsonNode tree(JsonMapper mapper, Object value, OutgoingValue room) {
        try (TokenBuffer buffer = TokenBuffer.forGeneration()) {
            mapper.writer()
                    .withAttribute(OutgoingValue.class, room)
                    .writeValue(room.over(buffer), value);
            return mapper.readTree(buffer);
        } catch (JacksonException failure) {
            if (failure.getCause() instanceof RialtoException told) {
                throw told;
            }
            throw new IllegalArgumentException(failure.getOriginalMessage(), failure);
        }
    }

    /// How a record of the micro app is read and written.
    RecordForm form(Class<?> type) {
        return new RecordForm(type, mapper);
    }

    /// The error for JSON that does not fit.
    ///
    /// @param start its path; empty for the root
    static RialtoException told(String start, JacksonException mismatch) {
        return new RialtoException(ErrorCode.INVALID_JSON, message(start, mismatch));
    }

    private static String message(String start, JacksonException mismatch) {
        Throwable cause = mismatch.getCause();
        if (cause != null && InputErrors.isForCallers(cause)) {
            return String.valueOf(cause.getMessage());
        }
        var place = new StringBuilder(start);
        for (JacksonException.Reference each : mismatch.getPath()) {
            String name = each.getPropertyName();
            place.append(
                    name == null
                            ? "[" + each.getIndex() + "]"
                            : (place.isEmpty() ? "" : ".") + name);
        }
        String message = InputErrors.of(mismatch);
        return place.isEmpty() ? message : place + ": " + message;
    }

    private static final class Writer<T> extends ValueSerializer<T> {
        private final WireForms.Others others;

        Writer(WireForms.Others others) {
            this.others = others;
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializationContext context) {
            JsonNode wire =
                    WireForms.write(
                            value,
                            others,
                            (OutgoingValue) context.getAttribute(OutgoingValue.class));
            // It has been counted already.
            JsonGenerator plain =
                    out instanceof JsonGeneratorDelegate counted ? counted.delegate() : out;
            Json.mapper().writeTree(plain, wire);
        }
    }

    private static final class EntityReader extends ValueDeserializer<Entity> {
        @Override
        public Entity deserialize(JsonParser in, DeserializationContext context) {
            JsonNode wire = context.readTree(in);
            if (!wire.isObject()) {
                throw DatabindException.from(in, InputErrors.of("an object", wire));
            }
            try {
                return WireForms.entity(wire);
            } catch (RialtoException unfit) {
                throw DatabindException.from(in, String.valueOf(unfit.getMessage()));
            }
        }
    }

    private static final class PointerReader extends ValueDeserializer<Entity.Pointer> {
        @Override
        public Entity.Pointer deserialize(JsonParser in, DeserializationContext context) {
            JsonNode wire = context.readTree(in);
            String className = wire.path("className").asString("");
            String objectId = wire.path("objectId").asString("");
            if (className.isEmpty() || objectId.isEmpty()) {
                throw DatabindException.from(
                        in, "expected a pointer: an object with a className and an objectId");
            }
            return new Entity.Pointer(className, objectId);
        }
    }

    /// Reads a date as a string or in Parse's form.
    private static final class DateReader extends ValueDeserializer<Instant> {
        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) {
            JsonNode wire = context.readTree(in);
            String text = wire.isObject() ? wire.path("iso").asString("") : wire.asString("");
            try {
                return Instant.parse(text);
            } catch (DateTimeException _) {
                throw DatabindException.from(in, "expected " + InputErrors.DATE);
            }
        }
    }
}
