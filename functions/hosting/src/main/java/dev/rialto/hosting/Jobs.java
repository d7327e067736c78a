package dev.rialto.hosting;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Result;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Contract;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Timing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The jobs of all apps.
final class Jobs {
    private final FunctionCalls calls;
    private final JobStates states;
    private final FunctionLog log;
    private final Timing timing;

    Jobs(FunctionCalls calls, JobStates states, FunctionLog log, Timing timing) {
        this.calls = calls;
        this.states = states;
        this.log = log;
        this.timing = timing;
    }

    /// Starts a job.
    ///
    /// @return the id of its state
    /// @throws RialtoException SCRIPT_FAILED when there is none of this name
    String run(Origin origin, String name, ObjectNode params) {
        String microApp = find(origin, name).microApp().name();
        RunningJob state = states.begin(origin.app(), name, params);
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

    /// What a job declares.
    ///
    /// @throws RialtoException SCRIPT_FAILED when there is none of this name
    Contract contract(Origin origin, String name) {
        return find(origin, name).descriptor().contract();
    }

    /// Whether starting a job twice does no harm.
    boolean isRepeatable(Origin origin, String name) {
        return calls.directory().of(origin).isRepeatableJob(name);
    }

    private ServedInterface find(Origin origin, String name) {
        return calls.job(origin, name)
                .orElseThrow(() -> new RialtoException(ErrorCode.SCRIPT_FAILED, "Invalid job."));
    }

    /// @return why it failed, if it did
    private Optional<String> work(Origin origin, String name, ObjectNode params, RunningJob state) {
        try {
            Result result =
                    calls.call(origin, () -> find(origin, name), params, calls.job(state::report));
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
}
