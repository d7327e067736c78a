package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.jvmworker.HttpImage;
import dev.rialto.jvmworker.JvmImage;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Launcher;
import dev.rialto.workers.Surroundings;
import java.util.Optional;

/// The runtime of processes that run one micro app each.
final class IsolatedRuntimeTest extends JvmRuntimeContract {
    static final IsolatedRuntime.Images IMAGES =
            new IsolatedRuntime.Images(new JvmImage(), new HttpImage(new JvmImage()));

    @Override
    FunctionRuntime runtime() {
        return new IsolatedRuntime(
                new Launcher(
                        IsolatedSettings.defaults(),
                        Launcher.Purpose.isolated(Optional.empty()),
                        Surroundings.of(System.getenv())),
                IMAGES,
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
