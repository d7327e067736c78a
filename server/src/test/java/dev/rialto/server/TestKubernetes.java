package dev.rialto.server;

import dev.rialto.jvmworker.HttpImage;
import dev.rialto.jvmworker.JvmImage;
import dev.rialto.kernel.Timing;
import dev.rialto.kubernetes.KubernetesPlace;
import dev.rialto.kubernetes.KubernetesPlace.Times;
import dev.rialto.kubernetes.KubernetesSettings;
import dev.rialto.kubernetes.PodProgram;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Surroundings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// A cluster on this machine: an API that keeps what it is told, and a [Kubelet].
final class TestKubernetes implements AutoCloseable {
    static final String NAMESPACE = "micro-apps";

    private static final JvmImage JVM = new JvmImage();
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// It logs each request. Loggers that nobody refers to forget their level.
    private static final Logger REQUESTS = Logger.getLogger(MockWebServer.class.getName());

    private final KubernetesMockServer server =
            new KubernetesMockServer(
                    new Context(),
                    new MockWebServer(),
                    new HashMap<>(),
                    new KubernetesCrudDispatcher(),
                    false);
    private final KubernetesClient client;
    private final Kubelet kubelet;

    TestKubernetes() throws IOException {
        REQUESTS.setLevel(Level.OFF);
        server.init(InetAddress.getLoopbackAddress(), 0);
        client = newClient();
        Path folder = Files.createTempDirectory(Path.of("target"), "pods");
        kubelet = new Kubelet(client, NAMESPACE, folder.toAbsolutePath());
    }

    private KubernetesClient newClient() {
        return server.createClient(
                builder -> builder.editOrNewConfig().withHttp2Disable(true).endConfig());
    }

    KubernetesClient client() {
        return client;
    }

    Kubelet kubelet() {
        return kubelet;
    }

    /// A runtime whose pods [Kubelet] runs.
    static IsolatedRuntime runtime(
            KubernetesPlace place, IsolatedSettings settings, List<String> log) {
        return new IsolatedRuntime(
                settings,
                new IsolatedRuntime.Images(JVM, new HttpImage(JVM)),
                place,
                (_, level, line) -> log.add(level + " " + line),
                Timing.SYSTEM);
    }

    /// What a server uses of the cluster.
    KubernetesPlace place() {
        return place(newClient(), NAMESPACE, new Times(MINUTE, MINUTE, MINUTE));
    }

    KubernetesPlace place(String namespace, Times times) {
        return place(newClient(), namespace, times);
    }

    static KubernetesPlace place(KubernetesClient client, String namespace, Times times) {
        return new KubernetesPlace(
                new KubernetesSettings(
                        KubernetesSettings.Where.KUBERNETES,
                        namespace,
                        "registry.example.com/rialto:1",
                        KubernetesSettings.defaults().platform(),
                        Optional.empty()),
                new PodProgram(
                        List.of("worker"),
                        memory -> Map.of("RIALTO_JAVA_OPTIONS", JvmImage.heapOption(memory)),
                        JVM),
                client,
                times,
                Surroundings.of(Map.of()).budgets(),
                Timing.SYSTEM);
    }

    @Override
    public void close() {
        kubelet.close();
        client.close();
        server.destroy();
    }
}
