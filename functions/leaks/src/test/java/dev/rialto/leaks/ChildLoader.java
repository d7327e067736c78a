package dev.rialto.leaks;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// A class loader that has classes of the tests once more, as its own.
final class ChildLoader extends ClassLoader {
    ChildLoader(@Nullable String name) {
        super(name, ChildLoader.class.getClassLoader());
    }

    /// The loader's own copy of a class.
    Class<?> copy(Class<?> original) {
        try (InputStream in =
                original.getResourceAsStream(
                        original.getName().replaceFirst(".*\\.", "") + ".class")) {
            if (in == null) {
                throw new IllegalArgumentException("no bytes of " + original);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(original.getName(), bytes, 0, bytes.length);
        } catch (IOException impossible) {
            throw new IllegalStateException("can't read " + original, impossible);
        }
    }

    /// An instance of the loader's own copy of a class.
    Object instance(Class<?> original) {
        try {
            return copy(original).getConstructor().newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("can't construct " + original, impossible);
        }
    }
}
