package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedInterface;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.node.ObjectNode;

/// Measures how fast WebAssembly and the shared runtime load and call a function that answers its
/// input, without a server around them. Run by hand: docs/wasm.md has its numbers.
final class RuntimeSpeed {
    private static final int LOADS = 50;
    private static final int FIRST_CALLS = 100;
    private static final int CALLS = 10_000;
    private static final int CALLERS = 2;
    private static final int ROUNDS = 3;
    private static final ObjectNode INPUT = Json.object();

    private RuntimeSpeed() {}

    public static void main(String[] arguments) throws Exception {
        SharedRuntimeTest.start();
        try {
            var shared = new SharedRuntimeTest();
            var wasm = new WasmRuntimeTest();
            for (int round = 1; round <= ROUNDS; round++) {
                System.out.println("round " + round);
                measure("shared", shared.runtime(), shared.microApp());
                measure("wasm", wasm.runtime(), wasm.microApp());
            }
        } finally {
            SharedRuntimeTest.stop();
        }
    }

    private static void measure(String name, FunctionRuntime runtime, Artifact artifact)
            throws Exception {
        try (runtime) {
            long[] loads = new long[LOADS];
            long[] first = new long[FIRST_CALLS];
            for (int i = 0; i < FIRST_CALLS; i++) {
                long begun = System.nanoTime();
                LoadedRevision revision = runtime.load(RuntimeContract.RELEASE, artifact);
                long loaded = System.nanoTime();
                call(echo(revision));
                first[i] = System.nanoTime() - loaded;
                loads[i % LOADS] = loaded - begun;
                revision.close();
            }
            LoadedRevision revision = runtime.load(RuntimeContract.RELEASE, artifact);
            LoadedInterface echo = echo(revision);
            long[] warm = new long[CALLS];
            long[] more = new long[CALLS];
            run(echo, warm);
            run(echo, warm);
            long begun = System.nanoTime();
            try (var callers = Executors.newFixedThreadPool(CALLERS)) {
                Future<?> one = callers.submit(() -> run(echo, warm));
                Future<?> other = callers.submit(() -> run(echo, more));
                one.get();
                other.get();
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%-7s load %s, first call %s, call %s, %.0f calls/s by %d callers%n",
                    name,
                    shown(loads),
                    shown(first),
                    shown(warm),
                    CALLERS * CALLS / seconds,
                    CALLERS);
            revision.close();
        }
    }

    private static LoadedInterface echo(LoadedRevision revision) {
        return revision.find(
                revision.descriptor().interfaces().stream()
                        .filter(each -> each.bindings().contains(new Binding.CloudFunction("echo")))
                        .findFirst()
                        .orElseThrow());
    }

    private static void run(LoadedInterface echo, long[] times) {
        for (int i = 0; i < times.length; i++) {
            long begun = System.nanoTime();
            call(echo);
            times[i] = System.nanoTime() - begun;
        }
    }

    private static void call(LoadedInterface echo) {
        echo.call(
                new Invocation(
                        INPUT,
                        new Caller.Anonymous(),
                        Optional.empty(),
                        "request",
                        Duration.ofSeconds(30),
                        new ListeningHost()));
    }

    private static String shown(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "p50 %.3f ms p95 %.3f ms",
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 95 / 100] / 1e6);
    }
}
