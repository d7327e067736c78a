package dev.rialto.leaks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds what holds a class loader, in a [HeapDump].
///
/// A breadth-first search follows references backwards from the loader until it meets a root, which
/// yields a shortest path. Each step is one pass over the file. That is slower than searching
/// forward from the roots, but needs memory only for the objects that refer to the loader rather
/// than for the whole heap.
final class LeakSearch {
    /// The path that holds a loader: the objects from a root to it, the loader last.
    ///
    /// @param softly whether only a soft reference holds it, which is cleared when memory is short
    record Path(List<Long> objects, boolean softly) {}

    private static final int MAX_STEPS = 200;

    /// Loaders whose classes live as long as the JVM.
    private static final Set<String> PERMANENT =
            Set.of(
                    "jdk.internal.loader.ClassLoaders$AppClassLoader",
                    "jdk.internal.loader.ClassLoaders$PlatformClassLoader");

    private final HeapDump dump;
    private final HeapIndex index;
    private final LongTable permanent = new LongTable();
    private final Map<Long, Long> loaders = new HashMap<>();
    private final long end;

    /// @param timeLimit no further step begins after that time
    LeakSearch(HeapDump dump, HeapIndex index, Duration timeLimit) {
        this.dump = dump;
        this.index = index;
        this.end = System.nanoTime() + timeLimit.toNanos();
        findLoaders();
    }

    private void findLoaders() {
        long retired = index.named(Suspect.class.getName()).orElse(0L);
        if (retired == 0) {
            return;
        }
        permanent.put(index.layout(retired).loader(), 0);
        int number = index.place(retired, "number");
        int referent = index.place(retired, "referent");
        dump.walk(
                new HeapDump.Visitor() {
                    @Override
                    public void instance(long object, long at) {
                        long classId = dump.id(at + 4);
                        if (classId == retired) {
                            loaders.put(dump.id(at + 16 + number), dump.id(at + 16 + referent));
                        } else if (PERMANENT.contains(index.layout(classId).name())) {
                            permanent.put(object, 0);
                        }
                    }
                });
    }

    /// Whether the loader still exists; otherwise it was collected for the dump.
    boolean isThere(long number) {
        return loaders.getOrDefault(number, 0L) != 0;
    }

    /// @param number of the [Suspect]
    Optional<Path> path(long number) {
        long loader = loaders.getOrDefault(number, 0L);
        if (loader == 0) {
            return Optional.empty();
        }
        return path(loader, false).or(() -> path(loader, true));
    }

    private Optional<Path> path(long loader, boolean softly) {
        var step = new Step(softly);
        step.reach(loader, 0);
        for (int i = 0; i < MAX_STEPS && System.nanoTime() < end; i++) {
            long root = step.bestRoot();
            if (root != 0) {
                return Optional.of(new Path(step.from(root), softly));
            }
            if (step.reached.size() == 0) {
                break;
            }
            step.next();
        }
        return Optional.empty();
    }

    /// How well an object explains the leak as the start of a path; 0 if it is not a root.
    private int telling(long object) {
        HeapIndex.Root root = index.root(object);
        if (root != null && root.kind() == HeapDump.ROOT_THREAD) {
            return 4;
        }
        if (index.isClass(object) && isPermanent(index.layout(object).loader())) {
            return 3;
        }
        if (root == null) {
            return 0;
        }
        return root.kind() == HeapDump.ROOT_JAVA_FRAME ? 2 : 1;
    }

    private boolean isPermanent(long loader) {
        return loader == 0 || permanent.contains(loader);
    }

    /// The objects at one distance from the loader.
    private final class Step implements HeapDump.Visitor {
        private final boolean softly;
        private final LongTable towards = new LongTable();
        private LongTable before = new LongTable();
        private LongTable reached = new LongTable();

        Step(boolean softly) {
            this.softly = softly;
        }

        void next() {
            before = reached;
            reached = new LongTable();
            dump.walk(this);
        }

        void reach(long object, long held) {
            if (!towards.contains(object)) {
                towards.put(object, held);
                reached.put(object, 0);
            }
        }

        private void look(long object, long held) {
            if (held != 0 && before.contains(held)) {
                reach(object, held);
            }
        }

        long bestRoot() {
            long[] best = {0, 0};
            reached.forEachKey(each -> {
                int telling = telling(each);
                if (telling > best[1]) {
                    best[0] = each;
                    best[1] = telling;
                }
            });
            return best[0];
        }

        List<Long> from(long root) {
            List<Long> path = new ArrayList<>();
            for (long each = root; each != 0; each = towards.get(each, 0)) {
                path.add(each);
            }
            return path;
        }

        @Override
        public void dumped(long classId, long at) {
            for (int i = 0; i < 4; i++) {
                look(classId, dump.id(at + 4 + (long) i * HeapDump.ID));
            }
            long statics = dump.statics(at);
            int count = dump.small(statics);
            long field = statics + 2;
            for (int i = 0; i < count; i++) {
                int type = dump.octet(field + HeapDump.ID);
                if (type == HeapDump.REFERENCE) {
                    look(classId, dump.id(field + HeapDump.ID + 1));
                }
                field += HeapDump.ID + 1 + HeapDump.width(type);
            }
        }

        @Override
        public void instance(long object, long at) {
            long classId = dump.id(at + 4);
            look(object, classId);
            HeapIndex.ClassLayout layout = index.layout(classId);
            for (int each : softly ? layout.soft() : layout.strong()) {
                look(object, dump.id(at + 16 + each));
            }
        }

        @Override
        public void array(long object, long at) {
            look(object, dump.id(at + 8));
            int length = dump.number(at + 4);
            for (int i = 0; i < length; i++) {
                look(object, dump.id(at + 16 + (long) i * HeapDump.ID));
            }
        }
    }
}
