package dev.rialto.runtime;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.hardening.CompiledCall;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.HttpResponse;
import dev.rialto.sdk.Query;
import java.lang.reflect.MalformedParameterizedTypeException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The method behind an interface, ready to be called with JSON.
final class EntryPoint {
    private static final Object[] NONE = {};

    private final Class<?> owner;
    private final Values values;

    /// Used until there is an instance.
    private @Nullable Function<@Nullable Object, CompiledCall> way;

    private @Nullable CompiledCall call;

    /// For an input that is a record of the micro app.
    private final @Nullable RecordForm components;

    /// Reads any other input.
    private final @Nullable Function<JsonNode, @Nullable Object> whole;

    private final @Nullable RecordForm output;

    /// One of the two; empty if there is none.
    private final Object[] takes;

    private final Object[] gives;

    /// @param input its input's type, if it takes one
    private EntryPoint(Class<?> owner, Method method, @Nullable Class<?> input, Values values) {
        this.owner = owner;
        this.values = values;
        Class<?> returned = method.getReturnType();
        output = isTakenApart(owner, returned) ? values.form(returned) : null;
        components = input != null && isMade(owner, input) ? values.form(input) : null;
        whole = input == null || components != null ? null : SdkForms.reader(input, values);
        takes = components == null ? NONE : components.components();
        gives = output == null ? NONE : output.components();
        way =
                components == null
                        ? CallCompiler.call(owner, method, output != null)
                        : CallCompiler.callOfComponents(owner, method, output != null);
    }

    /// Whether a class is a record that code next to the owner can create from its components; it
    /// must see their classes as well.
    private static boolean isMade(Class<?> owner, Class<?> type) {
        return RecordForm.has(type)
                && owner.getPackage().equals(type.getPackage())
                && (!Modifier.isPrivate(type.getModifiers()) || owner.isNestmateOf(type));
    }

    /// Whether a class is a record that is written as its components, and visible to code next to
    /// the owner.
    private static boolean isTakenApart(Class<?> owner, Class<?> type) {
        return RecordForm.has(type)
                && !Iterable.class.isAssignableFrom(type)
                && !Map.class.isAssignableFrom(type)
                && (Modifier.isPublic(type.getModifiers())
                        || owner.getPackage().equals(type.getPackage()));
    }

    /// Finds the method.
    ///
    /// @throws RefusedException if there is none
    static EntryPoint of(InterfaceDescriptor declared, ClassLoader loader, Values values) {
        int hash = declared.target().indexOf('#');
        if (hash < 0) {
            throw refused(declared, "is not of the form class#method");
        }
        String className = declared.target().substring(0, hash);
        String name = declared.target().substring(hash + 1);
        try {
            Class<?> owner = Class.forName(className, false, loader);
            if (!loader.equals(owner.getClassLoader())) {
                throw refused(declared, "is not in one of the micro app's own classes");
            }
            List<Method> found =
                    Arrays.stream(owner.getMethods())
                            .filter(each -> each.getName().equals(name) && !each.isBridge())
                            .toList();
            if (found.size() != 1) {
                throw refused(declared, "is " + found.size() + " public methods, not one");
            }
            return of(declared, owner, found.getFirst(), values);
        } catch (ClassNotFoundException
                | LinkageError
                | TypeNotPresentException
                | MalformedParameterizedTypeException
                | IllegalArgumentException missing) {
            throw refused(declared, "can't be loaded: " + missing);
        }
    }

    private static EntryPoint of(
            InterfaceDescriptor declared, Class<?> owner, Method method, Values values) {
        if (!Modifier.isPublic(owner.getModifiers())) {
            throw refused(declared, "is in a class that is not public");
        }
        Class<?>[] takes = method.getParameterTypes();
        boolean context = takes.length > 0 && takes[takes.length - 1] == Context.class;
        return switch (takes.length - (context ? 1 : 0)) {
            case 0 -> new EntryPoint(owner, method, null, values);
            case 1 -> taking(declared, owner, method, values);
            default -> throw refused(declared, "takes more than an input and a Context");
        };
    }

    private static EntryPoint taking(
            InterfaceDescriptor declared, Class<?> owner, Method method, Values values) {
        Class<?> input = method.getParameterTypes()[0];
        try {
            if (!SdkForms.isOwn(input)) {
                values.requireReadable(input);
            }
        } catch (RialtoException unreadable) {
            throw refused(declared, "can't be called: " + unreadable.getMessage());
        }
        return new EntryPoint(owner, method, input, values);
    }

    /// The class whose instance is called.
    Class<?> owner() {
        return owner;
    }

    /// How values of its revision are read and written.
    Values values() {
        return values;
    }

    /// Sets the instance that is called, once.
    void instance(Object made) {
        call = Objects.requireNonNull(way, "it has its instance").apply(made);
        way = null;
    }

    /// Calls the method; passes on whatever it throws, including checked exceptions.
    ///
    /// @return what [#output] writes
    @SuppressWarnings("ReferenceEquality") // that array, not one with the same elements
    @Nullable Object call(JsonNode wire, Context context) {
        @Nullable Object[] arguments;
        if (components != null) {
            arguments = components.read(takes, wire, 1);
        } else if (whole != null) {
            arguments = new Object[] {whole.apply(wire), null};
        } else {
            arguments = new Object[1];
        }
        arguments[arguments.length - 1] = context;
        Object returned = Objects.requireNonNull(call, "no instance").call(arguments);
        if (returned == arguments
                && components != null
                && arguments[0] instanceof Exception refusal) {
            throw components.refused(refusal);
        }
        return returned;
    }

    /// What the method returned, in wire form.
    JsonNode output(@Nullable Object returned, Values values) {
        return switch (returned) {
            case null -> Json.nodes().nullNode();
            case Object[] all when output != null -> output.write(gives, all, values.room());
            case HttpResponse response -> SdkForms.response(response, values);
            case Query query -> SdkForms.query(query, values);
            default -> values.write(returned);
        };
    }

    private static RefusedException refused(InterfaceDescriptor declared, String why) {
        return new RefusedException(Problem.of("the interface " + declared.target() + " " + why));
    }
}
