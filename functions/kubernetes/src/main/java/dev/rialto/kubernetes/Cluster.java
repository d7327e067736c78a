package dev.rialto.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// What the server asks of Kubernetes, all of it in one namespace. `deploy/kubernetes` has the role
/// that allows this and nothing else.
final class Cluster implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Cluster.class.getName());
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    /// Of the pods that are ready, those with the lowest number are deleted first.
    private static final String DELETED_FIRST =
            "{\"metadata\":{\"annotations\":"
                    + "{\"controller.kubernetes.io/pod-deletion-cost\":\"-1000\"}}}";

    private final KubernetesClient client;
    private final String namespace;

    /// @param client closed with it
    Cluster(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /// Makes what a revision needs, unless it is there. What belongs to the Deployment is deleted
    /// with it.
    void create(RevisionObjects objects, RevisionKey key) {
        ask(() -> {
            Deployment made = create(objects.deployment());
            var secret = owned(made, objects.secret(key));
            unlessThere(() -> client.secrets().inNamespace(namespace).resource(secret).create());
            var policy = owned(made, objects.networkPolicy());
            unlessThere(() ->
                    client.network()
                            .v1()
                            .networkPolicies()
                            .inNamespace(namespace)
                            .resource(policy)
                            .create());
            var service = owned(made, objects.service());
            unlessThere(() -> client.services().inNamespace(namespace).resource(service).create());
            return made;
        });
    }

    private Deployment create(Deployment wanted) {
        var one = client.apps().deployments().inNamespace(namespace).resource(wanted);
        Deployment there = one.get();
        return there == null ? one.create() : there;
    }

    private static <T extends HasMetadata> T owned(Deployment owner, T object) {
        ObjectMeta of = owner.getMetadata();
        OwnerReference reference =
                new OwnerReferenceBuilder()
                        .withApiVersion(owner.getApiVersion())
                        .withKind(owner.getKind())
                        .withName(of.getName())
                        .withUid(of.getUid())
                        .build();
        object.getMetadata().setOwnerReferences(List.of(reference));
        return object;
    }

    /// Sets how many pods a revision has.
    ///
    /// @return false when there is no such Deployment
    boolean scale(String name, int replicas) {
        return ask(() ->
                unlessGone(() ->
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .withName(name)
                                .patch(MERGE, "{\"spec\":{\"replicas\":" + replicas + "}}")));
    }

    /// What a Deployment says of pods that it can't make.
    Optional<String> failure(String name) {
        return ask(() ->
                Optional.ofNullable(
                                client.apps()
                                        .deployments()
                                        .inNamespace(namespace)
                                        .withName(name)
                                        .get())
                        .flatMap(PodStates::failure));
    }

    /// The names of a server's revisions.
    List<String> revisions(String server) {
        return ask(() ->
                client
                        .apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withLabels(Labels.of(server))
                        .list()
                        .getItems()
                        .stream()
                        .map(each -> each.getMetadata().getName())
                        .toList());
    }

    /// The pods of a revision.
    List<Pod> pods(Map<String, String> selector) {
        return ask(
                () -> client.pods().inNamespace(namespace).withLabels(selector).list().getItems());
    }

    Optional<Pod> pod(String name) {
        return ask(() ->
                Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get()));
    }

    /// Lets a pod be the one that goes when there is to be one less.
    void choose(String pod) {
        ask(() ->
                unlessGone(() ->
                        client.pods()
                                .inNamespace(namespace)
                                .withName(pod)
                                .patch(MERGE, DELETED_FIRST)));
    }

    void deletePod(String name) {
        ask(() -> client.pods().inNamespace(namespace).withName(name).delete());
    }

    /// Deletes what was made for a revision, the Deployment last: as long as it is there, the rest
    /// can be found.
    void delete(String name) {
        ask(() -> {
            client.network().v1().networkPolicies().inNamespace(namespace).withName(name).delete();
            client.services().inNamespace(namespace).withName(name).delete();
            client.secrets().inNamespace(namespace).withName(name).delete();
            return client.apps().deployments().inNamespace(namespace).withName(name).delete();
        });
    }

    /// Writes a lease, whether it is there or not.
    void renew(Lease lease) {
        ask(() -> {
            var leases = client.leases().inNamespace(namespace);
            if (!unlessGone(() -> leases.resource(lease).update())) {
                leases.resource(lease).create();
            }
            return lease;
        });
    }

    /// The leases of all servers.
    List<Lease> leases() {
        return ask(() ->
                client.leases()
                        .inNamespace(namespace)
                        .withLabel(Labels.MANAGED_BY, Labels.RIALTO)
                        .withLabel(Labels.NAME, Labels.WORKER)
                        .list()
                        .getItems());
    }

    void deleteLease(String name) {
        ask(() -> client.leases().inNamespace(namespace).withName(name).delete());
    }

    private static void unlessThere(Runnable request) {
        try {
            request.run();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw refused;
            }
        }
    }

    private static boolean unlessGone(Runnable request) {
        try {
            request.run();
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw refused;
        }
    }

    /// Names of machines and accounts in Kubernetes' own messages are for the operator.
    private static <T> T ask(Supplier<T> request) {
        try {
            return request.get();
        } catch (KubernetesClientException refused) {
            LOG.log(
                    Thread.currentThread().isInterrupted() ? Level.FINE : Level.WARNING,
                    "Kubernetes: {0} ({1})",
                    new Object[] {refused.getMessage(), root(refused)});
            throw new ClusterException(
                    told(refused.getCode()) + ": the server's log says more", refused);
        }
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /// @param status of HTTP; not positive when there was no answer
    private static String told(int status) {
        if (status <= 0) {
            return "Kubernetes can't be reached";
        }
        return status == HttpURLConnection.HTTP_UNAUTHORIZED
                        || status == HttpURLConnection.HTTP_FORBIDDEN
                ? "Kubernetes does not allow the server to run micro apps"
                : "Kubernetes answered with status " + status;
    }

    @Override
    public void close() {
        client.close();
    }
}
