package dev.rialto.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.DeclaredMemory;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import dev.rialto.workers.WorkerBudgets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two micro apps that each keep far within their own limit, and together take more than all may.
class IsolatedMemoryTest {
    private static final long TOTAL = 420L << 20;

    private static IsolatedRuntime runtime;

    @BeforeAll
    static void start() {
        JvmRuntimeContract.start();
        runtime =
                new IsolatedRuntime(
                        new Launcher(
                                IsolatedSettings.read(
                                        new Settings(
                                                Map.of(),
                                                Map.of(),
                                                Map.of("functions.isolated.memory", "1GB"))),
                                Launcher.Purpose.isolated(Optional.empty()),
                                new Surroundings(
                                        System.getenv(),
                                        WorkerBudgets.ofHeap(new DeclaredMemory(TOTAL)))),
                        IsolatedRuntimeTest.IMAGES,
                        (_, _, _) -> {},
                        Timing.SYSTEM);
    }

    @AfterAll
    static void stop() {
        runtime.close();
        JvmRuntimeContract.stop();
    }

    @Test
    void keepsAllTogetherWithinTheirLimit() throws Exception {
        Set<LoadedRevision> loaded = ConcurrentHashMap.newKeySet();
        try {
            Object told =
                    CompletableFuture.anyOf(holding("first", loaded), holding("second", loaded))
                            .get(3, TimeUnit.MINUTES);
            assertThat(String.valueOf(told))
                    .matches(
                            // with control groups, and without
                            ".*(all isolated micro apps together took too much memory"
                                    + "|no room for another instance).*");
        } finally {
            loaded.forEach(IsolatedMemoryTest::kill);
        }
    }

    /// What it holds is not given back before the other one is told.
    private static CompletableFuture<String> holding(String name, Set<LoadedRevision> loaded) {
        return CompletableFuture.supplyAsync(
                () -> hold(name, loaded), task -> Thread.ofVirtual().start(task));
    }

    private static void kill(LoadedRevision revision) {
        revision.occupancy()
                .instances()
                .forEach(each ->
                        ProcessHandle.of(Long.parseLong(each.name()))
                                .ifPresent(ProcessHandle::destroyForcibly));
    }

    private static String hold(String name, Set<LoadedRevision> loaded) {
        try {
            LoadedRevision revision = load(name);
            loaded.add(revision);
            InterfaceDescriptor exposed = revision.descriptor().interfaces().getFirst();
            return revision.find(exposed)
                    .call(
                            new Invocation(
                                    Json.object(),
                                    new Caller.Anonymous(),
                                    Optional.empty(),
                                    "request",
                                    Duration.ofMinutes(3),
                                    new ListeningHost()))
                    .output()
                    .asString("");
        } catch (RialtoException failure) {
            return failure.getMessage();
        }
    }

    private static LoadedRevision load(String name) {
        return runtime.load(
                new Release(new App("shop", "app_shop"), name, 1, Map.of()),
                JvmRuntimeContract.compiled(
                        """
                        @Function public final class Contract {
                          @CloudFunction("hold") public String hold() throws Exception {
                            var all = new ArrayList<java.lang.foreign.MemorySegment>();
                            for (int i = 0; i < 16; i++) {
                              all.add(java.lang.foreign.Arena.global().allocate(16 << 20).fill((byte) 1));
                            }
                            Thread.sleep(180_000);
                            return "held " + all.size();
                          }
                        }
                        """));
    }
}
