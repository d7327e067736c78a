package dev.rialto.kubernetes;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.functions.spi.Release;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.DeclaredMemory;
import dev.rialto.workers.IsolationLimits;
import dev.rialto.workers.Place;
import dev.rialto.workers.Surroundings;
import dev.rialto.workers.WorkerBudgets;
import dev.rialto.workers.Workload;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Runs workers as pods of Kubernetes: see docs/kubernetes.md.
public final class KubernetesPlace implements Place {
    private static final Logger LOG = Logger.getLogger(KubernetesPlace.class.getName());
    private static final int LENGTH_OF_NAME = 20;
    private static final int BYTES_OF_ID = 4;
    private static final int MILLIS_TO_CONNECT = 5_000;
    private static final int MILLIS_TO_ANSWER = 10_000;

    /// How long things take.
    ///
    /// @param start how long a pod may take to start
    /// @param renew how often the server says that it runs
    /// @param holds how long after its last sign of life what it made is removed
    public record Times(Duration start, Duration renew, Duration holds) {
        private static final Duration RENEW = Duration.ofSeconds(10);
        private static final Duration HOLDS = Duration.ofSeconds(60);
    }

    private final KubernetesSettings settings;
    private final PodProgram program;
    private final Cluster cluster;
    private final String server;
    private final ServerLease lease;
    private final Times times;
    private final Timing timing;
    private final PodRoom.Means means;
    private final Ids ids = new Ids();
    private final Set<PodRoom> open = ConcurrentHashMap.newKeySet();
    private final Set<PodRoom> unused = ConcurrentHashMap.newKeySet();
    private final Thread upkeep;
    private volatile boolean closed;

    /// Uses the service account of the server's pod, or what `KUBECONFIG` names. Begins at once to
    /// remove what other servers left behind.
    ///
    /// @param start how long a pod may take to start
    public static KubernetesPlace start(
            KubernetesSettings settings,
            PodProgram program,
            Duration start,
            Surroundings surroundings,
            Timing timing) {
        Config config =
                new ConfigBuilder(Config.autoConfigure(null))
                        .withConnectionTimeout(MILLIS_TO_CONNECT)
                        .withRequestTimeout(MILLIS_TO_ANSWER)
                        .withRequestRetryBackoffLimit(1)
                        // As in the tests; what is asked is little.
                        .withHttp2Disable(true)
                        .build();
        LOG.info(
                "isolated micro apps run as pods in the namespace "
                        + settings.namespace()
                        + " of Kubernetes");
        var place =
                new KubernetesPlace(
                        settings,
                        program,
                        new KubernetesClientBuilder().withConfig(config).build(),
                        new Times(start, Times.RENEW, Times.HOLDS),
                        surroundings.budgets(),
                        timing);
        place.tendOn();
        return place;
    }

    /// @param client closed with it
    public KubernetesPlace(
            KubernetesSettings settings,
            PodProgram program,
            KubernetesClient client,
            Times times,
            WorkerBudgets budgets,
            Timing timing) {
        this.settings = settings;
        this.program = program;
        this.cluster = new Cluster(client, settings.namespace());
        this.server = ids.hex(BYTES_OF_ID);
        this.times = times;
        this.timing = timing;
        this.lease = new ServerLease(cluster, server, times.holds(), timing);
        this.means = new PodRoom.Means(times.start(), budgets, timing, this::remove);
        this.upkeep = timing.thread("kubernetes", this::keepUp);
    }

    /// Says from time to time that this server runs, and removes what others left behind.
    public void tendOn() {
        upkeep.start();
    }

    private void keepUp() {
        try {
            while (!closed) {
                tend();
                timing.sleep(times.renew());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void tend() {
        try {
            lease.renew();
            lease.sweep();
            unused.forEach(this::remove);
            open.forEach(PodRoom::mend);
        } catch (ClusterException failure) {
            LOG.log(Level.FINE, "tried again later", failure);
        }
    }

    /// Their memory is that of the cluster, which has quotas.
    @Override
    public DeclaredMemory memory() {
        return new DeclaredMemory(Long.MAX_VALUE);
    }

    @Override
    public Room room(Release release, Workload workload, IsolationLimits limits) {
        if (!workload.image().equals(program.image())) {
            throw new RefusedException(
                    Problem.of(
                            "only micro apps in Java and Groovy run on Kubernetes, where this server"
                                    + " runs isolated ones"));
        }
        String name =
                "rialto-"
                        + Labels.name(release.microApp(), LENGTH_OF_NAME)
                        + "-"
                        + release.number()
                        + "-"
                        + ids.hex(BYTES_OF_ID);
        var room =
                new PodRoom(
                        cluster,
                        new RevisionObjects(settings, program, server, name, release, limits),
                        RevisionKey.create(),
                        means);
        try {
            // First, so that another server finds what this one leaves behind.
            lease.renew();
            open(room);
            return room;
        } catch (ClusterException failure) {
            throw new RefusedException(Problem.of(String.valueOf(failure.getMessage())));
        }
    }

    private void open(PodRoom room) {
        boolean made = false;
        try {
            room.open();
            open.add(room);
            made = true;
        } finally {
            if (!made) {
                remove(room);
            }
        }
    }

    private void remove(PodRoom room) {
        open.remove(room);
        unused.add(room);
        try {
            room.delete();
            unused.remove(room);
        } catch (ClusterException failure) {
            LOG.warning("what was made for " + room.name() + " is deleted later");
        }
    }

    /// What could not be deleted, other servers delete.
    @Override
    public void close() {
        closed = true;
        upkeep.interrupt();
        try {
            if (upkeep.isAlive()) {
                timing.join(upkeep, times.renew());
            }
            if (unused.isEmpty() && open.isEmpty()) {
                lease.end();
            }
        } catch (ClusterException unreachable) {
            LOG.warning("this server's lease in Kubernetes is left to others");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            cluster.close();
        }
    }
}
