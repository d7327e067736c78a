package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.jvmworker.JvmImage;
import dev.rialto.jvmworker.SentSettings;
import dev.rialto.kernel.Timing;
import dev.rialto.runtime.SharedSettings;
import dev.rialto.workers.HostedRuntime;
import dev.rialto.workers.HostedSettings;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.util.Optional;

/// The runtime of processes that host the micro apps of an app.
final class HostedRuntimeTest extends JvmRuntimeContract {
    @Override
    FunctionRuntime runtime() {
        return new HostedRuntime(
                new Launcher(
                        IsolatedSettings.defaults(),
                        Launcher.Purpose.isolated(Optional.empty()),
                        Surroundings.of(System.getenv())),
                new JvmImage(),
                HostedSettings.defaults(),
                SentSettings.wire(SharedSettings.defaults()),
                (_, _, _) -> {},
                Timing.SYSTEM);
    }

    @Override
    Artifact broken() {
        return compiled(
                """
                @Function public final class Contract {
                  public Contract() { throw new IllegalStateException("not here"); }
                  @CloudFunction("reach") public void reach() {}
                }
                """);
    }
}
