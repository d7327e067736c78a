package dev.rialto.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the status of objects in Kubernetes means for a worker.
final class PodStates {
    private static final String TRUE = "True";
    private static final String FALSE = "False";

    private PodStates() {}

    /// Whether a pod can be connected to, and is to stay.
    static boolean isReady(Pod pod) {
        return !isDeleted(pod)
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && conditions(pod).anyMatch(each -> is(each, "Ready", TRUE));
    }

    static boolean isDeleted(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    private static boolean is(PodCondition condition, String type, String status) {
        return type.equals(condition.getType()) && status.equals(condition.getStatus());
    }

    private static Stream<PodCondition> conditions(Pod pod) {
        return pod.getStatus() == null ? Stream.empty() : pod.getStatus().getConditions().stream();
    }

    /// How often the pod's container was started again.
    static int restarts(Pod pod) {
        return container(pod).map(ContainerStatus::getRestartCount).orElse(0);
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        List<ContainerStatus> all =
                pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
        return all.stream().findFirst();
    }

    /// How the pod's container has ended that had been started again so often.
    static Optional<ContainerStateTerminated> end(Pod pod, int restarts) {
        return container(pod)
                .flatMap(each ->
                        Optional.ofNullable(
                                restarts(pod) > restarts ? each.getLastState() : each.getState()))
                .map(ContainerState::getTerminated);
    }

    /// Why a pod is not ready, in a few words; empty when it is not known yet.
    static Optional<String> obstacle(Pod pod) {
        Optional<String> unscheduled =
                conditions(pod)
                        .filter(each -> is(each, "PodScheduled", FALSE))
                        .map(each -> "no machine has room for its pod (" + each.getReason() + ")")
                        .findFirst();
        return unscheduled.or(() ->
                container(pod)
                        .map(ContainerStatus::getState)
                        .map(ContainerState::getWaiting)
                        .map(ContainerStateWaiting::getReason)
                        .map(reason -> "its pod waits (" + reason + ")"));
    }

    /// Why a Deployment has no pods, such as a quota that is used up.
    static Optional<String> failure(Deployment deployment) {
        return deployment.getStatus() == null
                ? Optional.empty()
                : deployment.getStatus().getConditions().stream()
                        .filter(each -> "ReplicaFailure".equals(each.getType()))
                        .filter(each -> TRUE.equals(each.getStatus()))
                        .map(each -> "its pod is not made (" + each.getReason() + ")")
                        .findFirst();
    }
}
