package dev.rialto.runtime;

import dev.rialto.kernel.Json;
import dev.rialto.runtime.spi.InterfaceDescriptor;
import dev.rialto.runtime.spi.Problem;
import dev.rialto.runtime.spi.RefusedException;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.HttpResponse;
import dev.rialto.sdk.Query;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The method that an interface is, ready to be called with JSON.
final class EntryPoint {
    private final Class<?> owner;
    private final MethodHandle handle;
    private final Function<JsonNode, @Nullable Object> input;

    private EntryPoint(
            Class<?> owner, MethodHandle handle, Function<JsonNode, @Nullable Object> input) {
        this.owner = owner;
        this.handle = handle;
        this.input = input;
    }

    /// Finds the method.
    ///
    /// @throws RefusedException when there is none
    static EntryPoint of(InterfaceDescriptor exposed, ClassLoader loader, Values values) {
        int hash = exposed.target().indexOf('#');
        if (hash < 0) {
            throw refused(exposed, "is no class#method");
        }
        String className = exposed.target().substring(0, hash);
        String name = exposed.target().substring(hash + 1);
        try {
            Class<?> owner = Class.forName(className, false, loader);
            List<Method> found =
                    Arrays.stream(owner.getMethods())
                            .filter(each -> each.getName().equals(name) && !each.isBridge())
                            .toList();
            if (found.size() != 1) {
                throw refused(exposed, "is " + found.size() + " public methods, not one");
            }
            return of(exposed, owner, found.getFirst(), values);
        } catch (ClassNotFoundException | LinkageError missing) {
            throw refused(exposed, "can't be loaded: " + missing);
        }
    }

    private static EntryPoint of(
            InterfaceDescriptor exposed, Class<?> owner, Method method, Values values) {
        try {
            // What a lookup of ours may reach is public anyhow; the class may be in any package.
            MethodHandle direct = MethodHandles.publicLookup().unreflect(method);
            if (Modifier.isStatic(method.getModifiers())) {
                direct = MethodHandles.dropArguments(direct, 0, Object.class);
            }
            Class<?>[] takes = method.getParameterTypes();
            boolean context = takes.length > 0 && takes[takes.length - 1] == Context.class;
            int inputs = takes.length - (context ? 1 : 0);
            if (inputs > 1) {
                throw refused(exposed, "takes more than an input and a Context");
            }
            MethodHandle whole = direct;
            if (inputs == 0) {
                whole = MethodHandles.dropArguments(whole, 1, Object.class);
            }
            if (!context) {
                whole = MethodHandles.dropArguments(whole, 2, Object.class);
            }
            Function<JsonNode, @Nullable Object> input =
                    inputs == 0 ? _ -> null : SdkForms.reader(takes[0], values);
            return new EntryPoint(owner, whole.asType(MethodType.genericMethodType(3)), input);
        } catch (IllegalAccessException hidden) {
            throw refused(exposed, "is not public: " + hidden.getMessage());
        }
    }

    /// The class whose instance is called.
    Class<?> owner() {
        return owner;
    }

    /// Calls the method; whatever it throws comes through.
    @Nullable Object call(@Nullable Object instance, JsonNode wire, Context context)
            throws Throwable {
        return (Object) handle.invokeExact(instance, input.apply(wire), (Object) context);
    }

    /// What a method returned, in wire form.
    static JsonNode output(@Nullable Object returned, Values values) {
        return switch (returned) {
            case null -> Json.nodes().nullNode();
            case HttpResponse response -> SdkForms.response(response, values);
            case Query query -> SdkForms.query(query, values);
            default -> values.write(returned);
        };
    }

    private static RefusedException refused(InterfaceDescriptor exposed, String why) {
        return new RefusedException(Problem.of("the interface " + exposed.target() + " " + why));
    }
}
