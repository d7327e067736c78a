package dev.rialto.hardening;

import dev.rialto.hardening.standin.Environment;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The harmless replacements that library code gets for classes and members of the JDK that
/// functions may not use: see docs/decisions/0013-libraries.md.
final class StandIns {
    static final String PACKAGE = "dev/rialto/hardening/standin/";

    private static final List<Class<?>> MEMBERS = List.of(Environment.class);

    /// Internal names of the JDK's classes, and of what stands for them.
    private static final Map<String, String> CLASSES = new HashMap<>();

    /// `name` and descriptor of all that a class has which stands for another, by its name.
    private static final Map<String, Set<String>> DECLARED = new HashMap<>();

    private static final Map<String, Replacements.Call> CALLS = new HashMap<>();

    static {
        for (String line : Rules.of("stand-ins.txt")) {
            String[] words = line.split(" ", -1);
            CLASSES.put(words[0], PACKAGE + words[1]);
            DECLARED.put(PACKAGE + words[1], declared(words[1]));
        }
        for (Class<?> each : MEMBERS) {
            for (Method method : each.getDeclaredMethods()) {
                InsteadOf instead = method.getAnnotation(InsteadOf.class);
                if (instead != null) {
                    addCall(method, instead);
                }
            }
        }
    }

    private StandIns() {}

    /// Names of classes in a class file, with those that stand for them.
    static Map<String, String> classes() {
        return CLASSES;
    }

    /// What is called in place of a method; for a static field, what returns its value.
    ///
    /// @param name of the method, or of the field
    /// @param descriptor of the method; `()` and the type of a field
    static Optional<Replacements.Call> of(
            String owner, boolean isStatic, String name, String descriptor) {
        return Optional.ofNullable(CALLS.get(key(owner, isStatic, name, descriptor)));
    }

    /// Whether something stands for a class, but does not have one of its members.
    static boolean lacks(String owner, String name, String descriptor) {
        Set<String> declared = DECLARED.get(owner);
        return declared != null && !declared.contains(name + descriptor);
    }

    /// What a class stands for.
    static String original(String owner) {
        for (var each : CLASSES.entrySet()) {
            if (each.getValue().equals(owner)) {
                return each.getKey();
            }
        }
        return owner;
    }

    private static String key(String owner, boolean isStatic, String name, String descriptor) {
        return (isStatic ? "static " : "") + owner + "." + name + descriptor;
    }

    private static void addCall(Method method, InsteadOf instead) {
        var type =
                MethodTypeDesc.ofDescriptor(
                        MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                                .descriptorString());
        var original = instead.isStatic() ? type : type.dropParameterTypes(0, 1);
        CALLS.put(
                key(
                        instead.value().getName().replace('.', '/'),
                        instead.isStatic(),
                        instead.named().isEmpty() ? method.getName() : instead.named(),
                        original.descriptorString()),
                new Replacements.Call(
                        ClassDesc.of(method.getDeclaringClass().getName()),
                        method.getName(),
                        type));
    }

    private static Set<String> declared(String simpleName) {
        Set<String> all = new HashSet<>();
        try {
            Class<?> type =
                    Class.forName(
                            (PACKAGE + simpleName).replace('/', '.'),
                            false,
                            StandIns.class.getClassLoader());
            for (Constructor<?> each : type.getDeclaredConstructors()) {
                all.add(
                        "<init>"
                                + MethodType.methodType(void.class, each.getParameterTypes())
                                        .descriptorString());
            }
            collect(type, all);
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(missing);
        }
        return all;
    }

    private static void collect(Class<?> type, Set<String> into) {
        for (Method each : type.getDeclaredMethods()) {
            into.add(
                    each.getName()
                            + MethodType.methodType(each.getReturnType(), each.getParameterTypes())
                                    .descriptorString());
        }
        for (Field each : type.getDeclaredFields()) {
            into.add(each.getName() + each.getType().descriptorString());
        }
        for (Class<?> each : type.getInterfaces()) {
            collect(each, into);
        }
        if (type.getSuperclass() != null) {
            collect(type.getSuperclass(), into);
        } else if (type.isInterface()) {
            collect(Object.class, into);
        }
    }
}
