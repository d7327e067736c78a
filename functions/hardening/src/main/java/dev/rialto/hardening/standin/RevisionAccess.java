package dev.rialto.hardening.standin;

import dev.rialto.hardening.CallStopped;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The classes and resources of one revision, for code of that revision.
record RevisionAccess(java.lang.ClassLoader loader) {
    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /// Of the code that called the stand-in.
    static RevisionAccess ofCaller() {
        Class<?> caller =
                WALKER.walk(frames ->
                        frames.<Class<?>>map(StackWalker.StackFrame::getDeclaringClass)
                                .filter(each -> !isServer(each))
                                .findFirst()
                                .orElseThrow());
        return new RevisionAccess(loader(caller));
    }

    /// Of a class, if it is one of a revision.
    static @Nullable RevisionAccess of(Class<?> type) {
        return isServer(type) || isJdk(type) ? null : new RevisionAccess(loader(type));
    }

    private static java.lang.ClassLoader loader(Class<?> type) {
        java.lang.ClassLoader loader = type.getClassLoader();
        if (loader == null || isJdk(type) || isServer(type)) {
            throw new SecurityException("only code of a revision may look up its classes");
        }
        return loader;
    }

    private static boolean isServer(Class<?> type) {
        return Objects.equals(type.getClassLoader(), RevisionAccess.class.getClassLoader());
    }

    private static boolean isJdk(Class<?> type) {
        return type.getClassLoader() == null
                || java.lang.ClassLoader.getPlatformClassLoader().equals(type.getClassLoader());
    }

    /// A class of the revision itself; those that it shares with others are not found.
    Class<?> type(String name, boolean initialise) throws ClassNotFoundException {
        if (name.startsWith("[") || name.startsWith("rialto.guarded.")) {
            throw new ClassNotFoundException(name);
        }
        Class<?> found = Class.forName(name, false, loader);
        if (!loader.equals(found.getClassLoader())) {
            throw new ClassNotFoundException(name);
        }
        return initialise ? Class.forName(name, true, loader) : found;
    }

    /// A resource of the revision.
    @Nullable InputStream resource(String name) {
        return loader.getResourceAsStream(name);
    }

    /// An instance of a class of the revision, by its constructor without parameters.
    Object instance(Class<?> type) throws ReflectiveOperationException {
        if (!loader.equals(type.getClassLoader())) {
            throw new IllegalAccessException(type + " does not belong to the revision");
        }
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof CallStopped stopped) {
                throw stopped;
            }
            throw failure;
        }
    }
}
