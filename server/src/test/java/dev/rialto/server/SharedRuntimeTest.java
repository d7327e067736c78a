package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.runtime.SharedRuntime;
import dev.rialto.runtime.SharedSettings;

/// The runtime in the server's own JVM.
final class SharedRuntimeTest extends JvmRuntimeContract {
    @Override
    FunctionRuntime runtime() {
        return new SharedRuntime(SharedSettings.defaults(), (_, _, _) -> {});
    }

    @Override
    Artifact broken() {
        return compiled(
                """
                @Function public final class Contract {
                  @CloudFunction("reach") public void reach() { new Thread(() -> {}).start(); }
                }
                """);
    }
}
