package dev.rialto.hosting;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Json;
import java.util.List;

/// The operations on jobs, as Parse's SDKs know them.
final class JobRoutes {
    private static final String STATUS_ID = "X-Parse-Job-Status-Id";

    private final Jobs jobs;

    JobRoutes(Jobs jobs) {
        this.jobs = jobs;
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
                        .with(Trait.REPEATABLE),
                new Operation(
                                "functions",
                                "startNamedJob",
                                Method.POST,
                                "/jobs",
                                Access.MASTER,
                                "Starts the job that the body names as jobName.",
                                call -> start(call, call.body().path("jobName").asString("")))
                        .with(Trait.REPEATABLE),
                new Operation(
                        "functions",
                        "jobs",
                        Method.GET,
                        "/jobs",
                        Access.MASTER_READ,
                        "Lists the jobs.",
                        this::list));
    }

    private Answer start(Call call, String name) {
        String status = jobs.run(FunctionRoutes.origin(call), name, call.body());
        return Answer.ok(Json.object()).withHeader(STATUS_ID, status);
    }

    private Answer list(Call call) {
        var json = Json.object();
        var all = json.putArray("results");
        jobs.list(call.app()).forEach(all::add);
        return Answer.ok(json);
    }
}
