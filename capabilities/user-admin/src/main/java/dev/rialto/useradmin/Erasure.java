package dev.rialto.useradmin;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassSchema;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.Objects;
import dev.rialto.store.Sql;
import dev.rialto.useradmin.JobStore.Job;
import dev.rialto.useradmin.UserAdminSettings.FieldName;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Deletes a user with what belongs to it. Triggers are called and live queries are told, as for
/// any deletion; one that a trigger refuses ends the erasure, and the user stays.
final class Erasure {
    private static final int SHOW_PROGRESS_EVERY = 100;

    private final Objects objects;
    private final TheirObjects theirs;
    private final PerApp<UserAdminSettings> settings;
    private final JobStore jobs;

    Erasure(
            Objects objects,
            TheirObjects theirs,
            PerApp<UserAdminSettings> settings,
            JobStore jobs) {
        this.objects = objects;
        this.theirs = theirs;
        this.settings = settings;
        this.jobs = jobs;
    }

    /// Erases the user of a job.
    ///
    /// @param report counts what was deleted and cleared, and what still points to the user
    void run(App app, Job job, ObjectNode report) {
        UserAdminSettings chosen = settings.of(app);
        String userId = job.userId();
        var counts = new Counts(app, job, report);
        for (ClassSchema schema : theirs.classes(app)) {
            theirs.forEach(
                    app,
                    schema,
                    belonging(schema, userId, chosen.deleted()),
                    id -> {
                        delete(app, schema.name(), id);
                        counts.add("deleted", schema.name());
                    });
        }
        for (ClassSchema schema : theirs.classes(app)) {
            for (String field : TheirObjects.pointers(schema)) {
                String name = schema.name() + "." + field;
                Sql pointing = TheirObjects.pointingBy(field, userId);
                if (chosen.cleared().contains(new FieldName(schema.name(), field))) {
                    theirs.forEach(
                            app,
                            schema,
                            pointing,
                            id -> {
                                clear(app, schema.name(), id, field);
                                counts.add("cleared", name);
                            });
                } else {
                    long left = theirs.count(app, schema, pointing);
                    if (left > 0) {
                        counts.of("left").put(name, left);
                    }
                }
            }
        }
        jobs.forget(app, userId);
        delete(app, "_User", userId);
    }

    private static Sql belonging(ClassSchema schema, String userId, List<FieldName> deleted) {
        Sql condition = Sql.of("(").add(TheirObjects.ownedBy(userId));
        TheirObjects.pointers(schema).stream()
                .filter(field -> deleted.contains(new FieldName(schema.name(), field)))
                .forEach(
                        field -> condition.add(" OR ").add(TheirObjects.pointingBy(field, userId)));
        return condition.add(")");
    }

    /// Deletes an object, unless somebody else was faster.
    private void delete(App app, String className, String id) {
        try {
            objects.delete(app, new Caller.Master(), className, id);
        } catch (RialtoException failure) {
            if (failure.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw failure;
            }
        }
    }

    private void clear(App app, String className, String id, String field) {
        ObjectNode fields = Json.object();
        fields.putObject(field).put("__op", "Delete");
        try {
            objects.update(app, new Caller.Master(), Optional.empty(), className, id, fields);
        } catch (RialtoException failure) {
            if (failure.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw failure;
            }
        }
    }

    /// What one erasure has done.
    private final class Counts {
        private final App app;
        private final Job job;
        private final ObjectNode report;
        private long done;

        Counts(App app, Job job, ObjectNode report) {
            this.app = app;
            this.job = job;
            this.report = report;
        }

        ObjectNode of(String what) {
            return report.withObjectProperty(what);
        }

        void add(String what, String name) {
            of(what).put(name, of(what).path(name).asLong(0) + 1);
            if (++done % SHOW_PROGRESS_EVERY == 0) {
                jobs.progress(app, job, report);
            }
        }
    }
}
