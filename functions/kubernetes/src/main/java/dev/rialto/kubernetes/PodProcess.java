package dev.rialto.kubernetes;

import dev.rialto.workers.Exits;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The process of a worker in a pod, as the server sees it: it lives as long as its connection, and
/// Kubernetes tells how it has ended.
final class PodProcess extends Process implements Exits {
    private static final Logger LOG = Logger.getLogger(PodProcess.class.getName());

    /// Nobody knows how it ended.
    private static final int UNKNOWN = -1;

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Cluster cluster;
    private final String pod;
    private final int restarts;
    private final Socket link;
    private final RevisionObjects objects;
    private final CompletableFuture<End> ended = new CompletableFuture<>();

    /// How it ended.
    ///
    /// @param meaning empty when only the exit code is known
    private record End(int code, Optional<String> meaning, boolean outOfMemory) {
        static End unknown(String meaning) {
            return new End(UNKNOWN, Optional.of(meaning), false);
        }
    }

    /// @param pod when it was connected to
    PodProcess(Cluster cluster, Pod pod, Socket link, RevisionObjects objects) {
        this.cluster = cluster;
        this.pod = pod.getMetadata().getName();
        this.restarts = PodStates.restarts(pod);
        this.link = link;
        this.objects = objects;
    }

    @Override
    public InputStream getInputStream() {
        try {
            return link.getInputStream();
        } catch (IOException closed) {
            return InputStream.nullInputStream();
        }
    }

    @Override
    public OutputStream getOutputStream() {
        try {
            return link.getOutputStream();
        } catch (IOException closed) {
            return OutputStream.nullOutputStream();
        }
    }

    /// Empty, and at its end when the process is: what a container prints, Kubernetes keeps.
    @Override
    public InputStream getErrorStream() {
        return new InputStream() {
            @Override
            public int read() {
                ended.join();
                return -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                return length == 0 ? 0 : read();
            }
        };
    }

    @Override
    public int waitFor() {
        return ended.join().code();
    }

    /// Called when the connection has ended: Kubernetes takes a moment to know why.
    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        while (!ended.isDone() && end - System.nanoTime() > 0) {
            find().ifPresent(ended::complete);
            if (!ended.isDone()) {
                Thread.sleep(LOOK_EVERY);
            }
        }
        return ended.isDone();
    }

    private Optional<End> find() {
        try {
            Optional<Pod> now = cluster.pod(pod);
            if (now.isEmpty() || PodStates.isDeleted(now.get())) {
                return Optional.of(End.unknown("its pod was deleted"));
            }
            return PodStates.end(now.get(), restarts).map(this::end);
        } catch (ClusterException unreachable) {
            return Optional.empty();
        }
    }

    private End end(ContainerStateTerminated told) {
        int code = Optional.ofNullable(told.getExitCode()).orElse(UNKNOWN);
        Exits exits = objects.program().image();
        return "OOMKilled".equals(told.getReason())
                ? new End(
                        code,
                        Optional.of(
                                "it took more than "
                                        + objects.limits().memoryText()
                                        + " of memory"),
                        true)
                : new End(code, exits.meaning(code), exits.isOutOfMemory(code));
    }

    /// Kubernetes knows more than the exit code says.
    @Override
    public Optional<String> meaning(int exitCode) {
        return ended.join().meaning();
    }

    @Override
    public boolean isOutOfMemory(int exitCode) {
        return ended.join().outOfMemory();
    }

    @Override
    public int exitValue() {
        if (!ended.isDone()) {
            throw new IllegalThreadStateException("it has not ended");
        }
        return waitFor();
    }

    @Override
    public void destroy() {
        ended.complete(End.unknown("the connection to its pod was lost"));
        try {
            link.close();
        } catch (IOException gone) {
            LOG.log(Level.FINE, "the connection to " + pod + " was not closed in order", gone);
        }
    }
}
