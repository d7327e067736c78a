package dev.rialto.kubernetes;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.Timing;
import dev.rialto.workers.OutgoingFrames;
import dev.rialto.workers.Place;
import dev.rialto.workers.PrintedLines;
import dev.rialto.workers.Worker;
import dev.rialto.workers.WorkerBudgets;
import dev.rialto.workers.WorkerProcess;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The pods of one revision. This server alone says how many there are: one for each worker that
/// was started and has not ended.
final class PodRoom implements Place.Room {
    private static final Logger LOG = Logger.getLogger(PodRoom.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration TIME_TO_CONNECT = Duration.ofSeconds(5);

    private final Cluster cluster;
    private final RevisionObjects objects;
    private final RevisionKey key;
    private final SSLContext context;
    private final Means means;
    private final Set<String> claimed = new HashSet<>();

    /// Pods that Kubernetes could not be told to delete.
    private final Set<String> doomed = new HashSet<>();

    private int replicas;

    /// Whether Kubernetes knows how many there are to be.
    private boolean settled = true;

    private boolean closed;

    /// What all rooms have in common.
    ///
    /// @param start how long a pod may take until it is connected
    /// @param closing takes a room that is no longer used
    record Means(Duration start, WorkerBudgets budgets, Timing timing, Consumer<PodRoom> closing) {}

    PodRoom(Cluster cluster, RevisionObjects objects, RevisionKey key, Means means) {
        this.cluster = cluster;
        this.objects = objects;
        this.key = key;
        this.context = key.context();
        this.means = means;
    }

    String name() {
        return objects.name();
    }

    /// Makes all but the pods.
    void open() {
        cluster.create(objects, key);
    }

    @Override
    public Place.Launched launch(Worker.Lines printed) {
        long end = means.timing().nanos() + means.start().toNanos();
        @Nullable String pod = null;
        boolean launched = false;
        try {
            grow();
            Pod ready = awaitPod(end);
            pod = ready.getMetadata().getName();
            PodProcess process = connect(ready, end);
            Worker worker = worker(process, printed);
            String name = pod;
            worker.onEnd(_ -> means.timing().thread("pod-end", () -> release(name)).start());
            launched = true;
            return new Place.Launched(worker, process);
        } catch (ClusterException | IOException failure) {
            throw new RefusedException(Problem.of(String.valueOf(failure.getMessage())));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Problem.of("the server is stopping"));
        } finally {
            if (!launched) {
                release(pod);
            }
        }
    }

    private synchronized void grow() {
        replicas++;
        if (!cluster.scale(name(), replicas)) {
            // Somebody has deleted it.
            cluster.create(objects, key);
            cluster.scale(name(), replicas);
        }
    }

    /// Waits for a pod that no worker has yet; which one was made for whom does not matter.
    private Pod awaitPod(long end) throws IOException, InterruptedException {
        while (true) {
            List<Pod> pods = cluster.pods(objects.selector());
            Optional<Pod> free = claim(pods);
            if (free.isPresent()) {
                return free.get();
            }
            if (end - means.timing().nanos() < 0) {
                throw new IOException(
                        "no pod was ready within "
                                + means.start().toSeconds()
                                + " seconds: "
                                + obstacle(pods));
            }
            means.timing().sleep(LOOK_EVERY);
        }
    }

    private synchronized Optional<Pod> claim(List<Pod> pods) {
        return pods.stream()
                .filter(PodStates::isReady)
                .filter(each -> !doomed.contains(each.getMetadata().getName()))
                .filter(each -> claimed.add(each.getMetadata().getName()))
                .findFirst();
    }

    private String obstacle(List<Pod> pods) {
        return pods.stream()
                .filter(each -> !PodStates.isReady(each))
                .flatMap(each -> PodStates.obstacle(each).stream())
                .findFirst()
                .or(() -> cluster.failure(name()))
                .orElse("Kubernetes does not say why");
    }

    private PodProcess connect(Pod pod, long end) throws IOException, InterruptedException {
        var address = new InetSocketAddress(pod.getStatus().getPodIP(), port(pod));
        while (true) {
            try {
                return new PodProcess(cluster, pod, connect(address), objects);
            } catch (IOException failure) {
                if (end - means.timing().nanos() < 0) {
                    throw new IOException(
                            "its pod can't be connected to: " + failure.getMessage(), failure);
                }
                means.timing().sleep(LOOK_EVERY);
            }
        }
    }

    private SSLSocket connect(InetSocketAddress address) throws IOException {
        var link = (SSLSocket) context.getSocketFactory().createSocket();
        boolean connected = false;
        try {
            link.connect(address, (int) TIME_TO_CONNECT.toMillis());
            link.setSoTimeout((int) TIME_TO_CONNECT.toMillis());
            link.setTcpNoDelay(true);
            link.setKeepAlive(true);
            link.startHandshake();
            link.setSoTimeout(0);
            connected = true;
            return link;
        } finally {
            if (!connected) {
                link.close();
            }
        }
    }

    private static int port(Pod pod) throws IOException {
        return pod.getSpec().getContainers().stream()
                .flatMap(each -> each.getPorts().stream())
                .filter(each -> RevisionObjects.PORT_NAME.equals(each.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow(() -> new IOException("its pod has no port for the server"));
    }

    private Worker worker(PodProcess process, Worker.Lines printed) throws IOException {
        return Worker.start(
                () ->
                        new WorkerProcess(
                                process,
                                process.getInputStream(),
                                process.getOutputStream(),
                                new PrintedLines(process.getErrorStream())),
                new Worker.Handlers((_, _, _) -> {}, printed, _ -> Optional.empty()),
                OutgoingFrames.maxOfWorker(),
                means.budgets());
    }

    /// Ends a pod, and lets no other take its place.
    ///
    /// @param pod null if it is not known which one
    private synchronized void release(@Nullable String pod) {
        replicas--;
        if (pod != null) {
            claimed.remove(pod);
            doomed.add(pod);
        }
        if (!closed) {
            shrink();
        }
    }

    /// The order matters: a pod that is deleted while as many are wanted as before is replaced.
    private void shrink() {
        settled = false;
        try {
            doomed.forEach(cluster::choose);
            cluster.scale(name(), replicas);
            for (String each : new ArrayList<>(doomed)) {
                cluster.deletePod(each);
                doomed.remove(each);
            }
            settled = true;
        } catch (ClusterException unreachable) {
            LOG.warning("pods of " + name() + " are deleted later");
        }
    }

    /// Tries again what Kubernetes could not be told before.
    synchronized void mend() {
        if (!closed && !settled) {
            shrink();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        means.closing().accept(this);
    }

    /// Deletes all that was made for the revision.
    void delete() {
        cluster.delete(name());
    }
}
