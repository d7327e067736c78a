package dev.rialto.runtime;

import dev.rialto.kernel.Json;
import dev.rialto.runtime.spi.InterfaceDescriptor;
import dev.rialto.runtime.spi.Problem;
import dev.rialto.runtime.spi.RefusedException;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.HttpResponse;
import dev.rialto.sdk.Query;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The method that an interface is, ready to be called with JSON.
final class EntryPoint {
    private static final Object[] NOTHING = {};

    private final Class<?> owner;
    private final BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> method;
    private final @Nullable Function<JsonNode, @Nullable Object> input;
    private final boolean context;

    /// @param input reads what the method takes, if it takes an input
    /// @param context whether the method takes a Context
    private EntryPoint(
            Class<?> owner,
            Method method,
            @Nullable Function<JsonNode, @Nullable Object> input,
            boolean context) {
        this.owner = owner;
        this.method = Direct.call(owner, method);
        this.input = input;
        this.context = context;
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
            if (!loader.equals(owner.getClassLoader())) {
                throw refused(exposed, "is in a class that is not the micro app's own");
            }
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
        if (!Modifier.isPublic(owner.getModifiers())) {
            throw refused(exposed, "is in a class that is not public");
        }
        Class<?>[] takes = method.getParameterTypes();
        boolean context = takes.length > 0 && takes[takes.length - 1] == Context.class;
        return switch (takes.length - (context ? 1 : 0)) {
            case 0 -> new EntryPoint(owner, method, null, context);
            case 1 -> new EntryPoint(owner, method, SdkForms.reader(takes[0], values), context);
            default -> throw refused(exposed, "takes more than an input and a Context");
        };
    }

    /// The class whose instance is called.
    Class<?> owner() {
        return owner;
    }

    /// Calls the method; whatever it throws comes through, checked exceptions too.
    @Nullable Object call(@Nullable Object instance, JsonNode wire, Context given) {
        if (input == null) {
            return method.apply(instance, context ? new Object[] {given} : NOTHING);
        }
        Object read = input.apply(wire);
        return method.apply(instance, context ? new Object[] {read, given} : new Object[] {read});
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
