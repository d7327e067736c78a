package dev.rialto.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/// Reads references in fields of any object, also of the JDK's own and of lambdas, where reflection
/// ends. By the JDK's internal Unsafe, to which the one of `jdk.unsupported` leads. See
/// docs/decisions/0015-memory-that-stays.md.
final class RawFields {
    private final MethodHandle offset;
    private final MethodHandle staticBase;
    private final MethodHandle staticOffset;
    private final MethodHandle reference;

    private RawFields(MethodHandles.Lookup everything) throws ReflectiveOperationException {
        Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
        Object unsafe = call(everything.findStatic(type, "getUnsafe", MethodType.methodType(type)));
        offset = method(everything, unsafe, "objectFieldOffset", long.class, Field.class);
        staticBase = method(everything, unsafe, "staticFieldBase", Object.class, Field.class);
        staticOffset = method(everything, unsafe, "staticFieldOffset", long.class, Field.class);
        reference =
                method(everything, unsafe, "getReference", Object.class, Object.class, long.class);
    }

    /// @throws ReflectiveOperationException when this JVM doesn't let them be read
    static RawFields open() throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field only = type.getDeclaredField("theUnsafe");
        only.setAccessible(true);
        Object unsafe = only.get(null);
        Field lookup = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
        Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, lookup);
        Object at = type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, lookup);
        Object everything =
                type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, at);
        return new RawFields((MethodHandles.Lookup) everything);
    }

    private static MethodHandle method(
            MethodHandles.Lookup everything,
            Object unsafe,
            String name,
            Class<?> returns,
            Class<?>... takes)
            throws ReflectiveOperationException {
        return everything
                .findVirtual(unsafe.getClass(), name, MethodType.methodType(returns, takes))
                .bindTo(unsafe);
    }

    private static Object call(MethodHandle method) {
        try {
            return method.invoke();
        } catch (Throwable failure) {
            throw new LinkageError("can't read fields", failure);
        }
    }

    /// Where a field lies in each object.
    long offset(Field field) {
        try {
            return (long) offset.invokeExact(field);
        } catch (Throwable failure) {
            throw new LinkageError("can't find " + field, failure);
        }
    }

    @Nullable Object read(Object from, long at) {
        try {
            return (Object) reference.invokeExact(from, at);
        } catch (Throwable failure) {
            throw new LinkageError("can't read a field", failure);
        }
    }

    /// Reads a static field. Its class is not initialised by that.
    @Nullable Object read(Field field) {
        try {
            Object base = (Object) staticBase.invokeExact(field);
            return read(base, (long) staticOffset.invokeExact(field));
        } catch (Throwable failure) {
            throw new LinkageError("can't read " + field, failure);
        }
    }
}
