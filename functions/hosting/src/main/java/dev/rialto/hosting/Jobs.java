package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Result;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Closing;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.Objects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The jobs of all apps, those among them that run on this node, and what becomes of those whose
/// node is gone.
final class Jobs implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Jobs.class.getName());
    private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int PAGE = 100;
    private static final String STOPPED = "the server stopped";

    private final FunctionCalls calls;
    private final Objects objects;
    private final FunctionLog log;
    private final InstantSource clock;
    private final Set<RunningJob> running = ConcurrentHashMap.newKeySet();
    private final Timing timing;
    private final Closing closing;
    private final Thread keeper;

    Jobs(
            FunctionCalls calls,
            Objects objects,
            FunctionLog log,
            InstantSource clock,
            Timing timing) {
        this.calls = calls;
        this.objects = objects;
        this.log = log;
        this.clock = clock;
        this.timing = timing;
        this.closing = new Closing(timing);
        this.keeper = timing.thread("job-keeper", this::keep);
    }

    void start() {
        keeper.start();
    }

    /// Starts a job.
    ///
    /// @return the id of its state
    /// @throws RialtoException SCRIPT_FAILED when there is none of this name
    String run(Origin origin, String name, ObjectNode params) {
        String microApp = find(origin, name).microApp().name();
        var state = RunningJob.begin(origin.app(), name, params, objects, clock);
        running.add(state);
        Origin job = origin.named(state.statusId());
        Runnable work =
                () -> {
                    try {
                        work(job, name, params, state)
                                .ifPresent(failure ->
                                        log.add(
                                                origin.app(),
                                                microApp,
                                                "error",
                                                job.requestId(),
                                                "the job " + name + " failed: " + failure));
                    } finally {
                        // Without effect unless it ended in a way that nobody thought of.
                        state.end("failed", Optional.of("the server failed"));
                    }
                };
        timing.thread("job-" + name, work).start();
        return state.statusId();
    }

    private ServedInterface find(Origin origin, String name) {
        return calls.job(origin, name)
                .orElseThrow(() -> new RialtoException(ErrorCode.SCRIPT_FAILED, "Invalid job."));
    }

    /// @return why it failed, if it did
    private Optional<String> work(Origin origin, String name, ObjectNode params, RunningJob state) {
        try {
            Result result =
                    calls.call(
                            origin,
                            () -> find(origin, name),
                            params,
                            calls.background(state::report));
            JsonNode output = result.output();
            state.end(
                    "succeeded",
                    output.isString() ? Optional.of(output.stringValue()) : Optional.empty());
            return Optional.empty();
        } catch (RuntimeException failure) {
            String told = BackgroundCalls.told(failure);
            state.end("failed", Optional.of(told));
            return Optional.of(told);
        }
    }

    /// The names of an app's jobs, with their addresses.
    List<ObjectNode> list(App app) {
        List<ObjectNode> jobs = new ArrayList<>();
        for (ServedInterface each : calls.directory().of(app).all()) {
            if (!each.isLive()) {
                continue;
            }
            for (Binding binding : each.descriptor().bindings()) {
                if (binding instanceof Binding.Job(String name)) {
                    jobs.add(
                            Json.object()
                                    .put("name", name)
                                    .put("address", each.address())
                                    .put("microApp", each.microApp().name())
                                    .put("description", each.descriptor().description()));
                }
            }
        }
        jobs.sort(Comparator.comparing(each -> each.path("name").asString("")));
        return jobs;
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
        for (ObjectNode each :
                objects.findHidden(app, JobStatusRules.CLASS_NAME, abandoned, PAGE)) {
            ObjectNode fields = Json.object().put("status", "failed").put("message", STOPPED);
            fields.set("finishedAt", RunningJob.date(clock.instant()));
            objects.update(
                    app,
                    new Caller.Master(),
                    Optional.empty(),
                    JobStatusRules.CLASS_NAME,
                    each.path("objectId").asString(""),
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
