package dev.rialto.runtime;

import dev.rialto.hardening.CompiledCall;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.module.SimpleValueInstantiators;
import tools.jackson.databind.ser.ValueSerializerModifier;

/// Lets Jackson read and write the records of a micro app through compiled calls, see
/// [CallCompiler]. The fields of a record are its components, and nothing else that looks like a
/// property.
final class RecordsModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /// @param texts converts other values to Strings
    RecordsModule(Function<Object, String> texts) {
        super("records");
        setValueInstantiators(new RecordInstantiators());
        setSerializerModifier(new Writers(texts));
    }

    private static final class RecordInstantiators extends SimpleValueInstantiators {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueInstantiator modifyValueInstantiator(
                DeserializationConfig config,
                BeanDescription.Supplier type,
                ValueInstantiator usual) {
            return RecordForm.has(type.getBeanClass())
                            && usual.getClass() == StdValueInstantiator.class
                            && usual.getWithArgsCreator() != null
                            && usual.getWithArgsCreator().getAnnotated()
                                    instanceof Constructor<?> maker
                    ? new RecordInstantiator((StdValueInstantiator) usual, maker)
                    : usual;
        }
    }

    /// Creates a record from its components.
    private static final class RecordInstantiator extends StdValueInstantiator {
        private static final long serialVersionUID = 1L;
        private final transient CompiledCall make;

        RecordInstantiator(StdValueInstantiator usual, Constructor<?> maker) {
            super(usual);
            make = CallCompiler.make(maker);
        }

        @Override
        public @Nullable Object createFromObjectWith(
                DeserializationContext context, @Nullable Object[] components) {
            try {
                return make.call(components);
            } catch (Exception failure) {
                return context.handleInstantiationProblem(
                        getValueClass(), components, rewrapCtorProblem(context, failure));
            }
        }
    }

    private static final class Writers extends ValueSerializerModifier {
        private static final long serialVersionUID = 1L;
        private final transient Function<Object, String> texts;

        Writers(Function<Object, String> texts) {
            this.texts = texts;
        }

        @Override
        public ValueSerializer<?> modifySerializer(
                SerializationConfig config,
                BeanDescription.Supplier type,
                ValueSerializer<?> usual) {
            Class<?> written = type.getBeanClass();
            if (!JsonTypes.isWritable(written)) {
                return new RefusingSerializer();
            }
            if (RecordForm.has(written)) {
                return new Writer(written);
            }
            return CharSequence.class.isAssignableFrom(written) && written != String.class
                    ? new StringSerializer(texts, false)
                    : usual;
        }

        @Override
        public ValueSerializer<?> modifyKeySerializer(
                SerializationConfig config,
                JavaType type,
                BeanDescription.Supplier description,
                ValueSerializer<?> usual) {
            return JsonTypes.isPlainKey(type.getRawClass())
                    ? usual
                    : new StringSerializer(texts, true);
        }
    }

    /// Writes a value or a key as a String.
    private static final class StringSerializer extends ValueSerializer<Object> {
        private final Function<Object, String> texts;
        private final boolean isKey;

        StringSerializer(Function<Object, String> texts, boolean isKey) {
            this.texts = texts;
            this.isKey = isKey;
        }

        @Override
        public void serialize(Object value, JsonGenerator out, SerializationContext context) {
            String text = texts.apply(value);
            if (isKey) {
                out.writeName(text);
            } else {
                out.writeString(text);
            }
        }
    }

    /// Rejects values that have no form in JSON.
    private static final class RefusingSerializer extends ValueSerializer<Object> {
        @Override
        public void serialize(Object value, JsonGenerator out, SerializationContext context) {
            throw DatabindException.from(out, JsonTypes.refusal(value.getClass()));
        }
    }

    /// Writes a record as an object of its components.
    private static final class Writer extends ValueSerializer<Object> {
        private final String[] names;
        private final Function<Object, @Nullable Object[]> components;

        Writer(Class<?> type) {
            names =
                    Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getName)
                            .toArray(String[]::new);
            components = CallCompiler.components(type);
        }

        @Override
        public void serialize(Object value, JsonGenerator out, SerializationContext context) {
            @Nullable Object[] all = components.apply(value);
            out.writeStartObject(value, all.length);
            for (int i = 0; i < all.length; i++) {
                out.writeName(names[i]);
                context.writeValue(out, all[i]);
            }
            out.writeEndObject();
        }
    }
}
