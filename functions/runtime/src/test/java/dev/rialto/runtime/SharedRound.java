package dev.rialto.runtime;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.RialtoException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Loads a revision of [SoakApp], calls each of its interfaces, and closes it.
final class SharedRound implements RevisionSoak.Round {
    private static final Host HOST =
            (Host)
                    Proxy.newProxyInstance(
                            SharedRound.class.getClassLoader(),
                            new Class<?>[] {Host.class},
                            (_, _, _) -> null);

    private final SharedRuntime runtime;
    private final Artifact artifact;
    private @Nullable ClassLoader lastLoader;

    SharedRound(SharedRuntime runtime, Artifact artifact) {
        this.runtime = runtime;
        this.artifact = artifact;
    }

    @Override
    public void run(int number) {
        var release = new Release(new App("soak", "soak"), "soak", number, Map.of());
        try (LoadedRevision revision = runtime.load(release, artifact)) {
            lastLoader = ((SharedRevision) revision).loader();
            for (InterfaceDescriptor each : revision.descriptor().interfaces()) {
                call(revision, each, number);
            }
        }
    }

    /// The class loader of the revision that was closed last.
    @Nullable ClassLoader lastLoader() {
        return lastLoader;
    }

    private static void call(LoadedRevision revision, InterfaceDescriptor exposed, int number) {
        try {
            revision.find(exposed)
                    .call(
                            new Invocation(
                                    SoakApp.order(number),
                                    new Caller.Anonymous(),
                                    Optional.empty(),
                                    "soak-" + number,
                                    Duration.ofSeconds(20),
                                    HOST));
        } catch (RialtoException told) {
            if (!exposed.name().equals("fail")) {
                throw told;
            }
        }
    }
}
