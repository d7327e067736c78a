package dev.rialto.kubernetes;

import dev.rialto.functions.spi.Release;
import dev.rialto.workers.IsolationLimits;
import dev.rialto.workers.LinkKey;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is made in Kubernetes for one revision of a micro app. All of it has the same name.
///
/// @param server the server that it is made by
/// @param name unique in the namespace
record RevisionObjects(
        KubernetesSettings settings,
        PodProgram program,
        String server,
        String name,
        Release release,
        IsolationLimits limits) {
    static final String PORT_NAME = "rialto";

    /// That of the image's own user, which owns no file in it.
    static final long USER = 10_001;

    private static final int PORT = 7070;
    private static final String CONTAINER = "worker";
    private static final String TLS_FOLDER = "/var/run/rialto/tls";
    private static final String TLS_VOLUME = "tls";
    private static final String SCRATCH_FOLDER = "/tmp";
    private static final String SCRATCH_VOLUME = "tmp";
    private static final int READABLE_BY_GROUP = 0440;

    /// What a pod is sure to get of a processor; more, up to its limit, is what others leave.
    private static final int REQUESTED_CPUS = 10;

    private static final int MILLIS_OF_HUNDREDTH = 10;

    /// Room for what the container prints.
    private static final Quantity LOG_SPACE = new Quantity("64Mi");

    Deployment deployment() {
        return new DeploymentBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withReplicas(0)
                .withRevisionHistoryLimit(0)
                .withNewSelector()
                .withMatchLabels(selector())
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels())
                .withAnnotations(annotations())
                .endMetadata()
                .withSpec(pod())
                .endTemplate()
                .endSpec()
                .build();
    }

    /// Has the addresses of the pods, for whoever observes them: the server itself connects to each
    /// of them.
    Service service() {
        return new ServiceBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withClusterIP("None")
                .withSelector(selector())
                .addNewPort()
                .withName(PORT_NAME)
                .withPort(PORT)
                .withNewTargetPort(PORT_NAME)
                .endPort()
                .endSpec()
                .build();
    }

    Secret secret(RevisionKey key) {
        return new SecretBuilder()
                .withMetadata(metadata())
                .withType("kubernetes.io/tls")
                .withImmutable(true)
                .addToStringData(LinkKey.CERTIFICATE_FILE, key.certificate())
                .addToStringData(LinkKey.KEY_FILE, key.key())
                .build();
    }

    /// Lets in the server's pods, and nothing out, not even questions for names.
    NetworkPolicy networkPolicy() {
        return new NetworkPolicyBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(selector())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .addNewIngress()
                .addNewFrom()
                .withNewNamespaceSelector()
                .addToMatchLabels("kubernetes.io/metadata.name", settings.platform().namespace())
                .endNamespaceSelector()
                .withNewPodSelector()
                .withMatchLabels(settings.platform().labels())
                .endPodSelector()
                .endFrom()
                .addNewPort()
                .withProtocol("TCP")
                .withNewPort(PORT)
                .endPort()
                .endIngress()
                .endSpec()
                .build();
    }

    private PodSpec pod() {
        return new PodSpecBuilder()
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(5L)
                .withRuntimeClassName(settings.runtimeClass().orElse(null))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(container())
                .addNewVolume()
                .withName(TLS_VOLUME)
                .withNewSecret()
                .withSecretName(name)
                .withDefaultMode(READABLE_BY_GROUP)
                .endSecret()
                .endVolume()
                .addNewVolume()
                .withName(SCRATCH_VOLUME)
                .withNewEmptyDir()
                .withMedium("Memory")
                .withSizeLimit(bytes(limits.scratch()))
                .endEmptyDir()
                .endVolume()
                .build();
    }

    private Container container() {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(settings.image())
                .withArgs(program.arguments())
                .withEnv(environment())
                .addNewPort()
                .withName(PORT_NAME)
                .withContainerPort(PORT)
                .endPort()
                .withNewResources()
                .withRequests(requests())
                .withLimits(most())
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withStartupProbe(probe(1, 120))
                .withReadinessProbe(probe(2, 1))
                .withLivenessProbe(probe(10, 6))
                .addNewVolumeMount()
                .withName(TLS_VOLUME)
                .withMountPath(TLS_FOLDER)
                .withReadOnly(true)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName(SCRATCH_VOLUME)
                .withMountPath(SCRATCH_FOLDER)
                .endVolumeMount()
                .build();
    }

    /// That it listens; whether it responds, the server finds out on its own connection.
    private static Probe probe(int seconds, int failures) {
        return new ProbeBuilder()
                .withNewTcpSocket()
                .withNewPort(PORT_NAME)
                .endTcpSocket()
                .withPeriodSeconds(seconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    private List<EnvVar> environment() {
        List<EnvVar> all = new ArrayList<>();
        program.variables()
                .apply(limits.memory())
                .forEach((key, value) -> all.add(env(key, value)));
        all.add(env(LinkKey.LISTEN_VARIABLE, ":" + PORT));
        all.add(env(LinkKey.FOLDER_VARIABLE, TLS_FOLDER));
        all.add(env("TMPDIR", SCRATCH_FOLDER));
        return all;
    }

    private static EnvVar env(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private Map<String, Quantity> requests() {
        int cpus = limits.cpus() == 0 ? REQUESTED_CPUS : Math.min(REQUESTED_CPUS, limits.cpus());
        return Map.of(
                "cpu", cpu(cpus),
                "memory", bytes(limits.memory()),
                "ephemeral-storage", LOG_SPACE);
    }

    private Map<String, Quantity> most() {
        Map<String, Quantity> most = new HashMap<>();
        most.put("memory", bytes(limits.memory()));
        most.put("ephemeral-storage", LOG_SPACE);
        if (limits.cpus() > 0) {
            most.put("cpu", cpu(limits.cpus()));
        }
        return most;
    }

    private static Quantity cpu(int hundredths) {
        return new Quantity(hundredths * MILLIS_OF_HUNDREDTH + "m");
    }

    private static Quantity bytes(long count) {
        return new Quantity(Long.toString(count));
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder()
                .withNamespace(settings.namespace())
                .withName(name)
                .withLabels(labels())
                .withAnnotations(annotations())
                .build();
    }

    Map<String, String> selector() {
        return Map.of(Labels.INSTANCE, name);
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(Labels.of(server));
        labels.put(Labels.INSTANCE, name);
        labels.put(Labels.APP, Labels.value(release.app().id()));
        labels.put(Labels.MICRO_APP, Labels.value(release.microApp()));
        labels.put(Labels.REVISION, Integer.toString(release.number()));
        return labels;
    }

    /// The names as they are: labels hold fewer characters.
    private Map<String, String> annotations() {
        return Map.of(Labels.APP, release.app().id(), Labels.MICRO_APP, release.microApp());
    }
}
