package dev.rialto.leaks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Describes a [LeakSearch.Path], for example `thread "function-3" -> java.lang.Thread.threadLocals
/// -> ... -> an instance of com.acme.Tax -> the class loader`.
final class LeakTrace {
    private static final int MAX_LENGTH = 40;

    private final HeapDump dump;
    private final HeapIndex index;
    private final Map<Long, String> threadNames;

    /// @param threadNames by their ids
    LeakTrace(HeapDump dump, HeapIndex index, Map<Long, String> threadNames) {
        this.dump = dump;
        this.index = index;
        this.threadNames = threadNames;
    }

    String of(LeakSearch.Path path) {
        List<Long> objects = path.objects();
        HeapIndex.Root root = index.root(objects.getFirst());
        long thread = root == null ? 0 : index.thread(root.thread()).orElse(0L);
        Offsets places = new Offsets(objects, thread);
        dump.walk(places);
        List<String> steps = new ArrayList<>();
        if (root != null && !index.isClass(objects.getFirst())) {
            steps.add(root(root, thread, places));
        }
        for (int i = 0; i + 1 < objects.size(); i++) {
            long holder = objects.get(i);
            boolean told =
                    i > 0 && index.isClass(holder) && isClassOf(holder, objects.get(i - 1), places);
            if (!told) {
                steps.add(step(holder, objects.get(i + 1), places));
            }
        }
        steps.add("the class loader");
        return (path.softly() ? "by a soft reference, until memory is short: " : "")
                + String.join(" -> ", shortened(steps));
    }

    private static List<String> shortened(List<String> steps) {
        if (steps.size() <= MAX_LENGTH) {
            return steps;
        }
        List<String> shorter = new ArrayList<>(steps.subList(0, MAX_LENGTH / 2));
        shorter.add("... " + (steps.size() - MAX_LENGTH) + " more ...");
        shorter.addAll(steps.subList(steps.size() - MAX_LENGTH / 2, steps.size()));
        return shorter;
    }

    private boolean isClassOf(long classId, long object, Offsets places) {
        return places.classOf(object) == classId;
    }

    private String root(HeapIndex.Root root, long thread, Offsets places) {
        return switch (root.kind()) {
            case HeapDump.ROOT_THREAD -> thread(thread, places);
            case HeapDump.ROOT_JAVA_FRAME ->
                    thread(thread, places)
                            + index.method(root.thread(), root.frame())
                                    .map(method -> " in " + method)
                                    .orElse("");
            case HeapDump.ROOT_JNI_LOCAL, HeapDump.ROOT_NATIVE_STACK, HeapDump.ROOT_THREAD_BLOCK ->
                    thread(thread, places) + " in native code";
            case HeapDump.ROOT_JNI_GLOBAL -> "a global reference of native code";
            case HeapDump.ROOT_MONITOR -> "a held monitor";
            default -> "the JVM";
        };
    }

    private String thread(long thread, Offsets places) {
        long at = places.instance(thread);
        if (at == 0) {
            return "a thread";
        }
        long id = dump.id(at + 16 + index.place(dump.id(at + 4), "tid"));
        String name = threadNames.get(id);
        return name == null ? "thread #" + id : "thread \"" + name + "\"";
    }

    private String step(long holder, long held, Offsets places) {
        if (index.isClass(holder)) {
            String name = index.layout(holder).name();
            String field = staticField(index.at(holder), held);
            return field == null ? "class " + name : name + "." + field + " (static)";
        }
        long classId = places.classOf(holder);
        if (classId == 0) {
            return "?";
        }
        String name = index.layout(classId).name();
        if (classId == held) {
            return "an instance of " + name;
        }
        long at = places.instance(holder);
        if (at != 0) {
            for (int each : index.layout(classId).soft()) {
                if (dump.id(at + 16 + each) == held) {
                    return name + "." + index.field(classId, each);
                }
            }
            return name;
        }
        at = places.array(holder);
        int i = 0;
        while (i + 1 < dump.number(at + 4) && dump.id(at + 16 + (long) i * HeapDump.ID) != held) {
            i++;
        }
        return name.replaceFirst("\\[]", "[" + i + "]");
    }

    private @Nullable String staticField(long classAt, long held) {
        long statics = dump.statics(classAt);
        long field = statics + 2;
        for (int i = 0; i < dump.small(statics); i++) {
            int type = dump.octet(field + HeapDump.ID);
            if (type == HeapDump.REFERENCE && dump.id(field + HeapDump.ID + 1) == held) {
                return index.text(dump.id(field));
            }
            field += HeapDump.ID + 1 + HeapDump.width(type);
        }
        return null;
    }

    /// The offsets of a path's objects in the dump.
    private final class Offsets implements HeapDump.Visitor {
        private final LongTable wanted = new LongTable();
        private final LongTable instances = new LongTable();
        private final LongTable arrays = new LongTable();

        Offsets(List<Long> objects, long thread) {
            objects.forEach(each -> wanted.put(each, 0));
            if (thread != 0) {
                wanted.put(thread, 0);
            }
        }

        @Override
        public void instance(long object, long at) {
            if (wanted.contains(object)) {
                instances.put(object, at);
            }
        }

        @Override
        public void array(long object, long at) {
            if (wanted.contains(object)) {
                arrays.put(object, at);
            }
        }

        /// 0 when there is none.
        long instance(long object) {
            return object == 0 ? 0 : instances.get(object, 0);
        }

        long array(long object) {
            return arrays.get(object, 0);
        }

        long classOf(long object) {
            long instance = instance(object);
            if (instance != 0) {
                return dump.id(instance + 4);
            }
            long array = array(object);
            return array == 0 ? 0 : dump.id(array + 8);
        }
    }
}
