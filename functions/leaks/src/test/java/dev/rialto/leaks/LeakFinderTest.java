package dev.rialto.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.testing.ParkedThreads;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakFinderTest {
    private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

    /// What a revision might be: its copies come from class loaders of their own.
    public static final class App implements Runnable {
        private Object next = this;

        public App() {}

        @Override
        public void run() {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(next, 1_000_000);
            }
        }
    }

    /// A class that stays.
    private static final class Holding {
        private static @Nullable Object cache;
    }

    @TempDir Path folder;

    private final ParkedThreads threads = new ParkedThreads();

    @AfterEach
    void letGo() {
        Holding.cache = null;
        threads.close();
    }

    private LeakFinder finder(long maxHeap) {
        return new LeakFinder(
                new LeakFinder.Dumps(Duration.ofHours(1), maxHeap, Duration.ofMinutes(1), folder));
    }

    /// @param made makes the loader; no frame of the test may keep it, since that would hold it too
    private String heldBy(Supplier<ClassLoader> made) {
        return heldBy(finder(4L << 30), new Suspect(made.get(), 17));
    }

    private String heldBy(LeakFinder finder, Suspect suspect) {
        Map<Suspect, String> traces = finder.traces(List.of(suspect));
        assertThat(traces).containsOnlyKeys(suspect);
        assertThat(folder).isEmptyDirectory();
        return traces.getOrDefault(suspect, "");
    }

    @Test
    void namesTheStaticFieldThatHolds() {
        assertThat(
                        heldBy(() -> {
                            var values = new ArrayList<Object>();
                            var loader = new ChildLoader("a");
                            values.add(loader.instance(App.class));
                            Holding.cache = values;
                            return loader;
                        }))
                .isEqualTo(
                        Holding.class.getName()
                                + ".cache (static) -> java.util.ArrayList.elementData ->"
                                + " java.lang.Object[0] -> an instance of "
                                + App.class.getName()
                                + " -> the class loader");
    }

    @Test
    void namesTheThreadWhoseLocalHolds() {
        var loaders = new ArrayList<ClassLoader>();
        threads.start(
                "keeper",
                () -> {
                    var loader = new ChildLoader("c");
                    loaders.add(loader);
                    LOCAL.set(loader.instance(App.class));
                });
        assertThat(heldBy(loaders::removeFirst))
                .startsWith(
                        "thread \"keeper\" -> java.lang.Thread.threadLocals ->"
                                + " java.lang.ThreadLocal$ThreadLocalMap.table ->"
                                + " java.lang.ThreadLocal$ThreadLocalMap$Entry[")
                .endsWith(
                        "] -> java.lang.ThreadLocal$ThreadLocalMap$Entry.value -> an instance of "
                                + App.class.getName()
                                + " -> the class loader");
    }

    @Test
    void namesTheThreadThatRunsCode() {
        assertThat(heldBy(this::running))
                .startsWith("thread \"runner\"")
                .contains(App.class.getName());
    }

    private ClassLoader running() {
        var loader = new ChildLoader(null);
        Runnable app = (Runnable) loader.instance(App.class);
        Thread runner = threads.run("runner", app);
        while (runner.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return loader;
    }

    @Test
    void findsTheEndOfALongChain() {
        assertThat(
                        heldBy(() -> {
                            var loader = new ChildLoader("e");
                            Object chain = loader;
                            for (int i = 0; i < 60; i++) {
                                chain = new Object[] {"link", chain};
                            }
                            Holding.cache = chain;
                            return loader;
                        }))
                .startsWith(Holding.class.getName() + ".cache (static) -> java.lang.Object[1] -> ")
                .contains(" -> ... 22 more ... -> ")
                .endsWith("java.lang.Object[1] -> the class loader");
    }

    @Test
    void saysWhenItIsHeldOnlySoftly() {
        assertThat(
                        heldBy(() -> {
                            var loader = new ChildLoader("f");
                            Holding.cache = new SoftReference<>(loader.instance(App.class));
                            return loader;
                        }))
                .startsWith(
                        "by a soft reference, until memory is short: " + Holding.class.getName())
                .contains("java.lang.ref.SoftReference.referent -> an instance of ");
    }

    @Test
    void leavesOutALoaderThatIsGone() {
        var suspect = new Suspect(new ChildLoader("g"), 17);
        System.gc();
        assertThat(finder(4L << 30).traces(List.of(suspect))).isEmpty();
    }

    @Test
    void dumpsNoHeapThatIsTooLarge() {
        assertThat(heldBy(finder(1), new Suspect(held(), 17)))
                .startsWith("not known: no heap dump, since ")
                .endsWith(" bytes of heap are more than 1");
    }

    @Test
    void dumpsOnceAnHour() {
        LeakFinder finder = finder(4L << 30);
        assertThat(heldBy(finder, new Suspect(held(), 17))).startsWith(Holding.class.getName());
        assertThat(heldBy(finder, new Suspect(held(), 18)))
                .isEqualTo("not known: no heap dump, since the last one is less than PT1H ago");
    }

    private static ClassLoader held() {
        var loader = new ChildLoader("h");
        Holding.cache = Holding.cache == null ? loader : List.of(Holding.cache, loader);
        return loader;
    }
}
