package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.leaks.LeakFinder;
import dev.rialto.testing.ParkedThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetiredLoadersTest {
    private static final RetiredLoaders.Timing PATIENCE =
            new RetiredLoaders.Timing(Duration.ZERO, Duration.ofHours(1));

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
    private final ParkedThreads threads = new ParkedThreads();

    @AfterEach
    void letGo() {
        Holding.cache = null;
        threads.close();
    }

    private RetiredLoaders watch(RetiredLoaders.Timing patience) {
        return watch(patience, Optional.empty());
    }

    private RetiredLoaders watch(RetiredLoaders.Timing patience, Optional<LeakFinder> finder) {
        return new RetiredLoaders(patience, finder, alarms::put);
    }

    /// @param made makes the loader; no frame of the test may keep it, since that would hold it too
    private String heldBy(Supplier<ClassLoader> made) {
        return heldBy(watch(PATIENCE), made);
    }

    private String heldBy(RetiredLoaders watch, Supplier<ClassLoader> made) {
        watch.retired(made.get(), "shop/tax@3");
        System.gc();
        System.gc();
        watch.look();
        assertThat(alarms).containsOnlyKeys("shop/tax@3");
        assertThat(watch.alarms()).isEqualTo(1);
        assertThat(watch.waiting()).isEqualTo(1);
        return alarms.getOrDefault("shop/tax@3", "");
    }

    @Test
    void namesTheThreadWhoseContextHolds() {
        Thread thread = threads.start("keeper", () -> {});
        thread.setContextClassLoader(TestLoader.of(App.class));
        assertThat(heldBy(thread::getContextClassLoader))
                .isEqualTo("thread \"keeper\" -> its context class loader");
    }

    @Test
    void namesTheThreadThatRunsCode() {
        assertThat(heldBy(() -> running()))
                .isEqualTo("thread \"runner\" -> runs " + App.class.getName() + ".run");
    }

    private ClassLoader running() {
        var loader = TestLoader.of(App.class);
        Runnable app = (Runnable) instance(loader);
        Thread runner = threads.run("runner", app);
        while (runner.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return loader;
    }

    @Test
    void raisesNothingForALoaderThatNobodyHolds() {
        RetiredLoaders watch = watch(PATIENCE);
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
        var loader = TestLoader.of(App.class);
        weakly.put(instance(loader), "key");
        watch.retired(loader, "shop/tax@3");
        assertThat(watch.waiting()).isEqualTo(1);
    }

    @Test
    void raisesNothingBeforeTwoCollections() {
        RetiredLoaders watch = watch(PATIENCE);
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
        RetiredLoaders watch = watch(new RetiredLoaders.Timing(Duration.ZERO, Duration.ZERO));
        retireHeld(watch, "shop/tax@3");
        watch.look();
        assertThat(alarms).hasSize(1);
    }

    @Test
    void saysThatHeapDumpsAreOff() {
        assertThat(heldBy(watch(PATIENCE), RetiredLoadersTest::held))
                .isEqualTo("not known: functions.leak-dumps is off");
    }

    @Test
    void namesWhatAHeapDumpShows() {
        var finder =
                new LeakFinder(
                        new LeakFinder.Dumps(
                                Duration.ofHours(1), 4L << 30, Duration.ofMinutes(1), folder));
        assertThat(heldBy(watch(PATIENCE, Optional.of(finder)), RetiredLoadersTest::held))
                .isEqualTo(Holding.class.getName() + ".cache (static) -> the class loader");
    }

    private static ClassLoader held() {
        var loader = TestLoader.of(App.class);
        Holding.cache = Holding.cache == null ? loader : List.of(Holding.cache, loader);
        return loader;
    }

    private static void retireHeld(RetiredLoaders watch, String name) {
        watch.retired(held(), name);
    }

    /// An instance of the loader's own copy of the class.
    private static Object instance(ClassLoader loader) {
        try {
            return loader.loadClass(App.class.getName()).getConstructor().newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
