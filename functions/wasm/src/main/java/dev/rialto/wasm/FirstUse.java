package dev.rialto.wasm;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.OpcodeImpl;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Calls each function that modules can import once, with good and with bad arguments. A class that
/// is initialized for the first time at the end of a stack can't be used from then on, by nobody in
/// the server; and it is up to the code of a call how deep the stack is when it uses one.
final class FirstUse {
    private static final Logger LOG = Logger.getLogger(FirstUse.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_PARAMETERS = 10;
    private static final int MAX_OUTPUT = 100;
    private static final String OWN_APP = "";

    private FirstUse() {}

    /// @param start runs the code of an app
    static void of(HostImports imports, BiConsumer<String, Runnable> start) {
        var guest =
                new Guest(
                        (running, _) -> callAll(imports, running),
                        new MemoryBudget(0, 0).lease(OWN_APP),
                        List.of("first"),
                        List.of("use=1"),
                        new CallStreams(new byte[] {'{', '}'}, MAX_OUTPUT));
        start.accept(OWN_APP, guest);
        try {
            while (guest.next(PATIENCE) instanceof Guest.Ask ask) {
                ask.answer().complete(new byte[0]);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            guest.stop();
        }
    }

    private static void callAll(HostImports imports, Guest guest) {
        var memory = new ByteArrayMemory(new MemoryLimits(1, 1));
        // What compiled code uses of Chicory.
        memory.copy(0, OpcodeImpl.I32_CLZ(1), 1);
        for (HostImports.Importable each : imports.all()) {
            for (int value : new int[] {0, 1, -1}) {
                long[] args = new long[MAX_PARAMETERS];
                Arrays.fill(args, value);
                try {
                    each.handler().apply(guest, memory, args);
                } catch (RuntimeException wrong) {
                    LOG.log(Level.FINEST, wrong, () -> each.name() + " of " + value);
                }
            }
        }
    }
}
