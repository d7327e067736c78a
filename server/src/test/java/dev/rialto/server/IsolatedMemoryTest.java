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
import dev.rialto.kernel.Timing;
import dev.rialto.workers.DeclaredMemory;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import dev.rialto.workers.WorkerBudgets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two micro apps that each keep within their own limit, and together take more than all may.
class IsolatedMemoryTest {
    private static final long TOTAL = 420L << 20;

    private static IsolatedRuntime runtime;

    @BeforeAll
    static void start() {
        JvmRuntimeContract.start();
        runtime =
                new IsolatedRuntime(
                        new Launcher(
                                IsolatedSettings.defaults(),
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
    void keepsAllTogetherWithinTheirLimit() {
        List<CompletableFuture<String>> both =
                List.of("first", "second").stream()
                        .map(each -> CompletableFuture.supplyAsync(() -> hold(each)))
                        .toList();
        List<String> told = both.stream().map(CompletableFuture::join).toList();
        assertThat(told)
                .anyMatch(each ->
                        // with control groups, and without
                        each.contains("all isolated micro apps together took too much memory")
                                || each.contains("no room for another instance"));
    }

    private static String hold(String name) {
        try (LoadedRevision revision = load(name)) {
            InterfaceDescriptor exposed = revision.descriptor().interfaces().getFirst();
            return revision.find(exposed)
                    .call(
                            new Invocation(
                                    Json.object(),
                                    new Caller.Anonymous(),
                                    Optional.empty(),
                                    "request",
                                    Duration.ofSeconds(30),
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
                            for (int i = 0; i < 12; i++) {
                              all.add(java.lang.foreign.Arena.global().allocate(16 << 20).fill((byte) 1));
                            }
                            Thread.sleep(8_000);
                            return "held " + all.size();
                          }
                        }
                        """));
    }
}
