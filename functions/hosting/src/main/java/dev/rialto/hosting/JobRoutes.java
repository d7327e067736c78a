package dev.rialto.hosting;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations on jobs, as Parse's SDKs know them.
final class JobRoutes {
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
                new Operation(
                                "functions",
                                "startJob",
                                Method.POST,
                                "/jobs/{name}",
                                Access.MASTER,
                                "Starts a job in the background.",
                                call -> start(call, call.path("name")))
                        .with(Trait.DETACHED),
                new Operation(
                                "functions",
                                "startNamedJob",
                                Method.POST,
                                "/jobs",
                                Access.MASTER,
                                "Starts the job that the body names as jobName.",
                                call -> start(call, call.body().path("jobName").asString("")))
                        .with(Trait.DETACHED),
                new Operation(
                        "functions",
                        "jobs",
                        Method.GET,
                        "/jobs",
                        Access.MASTER_READ,
                        "Lists the jobs.",
                        this::list),
                new Operation(
                        "functions",
                        "jobsData",
                        Method.GET,
                        "/cloud_code/jobs/data",
                        Access.MASTER_READ,
                        "Lists the names of jobs as Parse's SDKs know them.",
                        this::data),
                new Operation(
                        "functions",
                        "jobSchedules",
                        Method.GET,
                        "/cloud_code/jobs",
                        Access.MASTER_READ,
                        "Lists when interfaces are called by schedule.",
                        call -> Answer.ok(schedules(call))),
                write("createJobSchedule", Method.POST, "/cloud_code/jobs"),
                write("updateJobSchedule", Method.PUT, "/cloud_code/jobs/{objectId}"),
                write("deleteJobSchedule", Method.DELETE, "/cloud_code/jobs/{objectId}"),
                new Operation(
                        "functions",
                        "scriptLog",
                        Method.GET,
                        "/scriptlog",
                        Access.MASTER_READ,
                        "Reads what all functions logged, the newest first.",
                        this::log));
    }

    private static Operation write(String name, Method method, String path) {
        return new Operation(
                "functions",
                name,
                method,
                path,
                Access.MASTER,
                "Refuses to change schedules, which the code says.",
                _ -> {
                    throw new RialtoException(
                            ErrorCode.COMMAND_UNAVAILABLE,
                            "schedules belong to the code: deploy an interface with a schedule");
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

    private Answer start(Call call, String name) {
        String status = jobs.run(FunctionRoutes.origin(call), name, FunctionRoutes.input(call));
        return Answer.ok(Json.object()).withHeader(STATUS_ID, status);
    }

    private Answer list(Call call) {
        var json = Json.object();
        var all = json.putArray("results");
        jobs.list(call.app()).forEach(all::add);
        return Answer.ok(json);
    }
}
