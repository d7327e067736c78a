package dev.rialto.useradmin;

import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.FieldPath;
import dev.rialto.model.Predicate;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.spi.Objects;
import dev.rialto.useradmin.JobStore.Job;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Collects what is known of a user: the user, its sessions and roles, what capabilities keep about
/// it, the objects that it alone may write, and those that point to it, as far as it may read them.
final class Export {
    private static final int MAX_SESSIONS = 10_000;
    private static final int SHOW_PROGRESS_EVERY = 100;

    private final Objects objects;
    private final Users users;
    private final TheirObjects theirs;
    private final Impersonations impersonations;
    private final JobStore jobs;

    Export(
            Objects objects,
            Users users,
            TheirObjects theirs,
            Impersonations impersonations,
            JobStore jobs) {
        this.objects = objects;
        this.users = users;
        this.theirs = theirs;
        this.impersonations = impersonations;
        this.jobs = jobs;
    }

    /// Writes the lines of a job.
    ///
    /// @return how many of each kind there are
    ObjectNode run(App app, Job job) {
        jobs.dropLines(app, job);
        var lines = new Lines(app, job);
        String userId = job.userId();
        ObjectNode user =
                users.find(app, userId)
                        .orElseThrow(() -> new IllegalStateException("the user is gone"));
        Set<String> roles = users.roles(app, userId).orElseGet(Set::of);
        var self = new Caller.User(userId, "", roles);
        lines.add("user", objects.shown(app, self, "_User", user));
        sessions(app, self, lines);
        roles.stream().sorted().forEach(role -> lines.add("role", Json.object().put("name", role)));
        impersonations.of(app, userId).forEach(each -> lines.add("impersonation", each));
        for (UserRecords records : users.records()) {
            records.of(app, user).forEach(each -> lines.add(records.name(), each));
        }
        for (ClassSchema schema : theirs.classes(app)) {
            theirs.forEach(
                    app,
                    schema,
                    TheirObjects.concerning(schema, userId),
                    id ->
                            read(app, self, schema.name(), id)
                                    .ifPresent(object -> lines.add(schema.name(), object)));
        }
        return lines.report;
    }

    private void sessions(App app, Caller.User self, Lines lines) {
        var ofUser =
                new Where.On(
                        FieldPath.of("user"),
                        new Predicate.Equal(new Value.Pointer("_User", self.id())));
        for (ObjectNode each : objects.findHidden(app, "_Session", ofUser, MAX_SESSIONS)) {
            ObjectNode shown = objects.shown(app, self, "_Session", each);
            shown.remove("sessionToken");
            lines.add("session", shown);
        }
    }

    /// What the user would be answered to a get of an object. What class permissions and triggers
    /// hide from it stays hidden.
    private Optional<ObjectNode> read(App app, Caller.User self, String className, String id) {
        try {
            return objects.get(app, self, className, id)
                    .flatMap(found -> objects.told(app, self, className, found));
        } catch (RialtoException _) {
            return Optional.empty();
        }
    }

    /// The lines of one export.
    private final class Lines {
        private final App app;
        private final Job job;
        private final ObjectNode report = Json.object();
        private long position;

        Lines(App app, Job job) {
            this.app = app;
            this.job = job;
        }

        void add(String kind, JsonNode content) {
            ObjectNode line = Json.object().put("kind", kind);
            line.set("content", content);
            jobs.add(app, job, position++, Json.write(line));
            report.put(kind, report.path(kind).asLong(0) + 1);
            if (position % SHOW_PROGRESS_EVERY == 0) {
                jobs.progress(app, job, report);
            }
        }
    }
}
