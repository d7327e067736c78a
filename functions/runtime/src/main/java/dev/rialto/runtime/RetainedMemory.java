package dev.rialto.runtime;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Measures what a revision keeps in memory between its calls: what can be reached from the static
/// fields of its classes and from its functions, without the server's own objects. Nothing is
/// stopped for that; what changes meanwhile may count or not.
///
/// Objects are known again by a bit each, found by their hash, which takes 4 MB however many there
/// are. Two objects may have the same bit, so that of millions some per cent go uncounted.
final class RetainedMemory {
    private static final int BITS = 1 << 25;
    private static final int HEADER = 8;
    private static final int ARRAY_HEADER = 16;
    private static final int REFERENCE = 4;

    /// What is shared by all, or leads to all.
    private static final List<String> SHARED =
            List.of(
                    "java.lang.Class",
                    "java.lang.Module",
                    "java.lang.Thread",
                    "java.lang.invoke.",
                    "java.lang.ref.",
                    "java.lang.reflect.",
                    "java.util.Locale",
                    "java.util.ResourceBundle",
                    "java.util.TimeZone",
                    "jdk.internal.loader.",
                    "sun.nio.cs.",
                    "sun.util.",
                    "groovy.lang.Meta",
                    "groovy.lang.Expando");

    /// Of the server's own class path, what micro apps have objects of.
    private static final List<String> OF_MICRO_APPS =
            List.of(
                    "dev.rialto.sdk.",
                    "dev.rialto.hardening.GuardedPatterns",
                    "dev.rialto.hardening.GuardedStreams",
                    "dev.rialto.hardening.GuardedCharSequence",
                    "dev.rialto.hardening.standin.",
                    "dev.rialto.compiler.groovy.",
                    "dev.rialto.runtime.CallContext",
                    "dev.rialto.functions.spi.Invocation",
                    "tools.jackson.databind.node.",
                    "groovy.lang.",
                    "groovy.util.",
                    "org.codehaus.groovy.runtime.",
                    "org.apache.groovy.runtime.");

    private final RawFields fields;
    private final BitSet seen = new BitSet(BITS);
    private final Map<Class<?>, Form> forms = new HashMap<>();
    private final List<Object> open = new ArrayList<>();
    private final long enough;
    private long bytes;

    /// What was measured.
    ///
    /// @param bytes at least; no more is counted when it is enough
    /// @param largest the static field or function that keeps most
    record Measured(long bytes, String largest) {}

    /// How objects of a class are counted.
    ///
    /// @param references where they have references
    private record Form(long bytes, long[] references, boolean counts) {}

    private RetainedMemory(RawFields fields, long enough) {
        this.fields = fields;
        this.enough = enough;
    }

    /// @param classes of the revision
    /// @param functions instances of them
    /// @param enough when to stop counting, in bytes
    static Measured of(
            RawFields fields, Iterable<Class<?>> classes, Iterable<Object> functions, long enough) {
        var memory = new RetainedMemory(fields, enough);
        long max = -1;
        String largest = "";
        for (Class<?> type : classes) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    long more = memory.add(fields.read(field));
                    if (more > max) {
                        max = more;
                        largest = type.getName() + "." + field.getName();
                    }
                }
            }
        }
        for (Object each : functions) {
            long more = memory.add(each);
            if (more > max) {
                max = more;
                largest = "the fields of " + each.getClass().getName();
            }
        }
        return new Measured(memory.bytes, largest);
    }

    /// @return how many bytes that adds
    private long add(@Nullable Object root) {
        long before = bytes;
        visit(root);
        while (!open.isEmpty() && bytes < enough) {
            Object next = open.removeLast();
            if (next instanceof Cursor cursor) {
                element(cursor);
            } else {
                for (long at : form(next.getClass()).references()) {
                    visit(fields.read(next, at));
                }
            }
        }
        open.clear();
        return bytes - before;
    }

    /// Where in an array of references the next one is.
    private static final class Cursor {
        private final @Nullable Object[] array;
        private int index;

        Cursor(@Nullable Object[] array) {
            this.array = array;
        }
    }

    private void element(Cursor cursor) {
        if (cursor.index < cursor.array.length) {
            Object each = cursor.array[cursor.index];
            cursor.index++;
            open.add(cursor);
            visit(each);
        }
    }

    private void visit(@Nullable Object object) {
        if (object == null) {
            return;
        }
        Form form = form(object.getClass());
        int bit = System.identityHashCode(object) & (BITS - 1);
        if (!form.counts() || seen.get(bit)) {
            return;
        }
        seen.set(bit);
        if (object instanceof @Nullable Object[] array) {
            bytes += rounded(ARRAY_HEADER + (long) REFERENCE * array.length);
            open.add(new Cursor(array));
        } else if (object.getClass().isArray()) {
            int length = Array.getLength(object);
            bytes += rounded(ARRAY_HEADER + length * size(object.getClass().componentType()));
        } else {
            bytes += form.bytes();
            if (form.references().length > 0) {
                open.add(object);
            }
        }
    }

    private Form form(Class<?> type) {
        Form known = forms.get(type);
        if (known == null) {
            known = newForm(type);
            forms.put(type, known);
        }
        return known;
    }

    private Form newForm(Class<?> type) {
        if (!counts(type)) {
            return new Form(0, new long[0], false);
        }
        long size = HEADER;
        long[] references = new long[0];
        for (Class<?> each = type; each != null && !each.isArray(); each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    size += size(field.getType());
                    if (!field.getType().isPrimitive()) {
                        references = Arrays.copyOf(references, references.length + 1);
                        references[references.length - 1] = fields.offset(field);
                    }
                }
            }
        }
        return new Form(rounded(size), references, true);
    }

    private static boolean counts(Class<?> type) {
        if (type.isArray()) {
            return true;
        }
        String name = type.getName();
        if (SHARED.stream().anyMatch(name::startsWith)
                || ClassLoader.class.isAssignableFrom(type)
                || Thread.class.isAssignableFrom(type)) {
            return false;
        }
        return !RetainedMemory.class.getClassLoader().equals(type.getClassLoader())
                || OF_MICRO_APPS.stream().anyMatch(name::startsWith);
    }

    private static long size(Class<?> type) {
        if (type == long.class || type == double.class) {
            return 8;
        }
        if (type == short.class || type == char.class) {
            return 2;
        }
        return type == byte.class || type == boolean.class ? 1 : REFERENCE;
    }

    private static long rounded(long bytes) {
        return (bytes + 7) & ~7;
    }
}
