package dev.rialto.useradmin;

import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.useradmin.JobStore.Job;
import dev.rialto.useradmin.JobStore.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;

/// Who may export and erase whose data: holders of the master key that of all users, a user its own
/// if the app lets it.
final class DataDoor {
    static final int MAX_A_DAY = 5;

    private static final String ME = "me";
    private static final int PAGE = 100;

    private final PerApp<UserAdminSettings> settings;
    private final JobStore jobs;
    private final UserData data;
    private final Users users;
    private final InstantSource clock;

    DataDoor(
            PerApp<UserAdminSettings> settings,
            JobStore jobs,
            UserData data,
            Users users,
            InstantSource clock) {
        this.settings = settings;
        this.jobs = jobs;
        this.data = data;
        this.users = users;
        this.clock = clock;
    }

    Answer begin(Call call, Kind kind) {
        App app = call.app();
        String userId = whose(call);
        if (users.find(app, userId).isEmpty()) {
            throw notFound();
        }
        boolean isOwner = isOwner(call.caller());
        if (!isOwner
                && jobs.begunSince(app, userId, clock.instant().minus(Duration.ofDays(1)))
                        >= MAX_A_DAY) {
            throw new RialtoException(
                    ErrorCode.REQUEST_LIMIT_EXCEEDED,
                    "a user can ask for that " + MAX_A_DAY + " times a day");
        }
        return Answer.of(202, data.begin(app, userId, kind).shown());
    }

    /// The user that a path names, if the caller may speak for it.
    private String whose(Call call) {
        String named = call.path("objectId");
        if (isOwner(call.caller()) && !named.equals(ME)) {
            return named;
        }
        if (!(call.caller() instanceof Caller.User self)) {
            throw new RialtoException(ErrorCode.SESSION_MISSING, "Session token required.");
        }
        boolean own = named.equals(ME) || named.equals(self.id());
        if (!own || !settings.of(call.app()).selfService()) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    own ? "This app does not let users do that." : "master key is required");
        }
        return self.id();
    }

    Answer show(Call call) {
        return Answer.ok(job(call).shown());
    }

    Answer list(Call call, int limit) {
        ArrayNode results = Json.nodes().arrayNode();
        jobs.list(call.app(), limit).forEach(each -> results.add(each.shown()));
        return Answer.ok(Json.object().set("results", results));
    }

    /// What an export found, one JSON object a line.
    Answer lines(Call call) {
        App app = call.app();
        Job job = job(call);
        if (job.kind() != Kind.EXPORT || !job.state().equals("done")) {
            throw new RialtoException(
                    ErrorCode.OBJECT_NOT_FOUND, "there is nothing to download yet");
        }
        return new Answer(
                200,
                Map.of(
                        "Content-Type", "application/x-ndjson",
                        "Content-Disposition", "attachment; filename=\"user-data.jsonl\"",
                        "Cache-Control", "no-store"),
                new Answer.Body.Stream(Answer.UNKNOWN_LENGTH, out -> write(app, job, out)));
    }

    private void write(App app, Job job, OutputStream out) throws IOException {
        long position = 0;
        List<String> page;
        do {
            page = jobs.lines(app, job, position, PAGE);
            for (String line : page) {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            position += page.size();
        } while (page.size() == PAGE);
    }

    /// The job that a path names. Who may not see it does not learn that it exists.
    private Job job(Call call) {
        Job job = jobs.find(call.app(), call.path("id")).orElseThrow(DataDoor::notFound);
        boolean own = call.caller() instanceof Caller.User self && self.id().equals(job.userId());
        if (!own && !call.caller().seesEverything()) {
            throw notFound();
        }
        return job;
    }

    private static boolean isOwner(Caller caller) {
        return caller instanceof Caller.Master || caller instanceof Caller.Maintenance;
    }

    private static RialtoException notFound() {
        return new RialtoException(ErrorCode.OBJECT_NOT_FOUND, "Object not found.");
    }
}
