package dev.rialto.leaks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The classes, roots and threads of a [HeapDump], and the positions of its strings. Takes memory
/// for these, but none for the other objects.
final class HeapIndex implements HeapDump.Visitor {
    /// The fields of a class's objects.
    ///
    /// @param strong the offsets of an object's references
    /// @param soft the same, including that of a soft reference
    record ClassLayout(String name, long loader, int[] strong, int[] soft) {}

    /// A root, which keeps an object in memory.
    record Root(int kind, int thread, int frame) {}

    private final HeapDump dump;
    private final LongTable texts = new LongTable();
    private final LongTable textLengths = new LongTable();
    private final LongTable classTexts = new LongTable();
    private final LongTable classes = new LongTable();
    private final LongTable frames = new LongTable();
    private final LongTable traces = new LongTable();
    private final LongTable roots = new LongTable();
    private final List<Root> rootList = new ArrayList<>();
    private final Map<Integer, Long> threads = new HashMap<>();
    private final Map<Integer, Integer> threadTraces = new HashMap<>();
    private final LongTable layouts = new LongTable();
    private final List<ClassLayout> layoutList = new ArrayList<>();

    HeapIndex(HeapDump dump) {
        this.dump = dump;
        dump.walk(this);
        classes.forEachKey(this::learn);
    }

    @Override
    public void text(long id, long at, int length) {
        texts.put(id, at);
        textLengths.put(id, length);
    }

    @Override
    public void loaded(long classId, long textId) {
        classTexts.put(classId, textId);
    }

    @Override
    public void dumped(long classId, long at) {
        classes.put(classId, at);
    }

    @Override
    public void frame(long id, long at) {
        frames.put(id, at);
    }

    @Override
    public void trace(int serial, long at) {
        if (serial != 0) {
            traces.put(serial, at);
        }
    }

    @Override
    public void root(int kind, long object, int thread, int extra) {
        if (object == 0) {
            return;
        }
        if (kind == HeapDump.ROOT_THREAD) {
            threads.put(thread, object);
            threadTraces.put(thread, extra);
        }
        int known = (int) roots.get(object, -1);
        if (known < 0 || telling(kind) > telling(rootList.get(known).kind())) {
            roots.put(object, rootList.size());
            rootList.add(new Root(kind, thread, extra));
        }
    }

    private static int telling(int kind) {
        return switch (kind) {
            case HeapDump.ROOT_THREAD -> 3;
            case HeapDump.ROOT_JAVA_FRAME -> 2;
            case HeapDump.ROOT_JNI_LOCAL, HeapDump.ROOT_NATIVE_STACK -> 1;
            default -> 0;
        };
    }

    @Nullable Root root(long object) {
        int place = (int) roots.get(object, -1);
        return place < 0 ? null : rootList.get(place);
    }

    /// The `java.lang.Thread` of a thread.
    Optional<Long> thread(int serial) {
        return Optional.ofNullable(threads.get(serial));
    }

    /// The method of a frame of a thread, e.g. `com.acme.Tax.rate`.
    Optional<String> method(int thread, int frame) {
        long trace = traces.get(threadTraces.getOrDefault(thread, 0), 0);
        if (trace == 0 || frame < 0 || frame >= dump.number(trace + 4)) {
            return Optional.empty();
        }
        long at = frames.get(dump.id(trace + 8 + (long) frame * HeapDump.ID), 0);
        return at == 0 ? Optional.empty() : Optional.of(text(dump.id(at)));
    }

    String text(long id) {
        long at = texts.get(id, 0);
        return at == 0 ? "?" : dump.text(at, (int) textLengths.get(id, 0));
    }

    boolean isClass(long object) {
        return classes.contains(object);
    }

    /// The offset of a class's record.
    long at(long classId) {
        return classes.get(classId, 0);
    }

    /// @throws IllegalStateException if the dump has no such class
    ClassLayout layout(long classId) {
        int place = (int) layouts.get(classId, -1);
        if (place < 0) {
            throw new IllegalStateException("the heap dump lacks a class");
        }
        return layoutList.get(place);
    }

    /// The class of that name; any of them, if several loaders have one.
    Optional<Long> named(String name) {
        List<Long> found = new ArrayList<>(1);
        classes.forEachKey(each -> {
            if (layout(each).name().equals(name)) {
                found.add(each);
            }
        });
        return found.stream().findFirst();
    }

    /// The offset of a field in an object of a class; of several with that name, the one of the
    /// lowest class.
    int place(long classId, String field) {
        int[] found = {-1};
        eachField(
                classId,
                (_, nameId, _, place) -> {
                    if (found[0] < 0 && text(nameId).equals(field)) {
                        found[0] = place;
                    }
                });
        if (found[0] < 0) {
            throw new IllegalStateException("the heap dump lacks a field " + field);
        }
        return found[0];
    }

    /// The name of the field at an offset in an object.
    String field(long classId, int wanted) {
        String[] found = {"?"};
        eachField(
                classId,
                (_, nameId, _, place) -> {
                    if (place == wanted) {
                        found[0] = text(nameId);
                    }
                });
        return found[0];
    }

    private interface FieldVisitor {
        void field(long owner, long nameId, int type, int place);
    }

    /// Visits the fields of an object in the order of the dump.
    private void eachField(long classId, FieldVisitor visitor) {
        int place = 0;
        for (long each = classId; each != 0; each = dump.id(at(each) + 4)) {
            long fields = dump.fields(at(each));
            int count = dump.small(fields);
            for (int i = 0; i < count; i++) {
                long field = fields + 2 + (long) i * (HeapDump.ID + 1);
                int type = dump.octet(field + HeapDump.ID);
                visitor.field(each, dump.id(field), type, place);
                place += HeapDump.width(type);
            }
        }
    }

    private void learn(long classId) {
        List<Integer> others = new ArrayList<>();
        List<Integer> referents = new ArrayList<>(1);
        eachField(
                classId,
                (owner, nameId, type, place) -> {
                    if (type == HeapDump.REFERENCE) {
                        boolean referent =
                                text(nameId).equals("referent")
                                        && name(owner).equals("java.lang.ref.Reference");
                        (referent ? referents : others).add(place);
                    }
                });
        int[] without = others.stream().mapToInt(each -> each).toArray();
        int[] with =
                Stream.concat(others.stream(), referents.stream()).mapToInt(each -> each).toArray();
        boolean weak = false;
        boolean soft = false;
        for (long each = classId; !referents.isEmpty() && each != 0; each = dump.id(at(each) + 4)) {
            String name = name(each);
            soft |= name.equals("java.lang.ref.SoftReference");
            weak |= name.equals("java.lang.ref.WeakReference");
            weak |= name.equals("java.lang.ref.PhantomReference");
        }
        layouts.put(classId, layoutList.size());
        layoutList.add(
                new ClassLayout(
                        name(classId),
                        dump.id(at(classId) + 12),
                        weak || soft ? without : with,
                        weak ? without : with));
    }

    private String name(long classId) {
        String name = text(classTexts.get(classId, 0)).replace('/', '.');
        int dimensions = name.lastIndexOf('[') + 1;
        String element = name.substring(dimensions);
        if (dimensions > 0) {
            element =
                    switch (element.charAt(0)) {
                        case 'L' -> element.substring(1, element.length() - 1);
                        case 'Z' -> "boolean";
                        case 'B' -> "byte";
                        case 'C' -> "char";
                        case 'S' -> "short";
                        case 'I' -> "int";
                        case 'J' -> "long";
                        case 'F' -> "float";
                        default -> "double";
                    };
        }
        return element + "[]".repeat(dimensions);
    }
}
