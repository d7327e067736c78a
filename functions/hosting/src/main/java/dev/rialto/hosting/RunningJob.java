package dev.rialto.hosting;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.DateText;
import dev.rialto.spi.Objects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One job that runs on this node, and its state, an object of `_JobStatus`. What it says of itself
/// in between is written by [#keep], so that a job that says much writes little.
final class RunningJob {
    /// How a job that runs is known from one whose server is gone.
    private static final Duration TOUCHED_EVERY = Duration.ofSeconds(30);

    private static final Logger LOG = Logger.getLogger(RunningJob.class.getName());
    private static final Caller MASTER = new Caller.Master();

    private final App app;
    private final String statusId;
    private final Objects objects;
    private final InstantSource clock;
    private Instant written;
    private final AtomicReference<@Nullable String> message = new AtomicReference<>();
    private @Nullable ObjectNode outcome;
    private boolean isSettled;

    private RunningJob(App app, String statusId, Objects objects, InstantSource clock) {
        this.app = app;
        this.statusId = statusId;
        this.objects = objects;
        this.clock = clock;
        this.written = clock.instant();
    }

    /// Makes the state of a job that is about to run.
    static RunningJob begin(
            App app, String name, ObjectNode params, Objects objects, InstantSource clock) {
        ObjectNode state =
                Json.object().put("jobName", name).put("source", "api").put("status", "running");
        state.set("params", params.deepCopy());
        state.putObject("ACL");
        ObjectNode created =
                objects.create(app, MASTER, Optional.empty(), JobStatusRules.CLASS_NAME, state);
        return new RunningJob(app, created.path("objectId").asString(""), objects, clock);
    }

    String statusId() {
        return statusId;
    }

    /// Notes how far it has come.
    void report(String progress) {
        message.set(FunctionLog.clean(progress));
    }

    /// Writes what is new, or that the job is still there.
    synchronized void keep() {
        if (isSettled) {
            return;
        }
        if (outcome != null) {
            isSettled = write(outcome);
        } else if (message.get() != null || isUntouched()) {
            write(Json.object());
        }
    }

    private boolean isUntouched() {
        return !clock.instant().isBefore(written.plus(TOUCHED_EVERY));
    }

    /// Writes how it ended, unless it has ended already. If that fails, [#keep] tries again.
    ///
    /// @param last what is to be read; empty for what it said before
    synchronized void end(String status, Optional<String> last) {
        if (outcome != null) {
            return;
        }
        last.ifPresent(this::report);
        ObjectNode fields = Json.object().put("status", status);
        fields.set("finishedAt", date(clock.instant()));
        outcome = fields;
        isSettled = write(fields);
    }

    /// Whether it is written how it ended.
    synchronized boolean isSettled() {
        return isSettled;
    }

    static ObjectNode date(Instant time) {
        return Json.object().put("__type", "Date").put("iso", DateText.write(time));
    }

    /// @return false when it has to be tried again
    private boolean write(ObjectNode fields) {
        String said = message.getAndSet(null);
        if (said != null) {
            fields.put("message", said);
        }
        Instant now = clock.instant();
        try {
            objects.update(
                    app,
                    MASTER,
                    Optional.empty(),
                    JobStatusRules.CLASS_NAME,
                    statusId,
                    fields.deepCopy());
            written = now;
            return true;
        } catch (RuntimeException failure) {
            // Whoever deletes the state does not want to know.
            boolean isGone =
                    failure instanceof RialtoException told
                            && told.code() == ErrorCode.OBJECT_NOT_FOUND;
            if (isGone) {
                written = now;
            } else {
                warn(failure);
                message.compareAndSet(null, said);
            }
            return isGone;
        }
    }

    private void warn(RuntimeException failure) {
        LOG.log(
                Level.WARNING,
                failure,
                () -> "can't write the state " + statusId + " of a job in app " + app.id());
    }
}
