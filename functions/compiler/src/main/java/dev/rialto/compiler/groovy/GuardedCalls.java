package dev.rialto.compiler.groovy;

import dev.rialto.hardening.Guard;
import dev.rialto.hardening.GuardedPatterns;
import groovy.lang.GroovyObject;
import groovy.lang.MetaClass;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codehaus.groovy.reflection.ClassInfo;
import org.codehaus.groovy.runtime.DefaultGroovyMethods;
import org.codehaus.groovy.runtime.FormatHelper;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.runtime.ScriptBytecodeAdapter;
import org.codehaus.groovy.runtime.StringGroovyMethods;
import org.jspecify.annotations.Nullable;

/// Replaces methods of Groovy's runtime that act on any class or name they are given, in hardened
/// code: `groovy-allowed.txt` lists them.
///
/// Hostile code may call them with any arguments. None of them instantiates a class that it is
/// given, finds a class by name, or calls a method by name that does not belong to the micro app.
public final class GuardedCalls {
    private static final String HELPER = "$Trait$Helper";

    private GuardedCalls() {}

    /// A cast that Groovy's compiler makes, also where nobody wrote one.
    public static @Nullable Object castToType(@Nullable Object value, Class<?> type) {
        return Conversions.cast(value, type);
    }

    /// `value as Type`.
    public static @Nullable Object asType(@Nullable Object value, Class<?> type) {
        return Conversions.coerce(value, type);
    }

    /// A cast to `Class`, which Groovy's own makes of a name.
    public static @Nullable Class<?> castToClass(@Nullable Object value) {
        if (value == null || value instanceof Class<?>) {
            return (Class<?>) value;
        }
        throw Conversions.impossible(value, Class.class);
    }

    /// `map['key']` where the compiler does not know that it is a map.
    public static @Nullable Object getAt(@Nullable Object of, String name) {
        if (of instanceof Map<?, ?> map) {
            return map.get(name);
        }
        throw byName(of, name);
    }

    /// The same of the elements of a collection.
    public static List<?> getAt(Collection<?> of, String name) {
        List<@Nullable Object> values = new ArrayList<>();
        for (Object each : of) {
            values.add(getAt(each, name));
        }
        return values;
    }

    /// `map['key'] = value` where the compiler does not know that it is a map.
    public static void putAt(@Nullable Object of, String name, @Nullable Object value) {
        if (!(of instanceof Map<?, ?> map)) {
            throw byName(of, name);
        }
        map(map).put(name, value);
    }

    private static RuntimeException byName(@Nullable Object of, String name) {
        return new UnsupportedOperationException(
                "%s of %s is looked up by its name: declare its type and write .%s"
                        .formatted(name, of == null ? null : of.getClass().getName(), name));
    }

    /// A call by name. What static code is left with of these is `a[i] = value`, and the start of a
    /// trait.
    public static @Nullable Object invokeMethodN(
            Class<?> sender, @Nullable Object on, String name, @Nullable Object[] arguments)
            throws Throwable {
        if (name.equals("putAt") && arguments.length == 2) {
            put(on, arguments[0], arguments[1]);
            return arguments[1];
        }
        if (on instanceof Class<?> helper
                && helper.getName().endsWith(HELPER)
                && isOfMicroApp(helper)
                && (name.equals("$init$") || name.equals("$static$init$"))) {
            return OwnMethods.callStatic(helper, name, arguments);
        }
        throw dynamic(name);
    }

    private static void put(@Nullable Object in, @Nullable Object at, @Nullable Object value) {
        switch (in) {
            case Map<?, ?> map -> map(map).put(at, value);
            case List<?> list when at instanceof Number index -> {
                int place = index.intValue();
                Guard.capacity(Math.max(0, place));
                DefaultGroovyMethods.putAt(list(list), place, value);
            }
            case StringBuilder text when at instanceof groovy.lang.IntRange range ->
                    org.codehaus.groovy.vmplugin.v8.PluginDefaultGroovyMethods.putAt(
                            text, range, value);
            case Object array when array.getClass().isArray() && at instanceof Number index -> {
                int length = java.lang.reflect.Array.getLength(array);
                int place = index.intValue();
                java.lang.reflect.Array.set(
                        array,
                        place < 0 ? place + length : place,
                        Conversions.cast(value, array.getClass().getComponentType()));
            }
            case null, default -> throw dynamic("putAt");
        }
    }

    @SuppressWarnings("unchecked") // what is put in is the caller's affair, as it is in Groovy
    private static Map<Object, @Nullable Object> map(Map<?, ?> map) {
        return (Map<Object, @Nullable Object>) map;
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> list(List<?> list) {
        return (List<@Nullable Object>) list;
    }

    /// A static call by name: what is left of these in static code is the empty map that spreading
    /// a map begins with.
    public static Object invokeStaticMethod0(Class<?> sender, Class<?> of, String name) {
        if (of == Collections.class && name.equals("emptyMap")) {
            return Map.of();
        }
        throw dynamic(name);
    }

    /// `object.property++`.
    public static void setGroovyObjectProperty(
            @Nullable Object value, Class<?> sender, GroovyObject of, String name)
            throws Throwable {
        OwnMethods.set(of, name, value);
    }

    private static RuntimeException dynamic(String name) {
        return new UnsupportedOperationException(
                name
                        + " would be looked up at run time: declare the type of the object that"
                        + " it is called on");
    }

    /// The meta class of a class of the micro app.
    public static MetaClass initMetaClass(Object of) {
        requireOfMicroApp(of.getClass());
        return InvokerHelper.getMetaClass(of.getClass());
    }

    /// What Groovy knows of a class of the micro app.
    public static ClassInfo getClassInfo(Class<?> type) {
        requireOfMicroApp(type);
        return ClassInfo.getClassInfo(type);
    }

    /// Which constructor of a class of the micro app takes these arguments.
    public static int selectConstructorAndTransformArguments(
            @Nullable Object[] arguments, int constructors, Class<?> type) throws Throwable {
        requireOfMicroApp(type);
        return ScriptBytecodeAdapter.selectConstructorAndTransformArguments(
                arguments, constructors, type);
    }

    private static void requireOfMicroApp(Class<?> type) {
        if (!isOfMicroApp(type)) {
            throw new UnsupportedOperationException(
                    type.getName() + " does not belong to the micro app");
        }
    }

    /// Whether a class is neither the JDK's nor the server's.
    static boolean isOfMicroApp(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        if (loader == null) {
            return false;
        }
        ClassLoader server = GuardedCalls.class.getClassLoader();
        while (server != null) {
            if (server.equals(loader)) {
                return false;
            }
            server = server.getParent();
        }
        return true;
    }

    /// A copy of a collection of an immutable class, or of an array or date.
    @SuppressWarnings("JavaUtilDate") // whoever has one wants a copy of it
    public static @Nullable Object copy(@Nullable Object value) {
        return switch (value) {
            case SortedSet<?> set -> new TreeSet<>(set);
            case Set<?> set -> new LinkedHashSet<>(set);
            case SortedMap<?, ?> map -> new TreeMap<>(map);
            case Map<?, ?> map -> new LinkedHashMap<>(map);
            case Collection<?> list -> new ArrayList<>(list);
            case java.util.Date date -> date.clone();
            case Object[] array -> array.clone();
            case byte[] array -> array.clone();
            case int[] array -> array.clone();
            case long[] array -> array.clone();
            case double[] array -> array.clone();
            case null -> null;
            default ->
                    throw new UnsupportedOperationException(
                            "a " + value.getClass().getName() + " can't be copied");
        };
    }

    /// `text =~ expression`.
    public static Matcher findRegex(@Nullable Object text, Object expression) {
        return GuardedPatterns.matcher(pattern(expression), FormatHelper.toString(text));
    }

    /// `text ==~ expression`.
    public static boolean matchRegex(@Nullable Object text, @Nullable Object expression) {
        return text != null && expression != null && findRegex(text, expression).matches();
    }

    private static Pattern pattern(Object expression) {
        return expression instanceof Pattern known
                ? known
                : GuardedPatterns.compile(FormatHelper.toString(expression), 0);
    }

    /// `text * times`.
    public static String multiply(CharSequence text, Number times) {
        int count = times.intValue();
        if (count < 0) {
            throw new IllegalArgumentException("a string can't be repeated " + count + " times");
        }
        reserve((long) text.length() * count);
        return text.toString().repeat(count);
    }

    /// `list * times`.
    public static <T> Collection<T> multiply(Iterable<T> elements, Number times) {
        if (elements instanceof Collection<?> known) {
            Guard.capacity(Guard.times(known.size(), Math.max(1, times.intValue())));
        }
        List<T> all = new ArrayList<>();
        elements.forEach(all::add);
        Guard.capacity(Guard.times(all.size(), Math.max(0, times.intValue())));
        return DefaultGroovyMethods.multiply((Iterable<T>) all, times);
    }

    /// `list * times`.
    public static <T> List<T> multiply(List<T> elements, Number times) {
        return new ArrayList<>(multiply((Iterable<T>) elements, times));
    }

    /// Fills up a text on its left.
    public static String padLeft(CharSequence text, Number length, CharSequence with) {
        reserve(length.longValue());
        return StringGroovyMethods.padLeft(text, length, with);
    }

    /// Fills up a text on its left with spaces.
    public static String padLeft(CharSequence text, Number length) {
        return padLeft(text, length, " ");
    }

    /// Fills up a text on its right.
    public static String padRight(CharSequence text, Number length, CharSequence with) {
        reserve(length.longValue());
        return StringGroovyMethods.padRight(text, length, with);
    }

    /// Fills up a text on its right with spaces.
    public static String padRight(CharSequence text, Number length) {
        return padRight(text, length, " ");
    }

    /// Fills up a text on both sides.
    public static String center(CharSequence text, Number length, CharSequence with) {
        reserve(length.longValue());
        return StringGroovyMethods.center(text, length, with);
    }

    /// Fills up a text on both sides with spaces.
    public static String center(CharSequence text, Number length) {
        return center(text, length, " ");
    }

    private static void reserve(long characters) {
        Guard.bytes((int) Math.min(Integer.MAX_VALUE, 2 * Math.max(0, characters)));
    }

    /// Calls by name of methods that the micro app itself declares, which are hardened.
    private static final class OwnMethods {
        static @Nullable Object callStatic(
                Class<?> helper, String name, @Nullable Object[] arguments) throws Throwable {
            for (Method each : helper.getDeclaredMethods()) {
                if (each.getName().equals(name)
                        && Modifier.isStatic(each.getModifiers())
                        && each.getParameterCount() == arguments.length) {
                    return call(each, null, arguments);
                }
            }
            throw dynamic(name);
        }

        static void set(GroovyObject of, String name, @Nullable Object value) throws Throwable {
            String setter =
                    "set" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
            Class<?> next = of.getClass();
            while (next != null && isOfMicroApp(next)) {
                for (Method each : next.getDeclaredMethods()) {
                    if (each.getName().equals(setter)
                            && each.getParameterCount() == 1
                            && Modifier.isPublic(each.getModifiers())
                            && !Modifier.isStatic(each.getModifiers())) {
                        call(each, of, Conversions.cast(value, each.getParameterTypes()[0]));
                        return;
                    }
                }
                next = next.getSuperclass();
            }
            throw byName(of, name);
        }

        private static @Nullable Object call(
                Method method, @Nullable Object on, @Nullable Object... arguments)
                throws Throwable {
            method.setAccessible(true);
            try {
                return method.invoke(on, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }
    }
}
