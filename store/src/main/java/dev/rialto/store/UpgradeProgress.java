package dev.rialto.store;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;

/// Tells how far an upgrade is, at most once a second, and which migration runs.
final class UpgradeProgress {
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<String> told;
    private long last = System.nanoTime() - PAUSE;

    /// @param told is given a line for the operator
    UpgradeProgress(Consumer<String> told) {
        this.told = told;
    }

    /// Tells it now.
    void say(String text) {
        last = System.nanoTime();
        told.accept(text);
    }

    /// Tells it unless something was told within the last second.
    void at(String text) {
        if (System.nanoTime() - last >= PAUSE) {
            say(text);
        }
    }

    /// The migration that runs on one schema.
    final class Running extends BaseCallback {
        private final String where;
        private @Nullable String script;

        /// @param where such as `app 3 of 41`; empty if nobody needs to know
        Running(String where) {
            this.where = where;
        }

        /// The migration that began last.
        Optional<String> script() {
            return Optional.ofNullable(script);
        }

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE;
        }

        @Override
        public void handle(Event event, Context context) {
            script = context.getMigrationInfo().getScript().replaceFirst("\\.sql$", "");
            unlimited(context);
            if (!where.isEmpty()) {
                at(where + ", " + script);
            }
        }

        /// The limit of requests does not suit a migration, which may rewrite a large table.
        private static void unlimited(Context context) {
            try (var statement = context.getConnection().createStatement()) {
                statement.execute("set local statement_timeout = 0");
            } catch (SQLException failure) {
                throw new StoreException(failure);
            }
        }
    }
}
