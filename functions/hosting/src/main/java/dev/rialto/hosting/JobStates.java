package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Closing;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.Timing;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.Objects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.node.ObjectNode;

/// The states of the jobs that run on this node, and what becomes of those whose node is gone.
final class JobStates implements AutoCloseable {
    static final String STOPPED = "the server stopped";

    private static final Logger LOG = Logger.getLogger(JobStates.class.getName());
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int PAGE = 100;

    private final Objects objects;
    private final InstantSource clock;
    private final Timing timing;
    private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
    private final Closing closing;
    private final Thread keeper;

    JobStates(Objects objects, InstantSource clock, Timing timing) {
        this.objects = objects;
        this.clock = clock;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.keeper = timing.thread("job-keeper", this::keep);
    }

    void start() {
        keeper.start();
    }

    /// Makes the state of a job that is about to run, and keeps it up to date until the job ends.
    RunningJob begin(App app, String name, ObjectNode params) {
        var state = RunningJob.begin(app, name, params, objects, clock);
        running.add(state);
        return state;
    }

    private void keep() {
        try {
            while (!closing.await(BETWEEN_WRITES)) {
                running.forEach(RunningJob::keep);
                running.removeIf(RunningJob::isSettled);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Says of jobs whose server is gone that they failed.
    void tidy(App app) {
        Instant since = clock.instant().minus(GIVEN_UP_AFTER);
        Where abandoned =
                new Where.And(
                        List.of(
                                on("status", new Predicate.Equal(new Value.Text("running"))),
                                on(
                                        "updatedAt",
                                        new Predicate.Compare(
                                                Predicate.Comparison.LESS,
                                                new Value.Date(since)))));
        ObjectNode stillRunning = Json.object().put("status", "running");
        stillRunning.putObject("updatedAt").set("$lt", RunningJob.date(since));
        for (ObjectNode each :
                objects.findHidden(app, JobStatusRules.CLASS_NAME, abandoned, PAGE)) {
            ObjectNode fields = Json.object().put("status", "failed").put("message", STOPPED);
            fields.set("finishedAt", RunningJob.date(clock.instant()));
            // It may have ended since.
            objects.updateIf(
                    app,
                    JobStatusRules.CLASS_NAME,
                    each.path("objectId").asString(""),
                    stillRunning,
                    fields);
        }
    }

    private static Where on(String field, Predicate predicate) {
        return new Where.On(FieldPath.of(field), predicate);
    }

    private boolean isQuiet() {
        return running.stream().allMatch(RunningJob::isSettled);
    }

    /// Gives the jobs that run a moment to end.
    @Override
    public void close() {
        closing.begin();
        try {
            long end = timing.nanos() + PATIENCE.toNanos();
            while (!isQuiet() && end - timing.nanos() > 0) {
                timing.sleep(Duration.ofMillis(20));
            }
            if (keeper.isAlive()) {
                timing.join(keeper, PATIENCE);
            }
        } catch (InterruptedException _) {
            LOG.log(Level.WARNING, "not waiting for jobs: the server must stop immediately");
            Thread.currentThread().interrupt();
        }
        running.forEach(each -> each.end("failed", Optional.of(STOPPED)));
    }
}
