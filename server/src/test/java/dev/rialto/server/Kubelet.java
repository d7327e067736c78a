package dev.rialto.server;

import dev.rialto.jvmworker.JvmWorker;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What a cluster does with Deployments, as far as the runtime depends on it: it makes and deletes
/// their pods, and runs a worker on this machine for each of them, with the environment and the
/// secret that its specification names.
final class Kubelet implements AutoCloseable {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final int SIGKILL = 137;

    private final KubernetesClient client;
    private final String namespace;
    private final Path folder;
    private final Map<String, Running> running = new HashMap<>();
    private final Set<String> outOfMemory = new HashSet<>();
    private final Thread loop;
    private int lastPod;
    private volatile boolean closed;

    /// The worker of a pod.
    private static final class Running {
        private final ProcessBuilder builder;
        private final int port;
        private Process process;
        private int restarts;
        private boolean told;

        Running(ProcessBuilder builder, int port) throws IOException {
            this.builder = builder;
            this.port = port;
            this.process = builder.start();
        }
    }

    Kubelet(KubernetesClient client, String namespace, Path folder) {
        this.client = client;
        this.namespace = namespace;
        this.folder = folder;
        this.loop = Thread.ofPlatform().daemon().name("kubelet").start(this::run);
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    reconcile();
                } catch (RuntimeException | IOException changed) {
                    // Something was deleted meanwhile: the next round sees it.
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void reconcile() throws IOException {
        List<Deployment> deployments =
                client.apps().deployments().inNamespace(namespace).list().getItems();
        Set<Pod> left = new LinkedHashSet<>(client.pods().inNamespace(namespace).list().getItems());
        for (Deployment each : deployments) {
            List<Pod> pods = left.stream().filter(pod -> isOf(each, pod)).toList();
            for (int i = pods.size(); i < each.getSpec().getReplicas(); i++) {
                create(each);
            }
            List<Pod> surplus = surplus(pods, each.getSpec().getReplicas());
            surplus.forEach(pod -> client.resource(pod).delete());
            for (Pod pod : pods) {
                if (!surplus.contains(pod)) {
                    left.remove(pod);
                    look(pod);
                }
            }
        }
        for (Pod each : left) {
            client.resource(each).delete();
        }
        Set<String> there =
                client.pods().inNamespace(namespace).list().getItems().stream()
                        .map(each -> each.getMetadata().getName())
                        .collect(Collectors.toSet());
        running.entrySet()
                .removeIf(each -> {
                    boolean isGone = !there.contains(each.getKey());
                    if (isGone) {
                        each.getValue().process.destroyForcibly();
                    }
                    return isGone;
                });
    }

    private static boolean isOf(Deployment deployment, Pod pod) {
        return pod.getMetadata()
                .getLabels()
                .entrySet()
                .containsAll(deployment.getSpec().getSelector().getMatchLabels().entrySet());
    }

    /// Those that are not ready go first, then those of the lowest cost.
    private static List<Pod> surplus(List<Pod> pods, int replicas) {
        return pods.stream()
                .sorted(Comparator.comparing(Kubelet::isReady).thenComparingInt(Kubelet::cost))
                .limit(Math.max(0, pods.size() - replicas))
                .toList();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null && !pod.getStatus().getConditions().isEmpty();
    }

    private static int cost(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? 0 : Integer.parseInt(annotations.getOrDefault(COST, "0"));
    }

    private void create(Deployment of) throws IOException {
        PodTemplateSpec template = of.getSpec().getTemplate();
        lastPod++;
        int port = freePort();
        Pod pod =
                new PodBuilder()
                        .withMetadata(template.getMetadata())
                        .withSpec(template.getSpec())
                        .editMetadata()
                        .withName(of.getMetadata().getName() + "-" + lastPod)
                        .withNamespace(namespace)
                        .endMetadata()
                        .editSpec()
                        .editFirstContainer()
                        .editFirstPort()
                        .withContainerPort(port)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build();
        client.resource(pod).create();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void look(Pod pod) throws IOException {
        String name = pod.getMetadata().getName();
        Running now = running.get(name);
        if (now == null) {
            running.put(name, start(pod));
        } else if (!now.process.isAlive()) {
            int code = now.process.exitValue();
            now.process = now.builder.start();
            now.restarts++;
            now.told = false;
            tell(pod, now, code);
        } else if (!now.told && isListening(now.port)) {
            now.told = true;
            tell(pod, now, 0);
        }
    }

    private Running start(Pod pod) throws IOException {
        Container container = pod.getSpec().getContainers().getFirst();
        int port = container.getPorts().getFirst().getContainerPort();
        String secret = pod.getSpec().getVolumes().getFirst().getSecret().getSecretName();
        Map<String, String> variables = new HashMap<>();
        for (EnvVar each : container.getEnv()) {
            variables.put(each.getName(), each.getValue());
        }
        Path keys = Files.createDirectories(folder.resolve(pod.getMetadata().getName()));
        client.secrets()
                .inNamespace(namespace)
                .withName(secret)
                .require()
                .getStringData()
                .forEach((file, content) -> write(keys.resolve(file), content));
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                variables.get("RIALTO_JAVA_OPTIONS"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                JvmWorker.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(keys.resolve("printed").toFile());
        builder.environment().putAll(variables);
        builder.environment().put("RIALTO_LISTEN", "127.0.0.1:" + port);
        builder.environment().put("RIALTO_TLS", keys.toString());
        return new Running(builder, port);
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// As a probe does.
    private static boolean isListening(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void tell(Pod pod, Running now, int exitCode) {
        String name = pod.getMetadata().getName();
        var container = new ContainerStatusBuilder().withName("worker");
        container.withRestartCount(now.restarts);
        if (now.restarts > 0) {
            boolean killed = exitCode == SIGKILL && outOfMemory.remove(name);
            container.withLastState(
                    new ContainerStateBuilder()
                            .withNewTerminated()
                            .withExitCode(exitCode)
                            .withReason(killed ? "OOMKilled" : "Error")
                            .endTerminated()
                            .build());
        }
        ContainerStatus status = container.build();
        var told = new PodStatusBuilder().withPodIP("127.0.0.1").withContainerStatuses(status);
        if (now.told) {
            told.addNewCondition().withType("Ready").withStatus("True").endCondition();
        }
        client.pods()
                .inNamespace(namespace)
                .withName(name)
                .editStatus(each -> new PodBuilder(each).withStatus(told.build()).build());
    }

    /// Kills the processes of all pods, as the kernel does when they take too much memory.
    synchronized void endForMemory() {
        running.forEach((pod, each) -> {
            outOfMemory.add(pod);
            each.process.destroyForcibly();
        });
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            running.values().forEach(each -> each.process.destroyForcibly());
        }
        loop.interrupt();
    }
}
