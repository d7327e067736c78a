package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetiredLoadersTest {
    private static final RetiredLoaders.Patience PATIENCE =
            new RetiredLoaders.Patience(Duration.ZERO, Duration.ofHours(1));

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

    private final Map<String, String> alarms = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void letGo() throws InterruptedException {
        Holding.cache = null;
        for (Thread each : threads) {
            each.interrupt();
            each.join();
        }
    }

    private RetiredLoaders watch(RetiredLoaders.Patience patience, long largestHeap) {
        return new RetiredLoaders(
                patience,
                new HolderFinder.Dumps(
                        Duration.ofHours(1), largestHeap, Duration.ofMinutes(1), folder),
                alarms::put);
    }

    /// @param made makes the loader; no frame of the test may keep it, since that would hold it too
    private String heldBy(Supplier<ClassLoader> made) {
        RetiredLoaders watch = watch(PATIENCE, 4L << 30);
        watch.retired(made.get(), "shop/tax@3");
        System.gc();
        System.gc();
        watch.look();
        assertThat(alarms).containsOnlyKeys("shop/tax@3");
        assertThat(watch.alarms()).isEqualTo(1);
        assertThat(watch.waiting()).isEqualTo(1);
        assertThat(folder).isEmptyDirectory();
        return alarms.getOrDefault("shop/tax@3", "");
    }

    private Thread start(String name, Runnable work) {
        var begun = new CountDownLatch(1);
        Thread thread =
                Thread.ofPlatform()
                        .name(name)
                        .start(() -> {
                            work.run();
                            begun.countDown();
                            while (!Thread.interrupted()) {
                                LockSupport.park();
                            }
                        });
        threads.add(thread);
        try {
            begun.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return thread;
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
    void namesTheThreadWhoseContextHolds() {
        Thread thread = start("keeper", () -> {});
        thread.setContextClassLoader(new ChildLoader("b"));
        assertThat(heldBy(thread::getContextClassLoader))
                .isEqualTo("thread \"keeper\" -> its context class loader");
    }

    @Test
    void namesTheThreadWhoseLocalHolds() {
        var loaders = new ArrayList<ClassLoader>();
        start(
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
        assertThat(heldBy(() -> running("d")))
                .isEqualTo("thread \"runner\" -> runs " + App.class.getName() + ".run");
    }

    @Test
    void namesTheThreadThatRunsCodeOfALoaderWithoutName() {
        assertThat(heldBy(() -> running(null)))
                .startsWith("thread \"runner\"")
                .contains(App.class.getName());
    }

    private ClassLoader running(@Nullable String name) {
        var loader = new ChildLoader(name);
        Runnable app = (Runnable) loader.instance(App.class);
        Thread runner = Thread.ofPlatform().name("runner").start(app);
        threads.add(runner);
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
                .startsWith("only softly, until memory is short: " + Holding.class.getName())
                .contains("java.lang.ref.SoftReference.referent -> an instance of ");
    }

    @Test
    void raisesNothingForALoaderThatNobodyHolds() {
        RetiredLoaders watch = watch(PATIENCE, 4L << 30);
        var weakly = new WeakHashMap<Object, String>();
        Holding.cache = weakly;
        retireOne(watch, weakly);
        System.gc();
        System.gc();
        watch.look();
        assertThat(alarms).isEmpty();
        assertThat(watch.waiting()).isZero();
    }

    private static void retireOne(RetiredLoaders watch, Map<Object, String> weakly) {
        var loader = new ChildLoader("g");
        weakly.put(loader.instance(App.class), "key");
        watch.retired(loader, "shop/tax@3");
        assertThat(watch.waiting()).isEqualTo(1);
    }

    @Test
    void raisesNothingBeforeTwoCollections() {
        RetiredLoaders watch = watch(PATIENCE, 4L << 30);
        retireHeld(watch, "shop/tax@3");
        watch.look();
        assertThat(alarms).isEmpty();
        System.gc();
        System.gc();
        watch.look();
        watch.look();
        assertThat(alarms).hasSize(1);
        assertThat(watch.alarms()).isEqualTo(1);
    }

    @Test
    void asksForACollectionWhenNoneComes() {
        RetiredLoaders watch =
                watch(new RetiredLoaders.Patience(Duration.ZERO, Duration.ZERO), 4L << 30);
        retireHeld(watch, "shop/tax@3");
        watch.look();
        assertThat(alarms).hasSize(1);
    }

    @Test
    void dumpsNoHeapThatIsTooLarge() {
        RetiredLoaders watch = watch(PATIENCE, 1);
        retireHeld(watch, "shop/tax@3");
        System.gc();
        System.gc();
        watch.look();
        assertThat(alarms.get("shop/tax@3"))
                .startsWith("not known: no heap dump, since ")
                .endsWith(" bytes of heap are more than 1");
    }

    @Test
    void dumpsOnceAnHour() {
        RetiredLoaders watch = watch(PATIENCE, 4L << 30);
        for (String each : List.of("first", "second")) {
            retireHeld(watch, each);
            System.gc();
            System.gc();
            watch.look();
        }
        assertThat(alarms.get("first")).startsWith(Holding.class.getName());
        assertThat(alarms.get("second"))
                .isEqualTo("not known: no heap dump, since the last one is less than PT1H ago");
    }

    private static void retireHeld(RetiredLoaders watch, String name) {
        var loader = new ChildLoader(name);
        Holding.cache = Holding.cache == null ? loader : List.of(Holding.cache, loader);
        watch.retired(loader, name);
    }
}
