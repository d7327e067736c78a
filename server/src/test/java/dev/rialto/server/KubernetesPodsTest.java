package dev.rialto.server;

import static dev.rialto.server.TestKubernetes.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rialto.functions.spi.Artifact;
import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.LoadedRevision;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kubernetes.KubernetesPlace;
import dev.rialto.kubernetes.KubernetesPlace.Times;
import dev.rialto.workers.IsolatedRuntime;
import dev.rialto.workers.IsolatedSettings;
import dev.rialto.workers.Scale;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pods come and go with calls and servers, and calls are told what became of theirs.
class KubernetesPodsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Times USUAL = new Times(MINUTE, MINUTE, MINUTE);

    /// Kubernetes' clients use the pool that is the usual one of futures.
    private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private static TestKubernetes kubernetes;
    private static Artifact artifact;
    private static IsolatedRuntime runtime;
    private static LoadedRevision unlucky;

    @BeforeAll
    static void start() throws IOException {
        JvmRuntimeContract.start();
        kubernetes = new TestKubernetes();
        artifact =
                JvmRuntimeContract.compiled(
                        """
                        @Function public final class Contract {
                          @CloudFunction("fine") public String fine() { return "fine"; }
                          @CloudFunction("pause") public String pause(Map<String, Object> input, Context context)
                              throws Exception {
                            context.log().info("begun");
                            Thread.sleep(((Number) input.get("ms")).intValue());
                            return "waited";
                          }
                          @CloudFunction("exit") public void exit() { Runtime.getRuntime().halt(7); }
                          @CloudFunction("heap") public int heap() {
                            var all = new ArrayList<byte[]>();
                            while (true) { all.add(new byte[1 << 20]); }
                          }
                        }
                        """);
        runtime = runtime(kubernetes.place());
        unlucky = load(runtime, "unlucky");
    }

    @AfterAll
    static void stop() {
        unlucky.close();
        runtime.close();
        kubernetes.close();
        JvmRuntimeContract.stop();
    }

    private static IsolatedSettings settings(int concurrency, Duration idle) {
        IsolatedSettings usual = IsolatedSettings.defaults();
        return new IsolatedSettings(
                usual.limits(),
                new Scale(0, 2, concurrency, 100, idle),
                2,
                usual.warm(),
                usual.commands(),
                usual.namespaces(),
                MINUTE,
                usual.patience());
    }

    private static IsolatedRuntime runtime(KubernetesPlace place) {
        return runtime(place, 16, MINUTE);
    }

    private static IsolatedRuntime runtime(KubernetesPlace place, int concurrency, Duration idle) {
        return TestKubernetes.runtime(place, settings(concurrency, idle), new ArrayList<>());
    }

    private static LoadedRevision load(IsolatedRuntime runtime, String microApp) {
        return runtime.load(
                new Release(new App("shop", "app_shop"), microApp, 1, Map.of()), artifact);
    }

    private static String call(
            LoadedRevision revision, String function, String input, ListeningHost host) {
        InterfaceDescriptor exposed =
                revision.descriptor().interfaces().stream()
                        .filter(each ->
                                each.bindings().contains(new Binding.CloudFunction(function)))
                        .findFirst()
                        .orElseThrow();
        return revision.find(exposed)
                .call(
                        new Invocation(
                                Json.read(input),
                                new Caller.Anonymous(),
                                Optional.empty(),
                                "request",
                                MINUTE,
                                host))
                .output()
                .asString("");
    }

    private static String fine(LoadedRevision revision) {
        return call(revision, "fine", "{}", new ListeningHost());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int tries = 0; !condition.getAsBoolean(); tries++) {
            assertThat(tries).as("a minute of waiting").isLessThan(600);
            Thread.sleep(100);
        }
    }

    private static List<Deployment> deployments(String microApp) {
        return kubernetes
                .client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withLabel("rialto.dev/micro-app", microApp)
                .list()
                .getItems();
    }

    private static long pods(String microApp) {
        return kubernetes
                .client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("rialto.dev/micro-app", microApp)
                .list()
                .getItems()
                .size();
    }

    /// All that there is of servers in a namespace.
    private static List<String> left(String namespace) {
        var client = kubernetes.client();
        return Stream.<List<? extends HasMetadata>>of(
                        client.apps().deployments().inNamespace(namespace).list().getItems(),
                        client.services().inNamespace(namespace).list().getItems(),
                        client.secrets().inNamespace(namespace).list().getItems(),
                        client.network()
                                .v1()
                                .networkPolicies()
                                .inNamespace(namespace)
                                .list()
                                .getItems(),
                        client.leases().inNamespace(namespace).list().getItems(),
                        client.pods().inNamespace(namespace).list().getItems())
                .flatMap(List::stream)
                .map(each -> each.getKind() + " " + each.getMetadata().getName())
                .toList();
    }

    @Test
    void growsToTwoPodsUnderLoadAndShrinksToNone() throws Exception {
        try (IsolatedRuntime runtime = runtime(kubernetes.place(), 1, SECOND);
                LoadedRevision revision = load(runtime, "elastic")) {
            assertThat(deployments("elastic"))
                    .singleElement()
                    .satisfies(one -> assertThat(one.getSpec().getReplicas()).isEqualTo(1));
            List<CompletableFuture<Void>> callers =
                    Stream.generate(() ->
                                    CompletableFuture.runAsync(
                                            () -> loadUntilTwo(revision), THREADS))
                            .limit(2)
                            .toList();
            callers.forEach(CompletableFuture::join);
            await(() -> deployments("elastic").getFirst().getSpec().getReplicas() == 0);
            await(() -> pods("elastic") == 0);

            assertThat(fine(revision)).isEqualTo("fine");
        }
        await(() -> pods("elastic") == 0);
        assertThat(deployments("elastic")).isEmpty();
    }

    private static void loadUntilTwo(LoadedRevision revision) {
        while (pods("elastic") < 2) {
            call(revision, "pause", "{\"ms\": 200}", new ListeningHost());
        }
        assertThat(call(revision, "pause", "{\"ms\": 1}", new ListeningHost())).isEqualTo("waited");
    }

    @ParameterizedTest
    @CsvSource({
        "pause, deleted, its pod was deleted",
        "pause, killed, it took more than 384 MB of memory",
        "heap, '', its heap was full",
        "exit, '', exit code 7",
    })
    void tellsTheCallerHowItsPodEnded(String function, String misfortune, String told)
            throws Exception {
        var host = new ListeningHost();
        var call =
                CompletableFuture.supplyAsync(
                        () -> call(unlucky, function, "{\"ms\": 60000}", host), THREADS);
        if (!misfortune.isEmpty()) {
            await(() -> host.logged().contains("info begun"));
            if (misfortune.equals("deleted")) {
                kubernetes.client().pods().inNamespace(NAMESPACE).delete();
            } else {
                kubernetes.kubelet().endForMemory();
            }
        }
        assertThatThrownBy(call::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(RialtoException.class)
                .hasMessageContaining(told);
        assertThat(call(unlucky, "fine")).isEqualTo("fine");
        await(() -> pods("unlucky") == 1);
    }

    @Test
    void removesWhatAServerLeftThatIsGone() throws Exception {
        var lease = new Times(MINUTE, Duration.ofMillis(100), SECOND);
        KubernetesPlace dying = kubernetes.place(NAMESPACE, lease);
        KubernetesPlace living = kubernetes.place(NAMESPACE, lease);
        try (IsolatedRuntime gone = runtime(dying);
                IsolatedRuntime other = runtime(living);
                LoadedRevision left = load(gone, "left");
                LoadedRevision kept = load(other, "kept")) {
            // The other one has said once that it runs, and never does again.
            living.tendOn();
            await(() -> deployments("left").isEmpty());
            await(() -> pods("left") == 0);

            assertThat(left(NAMESPACE)).noneMatch(each -> each.contains("rialto-left-"));
            assertThat(fine(kept)).isEqualTo("fine");
            // It is not gone after all.
            assertThat(call(left, "fine")).isEqualTo("fine");
        }
        await(() -> left(NAMESPACE).stream().noneMatch(each -> each.contains("-kept-")));
    }

    /// Its process was ended: the first calls may hear of that.
    private static String call(LoadedRevision revision, String function)
            throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return call(revision, function, "{}", new ListeningHost());
            } catch (RialtoException ended) {
                if (tries == 20) {
                    throw ended;
                }
                Thread.sleep(200);
            }
        }
    }

    @Test
    void rejectsAMicroAppThatGetsNoPod() {
        try (IsolatedRuntime runtime =
                runtime(kubernetes.place("empty", new Times(SECOND, MINUTE, MINUTE)))) {
            assertThatThrownBy(() -> load(runtime, "alone"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("no pod was ready within 1 seconds: Kubernetes does not say why");
        }
        assertThat(left("empty")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, Kubernetes can't be reached",
        "401, Kubernetes does not allow the server to run micro apps",
        "403, Kubernetes does not allow the server to run micro apps",
        "500, Kubernetes answered with status 500",
    })
    void rejectsAMicroAppWhenKubernetesDoes(int status, String told) throws IOException {
        var api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        api.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        api.start();
        if (status == 0) {
            api.stop(0);
        }
        Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build();
        var client = new KubernetesClientBuilder().withConfig(config).build();
        try (IsolatedRuntime runtime = runtime(TestKubernetes.place(client, NAMESPACE, USUAL))) {
            assertThatThrownBy(() -> load(runtime, "lost"))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage(told + ": the server's log says more");
        } finally {
            if (status != 0) {
                api.stop(0);
            }
        }
    }
}
