package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.FunctionRuntime;
import dev.rialto.workers.IsolatedSettings;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The runtime of pods that run one micro app each.
final class KubernetesRuntimeTest extends JvmRuntimeContract {
    private static TestKubernetes kubernetes;

    @BeforeAll
    static void startKubernetes() throws IOException {
        kubernetes = new TestKubernetes();
    }

    @AfterAll
    static void stopKubernetes() {
        kubernetes.close();
    }

    @Override
    FunctionRuntime runtime() {
        return TestKubernetes.runtime(
                kubernetes.place(), IsolatedSettings.defaults(), new ArrayList<>());
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
