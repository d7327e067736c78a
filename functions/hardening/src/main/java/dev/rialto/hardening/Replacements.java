package dev.rialto.hardening;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The JDK methods that hardened code does not call directly: some are replaced, for others an
/// argument is checked first.
final class Replacements {
    static final ClassDesc GUARD = ClassDesc.of(Guard.class.getName());

    private static final MethodTypeDesc OF_STRING =
            MethodTypeDesc.ofDescriptor("(Ljava/lang/String;)Ljava/lang/String;");
    private static final MethodTypeDesc OF_BYTES = MethodTypeDesc.ofDescriptor("([B)[B");
    private static final MethodTypeDesc OF_INT = MethodTypeDesc.ofDescriptor("(I)I");

    private static final List<Class<?>> SOURCES =
            List.of(
                    Guard.class,
                    GuardedLocales.class,
                    GuardedLocks.class,
                    GuardedStrings.class,
                    GuardedPatterns.class,
                    GuardedStreams.class,
                    GuardedSearches.class,
                    SharedCaches.class,
                    GuardedBigIntegers.class,
                    GuardedBigDecimals.class);

    private static final Map<String, Call> REPLACED = replaced();
    private static final Map<String, Argument> LOOKED_AT = lookedAt();
    private static final Map<String, Call> BEFORE_NEW = beforeNew();

    static {
        GuardedLocales.prepare();
    }

    private Replacements() {}

    /// A static method to be called.
    record Call(ClassDesc owner, String name, MethodTypeDesc type) {}

    /// An argument, and what takes it and returns it.
    record Argument(int index, Call look) {}

    /// What is called in place of a method.
    ///
    /// @param ancestors of the class by which it is reached
    static Optional<Call> of(
            Iterable<String> ancestors, boolean isStatic, String name, String descriptor) {
        for (String each : ancestors) {
            Call call = REPLACED.get(key(each, isStatic, name, descriptor));
            if (call != null) {
                return Optional.of(call);
            }
        }
        return Optional.empty();
    }

    /// The argument of a method or constructor that is looked at first.
    static Optional<Argument> argument(Iterable<String> ancestors, String name, String descriptor) {
        for (String each : ancestors) {
            Argument argument = LOOKED_AT.get(each + "." + name + descriptor);
            if (argument != null) {
                return Optional.of(argument);
            }
            if (name.equals("<init>")) {
                break;
            }
        }
        return Optional.empty();
    }

    /// What is called with the arguments of a constructor first.
    static Optional<Call> beforeNew(String owner, String descriptor) {
        return Optional.ofNullable(BEFORE_NEW.get(owner + descriptor));
    }

    private static String key(String owner, boolean isStatic, String name, String descriptor) {
        return (isStatic ? "static " : "") + owner + "." + name + descriptor;
    }

    private static Map<String, Call> replaced() {
        Map<String, Call> all = new HashMap<>();
        for (Class<?> source : SOURCES) {
            for (Method method : source.getDeclaredMethods()) {
                InsteadOf instead = method.getAnnotation(InsteadOf.class);
                if (instead != null) {
                    var type = MethodTypeDesc.ofDescriptor(descriptor(method));
                    var original = instead.isStatic() ? type : type.dropParameterTypes(0, 1);
                    all.put(
                            key(
                                    instead.value().getName().replace('.', '/'),
                                    instead.isStatic(),
                                    instead.named().isEmpty() ? method.getName() : instead.named(),
                                    original.descriptorString()),
                            new Call(ClassDesc.of(source.getName()), method.getName(), type));
                }
            }
        }
        return all;
    }

    private static Map<String, Call> beforeNew() {
        Map<String, Call> all = new HashMap<>();
        for (Class<?> source : SOURCES) {
            for (Method method : source.getDeclaredMethods()) {
                BeforeNew before = method.getAnnotation(BeforeNew.class);
                if (before != null) {
                    String descriptor = descriptor(method);
                    all.put(
                            before.value().getName().replace('.', '/') + descriptor,
                            new Call(
                                    ClassDesc.of(source.getName()),
                                    method.getName(),
                                    MethodTypeDesc.ofDescriptor(descriptor)));
                }
            }
        }
        return Map.copyOf(all);
    }

    private static String descriptor(Method method) {
        return java.lang.invoke.MethodType.methodType(
                        method.getReturnType(), method.getParameterTypes())
                .descriptorString();
    }

    private static Map<String, Argument> lookedAt() {
        Map<String, Argument> all = new HashMap<>();
        for (String line : Rules.of("looked-at.txt")) {
            String[] words = line.split(" ", -1);
            int index = Integer.parseInt(words[1]);
            for (int i = 3; i < words.length; i++) {
                all.put(words[2] + "." + words[i], new Argument(index, look(words[0])));
            }
        }
        return Map.copyOf(all);
    }

    private static Call look(String name) {
        return switch (name) {
            case "digits" ->
                    new Call(ClassDesc.of(GuardedBigIntegers.class.getName()), name, OF_STRING);
            case "decimals" ->
                    new Call(ClassDesc.of(GuardedBigDecimals.class.getName()), "digits", OF_STRING);
            case "scale" ->
                    new Call(ClassDesc.of(GuardedBigDecimals.class.getName()), name, OF_INT);
            case "magnitude" ->
                    new Call(ClassDesc.of(GuardedBigIntegers.class.getName()), name, OF_BYTES);
            case "randomBits" ->
                    new Call(ClassDesc.of(GuardedBigIntegers.class.getName()), "bits", OF_INT);
            case "primeBits" ->
                    new Call(ClassDesc.of(GuardedBigIntegers.class.getName()), name, OF_INT);
            default -> new Call(GUARD, name, OF_INT);
        };
    }
}
