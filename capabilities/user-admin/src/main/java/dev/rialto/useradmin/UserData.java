package dev.rialto.useradmin;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.useradmin.JobStore.Job;
import dev.rialto.useradmin.JobStore.Kind;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// Runs exports and erasures, a few at a time. What a node that ended has left undone is begun
/// again by another one at the next round of upkeep: both can be repeated.
final class UserData implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(UserData.class.getName());
    private static final int MAX_AT_ONCE = 2;
    private static final int ID_LENGTH = 24;

    private final Export export;
    private final Erasure erasure;
    private final JobStore jobs;
    private final Ids ids = new Ids();
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    UserData(Export export, Erasure erasure, JobStore jobs) {
        this.export = export;
        this.erasure = erasure;
        this.jobs = jobs;
    }

    /// Begins a job.
    ///
    /// @return the job, or the one that is running for the same user already
    Job begin(App app, String userId, Kind kind) {
        String id = ids.hex(ID_LENGTH / 2);
        if (jobs.begin(app, id, userId, kind)) {
            Job job = jobs.find(app, id).orElseThrow();
            jobs.onceCommitted(() -> run(app, job));
            return job;
        }
        // Another one may end between the two statements.
        return jobs.running(app, userId, kind).orElseGet(() -> begin(app, userId, kind));
    }

    /// Takes over what other nodes have left undone.
    void resume(App app) {
        while (true) {
            Optional<Job> job = jobs.takeAbandoned(app);
            if (job.isEmpty()) {
                return;
            }
            run(app, job.get());
        }
    }

    private void run(App app, Job job) {
        var over = new CountDownLatch(1);
        threads.execute(() -> keep(app, job, over));
        threads.execute(() -> {
            try {
                places.acquire();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
            try {
                work(app, job);
            } finally {
                places.release();
                over.countDown();
            }
        });
    }

    /// Keeps the lease of a job that waits for its turn, or is long.
    private void keep(App app, Job job, CountDownLatch over) {
        try {
            while (!over.await(JobStore.LEASE.toSeconds() / 4, TimeUnit.SECONDS)) {
                jobs.renew(app, job);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(App app, Job job) {
        ObjectNode report = Json.object();
        try {
            switch (job.kind()) {
                case EXPORT -> report.setAll(export.run(app, job));
                case ERASE -> erasure.run(app, job, report);
            }
            jobs.finish(app, job, true, report);
        } catch (RuntimeException failure) {
            if (Thread.currentThread().isInterrupted() || threads.isShutdown()) {
                // The server stops; another one begins the job again.
                return;
            }
            LOG.log(Level.WARNING, failure, () -> job.kind().text() + " of a user failed");
            jobs.finish(app, job, false, report.put("error", told(failure)));
        }
    }

    private static String told(RuntimeException failure) {
        return failure instanceof RialtoException known
                ? String.valueOf(known.getMessage())
                : "an internal error, which the server has logged";
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
