package dev.rialto.kubernetes;

import dev.rialto.kernel.Timing;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says in Kubernetes that this server runs, so that others know that what it made is in use; and
/// removes what servers have made that no longer run.
///
/// A server is gone when its lease has not changed for as long as it holds, by the clock of whoever
/// watches it: what the clocks of two machines say is not compared.
final class ServerLease {
    private static final String PREFIX = "rialto-server-";
    private static final Duration STANDARD = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final String server;
    private final Duration holds;
    private final Timing timing;
    private final Map<String, Seen> others = new HashMap<>();
    private volatile boolean held;

    /// A lease of another server.
    private record Seen(@Nullable ZonedDateTime renewed, long since) {}

    /// @param holds how long it holds without being renewed
    ServerLease(Cluster cluster, String server, Duration holds, Timing timing) {
        this.cluster = cluster;
        this.server = server;
        this.holds = holds;
        this.timing = timing;
    }

    void renew() {
        cluster.renew(lease());
        held = true;
    }

    Lease lease() {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName(PREFIX + server)
                .withLabels(Labels.of(server))
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(hostName())
                .withLeaseDurationSeconds((int) holds.toSeconds())
                .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS))
                .endSpec()
                .build();
    }

    /// For people who look at it: in a pod, the pod's.
    private static String hostName() {
        return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "rialto");
    }

    /// Removes what servers left behind whose leases are over.
    void sweep() {
        List<Lease> found = cluster.leases();
        found.stream().filter(this::isOver).forEach(this::remove);
        others.keySet()
                .retainAll(found.stream().map(each -> each.getMetadata().getName()).toList());
    }

    private boolean isOver(Lease lease) {
        String name = lease.getMetadata().getName();
        if (name.equals(PREFIX + server)) {
            return false;
        }
        Seen before = others.get(name);
        @Nullable ZonedDateTime renewed = lease.getSpec().getRenewTime();
        if (before == null
                || !Optional.ofNullable(renewed).equals(Optional.ofNullable(before.renewed()))) {
            others.put(name, new Seen(renewed, timing.nanos()));
            return false;
        }
        Duration valid =
                Optional.ofNullable(lease.getSpec().getLeaseDurationSeconds())
                        .map(Duration::ofSeconds)
                        .orElse(STANDARD);
        return timing.nanos() - before.since() > valid.toNanos();
    }

    /// The lease goes last: if this is interrupted, it is begun again.
    private void remove(Lease lease) {
        String gone = lease.getMetadata().getLabels().getOrDefault(Labels.SERVER, "");
        if (!gone.isEmpty()) {
            cluster.revisions(gone).forEach(cluster::delete);
        }
        cluster.deleteLease(lease.getMetadata().getName());
    }

    /// Gives it up: this server has removed what it made.
    void end() {
        if (held) {
            cluster.deleteLease(PREFIX + server);
        }
    }
}
