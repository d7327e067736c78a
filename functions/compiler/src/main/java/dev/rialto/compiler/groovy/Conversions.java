package dev.rialto.compiler.groovy;

import groovy.lang.Closure;
import groovy.lang.GString;
import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.codehaus.groovy.runtime.StringGroovyMethods;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.codehaus.groovy.runtime.typehandling.GroovyCastException;
import org.codehaus.groovy.runtime.typehandling.ShortTypeHandling;
import org.jspecify.annotations.Nullable;

/// Groovy's casts and coercions, of plain values to plain types: numbers, booleans, characters,
/// texts, enums, arrays, the collections of `java.util`, and closures to functional interfaces.
final class Conversions {
    /// Those of a list of elements.
    private static final Map<Class<?>, Function<Collection<?>, Object>> COLLECTIONS = collections();

    private static final Map<Class<?>, Function<Map<?, ?>, Object>> MAPS =
            Map.of(
                    HashMap.class, HashMap::new,
                    LinkedHashMap.class, LinkedHashMap::new,
                    TreeMap.class, TreeMap::new,
                    java.util.SortedMap.class, TreeMap::new,
                    java.util.NavigableMap.class, TreeMap::new);

    private static final Set<Class<?>> NUMBERS =
            Set.of(
                    Byte.class,
                    Short.class,
                    Integer.class,
                    Long.class,
                    Float.class,
                    Double.class,
                    java.math.BigInteger.class,
                    java.math.BigDecimal.class);

    private Conversions() {}

    @SuppressWarnings("JdkObsolete") // it is what Groovy makes of these
    private static Map<Class<?>, Function<Collection<?>, Object>> collections() {
        Map<Class<?>, Function<Collection<?>, Object>> all = new HashMap<>();
        List.<Class<?>>of(List.class, Collection.class, Iterable.class, ArrayList.class)
                .forEach(each -> all.put(each, ArrayList::new));
        List.<Class<?>>of(Set.class, LinkedHashSet.class)
                .forEach(each -> all.put(each, LinkedHashSet::new));
        all.put(HashSet.class, HashSet::new);
        List.<Class<?>>of(java.util.SortedSet.class, java.util.NavigableSet.class, TreeSet.class)
                .forEach(each -> all.put(each, TreeSet::new));
        List.<Class<?>>of(LinkedList.class, java.util.Queue.class)
                .forEach(each -> all.put(each, LinkedList::new));
        List.<Class<?>>of(ArrayDeque.class, java.util.Deque.class)
                .forEach(each -> all.put(each, ArrayDeque::new));
        return Map.copyOf(all);
    }

    /// As a cast does.
    static @Nullable Object cast(@Nullable Object value, Class<?> type) {
        if (value == null) {
            return type == boolean.class ? (Object) false : null;
        }
        Class<?> boxed = type.isPrimitive() ? boxed(type) : type;
        if (boxed.isInstance(value)) {
            return value;
        }
        if (boxed == Boolean.class) {
            return DefaultTypeTransformation.castToBoolean(value);
        }
        if (boxed == String.class) {
            return ShortTypeHandling.castToString(value);
        }
        if (boxed == Character.class) {
            return DefaultTypeTransformation.charUnbox(value);
        }
        if (NUMBERS.contains(boxed) && isNumber(value)) {
            return DefaultTypeTransformation.castToType(value, boxed);
        }
        if (boxed.isEnum() && value instanceof CharSequence) {
            return constant(value, boxed);
        }
        if (boxed.isArray()) {
            return array(value, boxed.getComponentType());
        }
        return structure(value, boxed);
    }

    /// As `as` does.
    static @Nullable Object coerce(@Nullable Object value, Class<?> type) {
        Class<?> boxed = type.isPrimitive() ? boxed(type) : type;
        if (value instanceof CharSequence text && !boxed.isInstance(value)) {
            if (NUMBERS.contains(boxed) || boxed == Character.class) {
                return StringGroovyMethods.asType(text.toString(), boxed);
            }
            if (COLLECTIONS.containsKey(boxed)) {
                return structure(StringGroovyMethods.toList(text), boxed);
            }
        }
        return cast(value, type);
    }

    private static Class<?> boxed(Class<?> primitive) {
        return java.lang.invoke.MethodType.methodType(primitive).wrap().returnType();
    }

    /// A number, or a character, which stands for its code.
    private static boolean isNumber(Object value) {
        return value instanceof Number
                || value instanceof Character
                || (value instanceof CharSequence text && text.length() == 1);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an enum, as its caller knows
    private static Object constant(Object name, Class<?> type) {
        return Enum.valueOf((Class<? extends Enum>) type, name.toString());
    }

    private static Object structure(Object value, Class<?> type) {
        if (value instanceof Closure<?> closure && type.isInterface()) {
            return ClosureProxy.of(closure, type);
        }
        Function<Map<?, ?>, Object> ofMap = MAPS.get(type);
        if (ofMap != null && value instanceof Map<?, ?> map) {
            return ofMap.apply(map);
        }
        Function<Collection<?>, Object> ofElements = COLLECTIONS.get(type);
        if (ofElements != null && value instanceof Collection<?> elements) {
            return ofElements.apply(elements);
        }
        if (ofElements != null && value.getClass().isArray()) {
            return ofElements.apply(DefaultTypeTransformation.primitiveArrayToList(value));
        }
        throw impossible(value, type);
    }

    private static Object array(Object value, Class<?> component) {
        Collection<?> elements =
                switch (value) {
                    case Collection<?> all -> all;
                    case Object[] all -> Arrays.asList(all);
                    case GString text when component == char.class ->
                            StringGroovyMethods.toList(text.toString());
                    case String text when component == char.class ->
                            StringGroovyMethods.toList(text);
                    case Object all when all.getClass().isArray() ->
                            DefaultTypeTransformation.primitiveArrayToList(all);
                    default -> throw impossible(value, component.arrayType());
                };
        Object array =
                Array.newInstance(component, dev.rialto.hardening.Guard.capacity(elements.size()));
        int index = 0;
        for (Object each : elements) {
            Array.set(array, index++, cast(each, component));
        }
        return array;
    }

    static RuntimeException impossible(Object value, Class<?> type) {
        return new GroovyCastException(
                "a "
                        + value.getClass().getName()
                        + " can't be converted to a "
                        + type.getName()
                        + ": functions can cast to numbers, booleans, strings, enums, arrays and"
                        + " collections, and closures to interfaces with one method");
    }
}
