package dev.rialto.hosting;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.RequestIds;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.ObjectSchemas;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations on jobs, as Parse's SDKs know them.
final class JobRoutes {
    private static final String SCHEDULE = "/cloud_code/jobs/{objectId}";
    private static final String STATUS_ID = "X-Parse-Job-Status-Id";

    private final Jobs jobs;
    private final ScheduleStore schedules;
    private final FunctionLog log;

    JobRoutes(Jobs jobs, ScheduleStore schedules, FunctionLog log) {
        this.jobs = jobs;
        this.schedules = schedules;
        this.log = log;
    }

    List<Operation> operations() {
        return List.of(
                Operation.post("functions.start-job", "/jobs/{name}")
                        .with(JobRoutes::starting)
                        .summary("Starts a job in the background.")
                        .repeatable(call -> isRepeatable(call, call.path("name")))
                        .handle(call -> start(call, call.path("name"))),
                Operation.post("functions.start-named-job", "/jobs")
                        .with(JobRoutes::starting)
                        .summary("Starts the job that the body names as jobName.")
                        .repeatable(call -> isRepeatable(call, named(call)))
                        .handle(call -> start(call, named(call))),
                Operation.get("functions.jobs", "/jobs")
                        .access(Access.MASTER_READ)
                        .summary("Lists the jobs.")
                        .output(JsonSchema.object())
                        .handle(this::list),
                Operation.get("functions.jobs-data", "/cloud_code/jobs/data")
                        .access(Access.MASTER_READ)
                        .summary("Lists the names of jobs as Parse's SDKs know them.")
                        .output(JsonSchema.object())
                        .handle(this::data),
                Operation.get("functions.job-schedules", "/cloud_code/jobs")
                        .access(Access.MASTER_READ)
                        .summary("Lists the schedules.")
                        .output(JsonSchema.array(JsonSchema.object()))
                        .handle(call -> Answer.ok(schedules(call))),
                write(Operation.post("functions.create-job-schedule", "/cloud_code/jobs")),
                write(Operation.put("functions.update-job-schedule", SCHEDULE)),
                write(Operation.delete("functions.delete-job-schedule", SCHEDULE)),
                Operation.get("functions.script-log", "/scriptlog")
                        .access(Access.MASTER_READ)
                        .summary("Reads the log lines of all functions, newest first.")
                        .output(JsonSchema.array(JsonSchema.object()))
                        .handle(this::log));
    }

    private static Operation.Builder starting(Operation.Builder operation) {
        return operation
                .access(Access.MASTER)
                .input(JsonSchema.object())
                .output(ObjectSchemas.NOTHING)
                .meter("functions.calls", 1)
                .traits(Trait.DONE_WHEN_FULL)
                .requestIds(RequestIds.REMEMBERED_FIRST);
    }

    private static Operation write(Operation.Builder operation) {
        return operation
                .access(Access.MASTER)
                .summary("Rejects changes of schedules, which are declared in code.")
                .errors(ErrorCode.COMMAND_UNAVAILABLE)
                .handle(_ -> {
                    throw new RialtoException(
                            ErrorCode.COMMAND_UNAVAILABLE,
                            "schedules are declared in code: deploy an interface with a schedule");
                });
    }

    private Answer data(Call call) {
        ObjectNode data = Json.object();
        ArrayNode scheduled = data.putArray("in_use");
        schedules(call).forEach(each -> scheduled.add(each.path("jobName")));
        ArrayNode names = data.putArray("jobs");
        jobs.list(call.app()).forEach(each -> names.add(each.path("name")));
        return Answer.ok(data);
    }

    private ArrayNode schedules(Call call) {
        ArrayNode all = Json.nodes().arrayNode();
        schedules
                .list(call.app())
                .forEach(each ->
                        all.addObject()
                                .put("objectId", each.address() + " " + each.schedule().cron())
                                .put("jobName", each.address())
                                .put("description", each.schedule().cron())
                                .put("cron", each.schedule().cron())
                                .put("zone", each.schedule().zone()));
        return all;
    }

    private Answer log(Call call) {
        return Answer.ok(log.read(call.app(), LogQuery.read(call.parameters())));
    }

    private static String named(Call call) {
        return call.body().path("jobName").asString("");
    }

    private boolean isRepeatable(Call call, String name) {
        return jobs.isRepeatable(FunctionRoutes.origin(call), name);
    }

    private Answer start(Call call, String name) {
        Origin origin = FunctionRoutes.origin(call);
        call.reaches(jobs.contract(origin, name));
        String status = jobs.run(origin, name, FunctionRoutes.input(call));
        return Answer.ok(Json.object()).withHeader(STATUS_ID, status);
    }

    private Answer list(Call call) {
        var json = Json.object();
        var all = json.putArray("results");
        jobs.list(call.app()).forEach(all::add);
        return Answer.ok(json);
    }
}
