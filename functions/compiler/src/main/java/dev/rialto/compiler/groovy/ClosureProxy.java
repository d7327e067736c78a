package dev.rialto.compiler.groovy;

import groovy.lang.Closure;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Makes a closure implement an interface with one method, if code could implement it as well: one
/// of the micro app, the SDK, or some of the JDK.
final class ClosureProxy implements InvocationHandler {
    private static final Set<Class<?>> OF_JDK =
            Set.of(
                    Runnable.class,
                    Callable.class,
                    Comparator.class,
                    Iterable.class,
                    Comparable.class,
                    AutoCloseable.class);

    private final Closure<?> closure;

    private ClosureProxy(Closure<?> closure) {
        this.closure = closure;
    }

    /// @param type an interface
    static Object of(Closure<?> closure, Class<?> type) {
        if (!isOpen(type) || !hasOneMethod(type)) {
            throw Conversions.impossible(closure, type);
        }
        ClassLoader loader =
                GuardedCalls.isOfMicroApp(type)
                        ? type.getClassLoader()
                        : closure.getClass().getClassLoader();
        return Proxy.newProxyInstance(loader, new Class<?>[] {type}, new ClosureProxy(closure));
    }

    private static boolean isOpen(Class<?> type) {
        return OF_JDK.contains(type)
                || type.getPackageName().equals("java.util.function")
                || type.getPackageName().equals("dev.rialto.sdk")
                || GuardedCalls.isOfMicroApp(type);
    }

    private static boolean hasOneMethod(Class<?> type) {
        return !type.isSealed()
                && !type.isAnnotation()
                && Arrays.stream(type.getMethods())
                                .filter(each ->
                                        Modifier.isAbstract(each.getModifiers())
                                                && !isOfObject(each))
                                .map(Method::getName)
                                .distinct()
                                .count()
                        == 1;
    }

    private static boolean isOfObject(Method method) {
        return switch (method.getName()) {
            case "equals" ->
                    method.getParameterCount() == 1
                            && method.getParameterTypes()[0] == Object.class;
            case "hashCode", "toString" -> method.getParameterCount() == 0;
            default -> false;
        };
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // equal are those that are the same
    public @Nullable Object invoke(
            Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
        if (isOfObject(method)) {
            return switch (method.getName()) {
                case "equals" -> proxy == given[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> closure.toString();
            };
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, given);
        }
        Object returned = closure.call(given);
        return method.getReturnType() == void.class
                ? null
                : Conversions.cast(returned, method.getReturnType());
    }
}
