package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.workers.IsolatedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;

/// The runtime of pods that run one micro app each.
final class KubernetesRuntimeTest extends JvmRuntimeContract {
    private final TestKubernetes kubernetes = started();

    private static TestKubernetes started() {
        try {
            return new TestKubernetes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    FunctionRuntime runtime() {
        return TestKubernetes.runtime(
                kubernetes.place(), IsolatedSettings.defaults(), new ArrayList<>());
    }

    @Override
    void closed() {
        kubernetes.close();
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
