package dev.rialto.server;

import dev.rialto.store.DatabaseWatch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Keeps the log readable while the database is away: everything that fails for that one reason
/// would log its stack again and again. The [DatabaseWatch] says it once, and counts the rest.
final class QuietLog implements AutoCloseable {
    private static final String POOL = "com.zaxxer.hikari.";

    /// What the names of the pools of replicas begin with.
    private static final String REPLICA = "rialto replica";

    private final Map<Handler, Outage> filters = new LinkedHashMap<>();

    /// Lets other records pass as the handler's own filter wants it.
    private record Outage(DatabaseWatch watch, @Nullable Filter own) implements Filter {
        @Override
        public boolean isLoggable(LogRecord record) {
            return (own == null || own.isLoggable(record))
                    && !isOfReplica(record)
                    && !isCounted(record);
        }

        private boolean isCounted(LogRecord record) {
            Throwable failure = record.getThrown();
            if (failure != null) {
                return watch.countsInstead(failure);
            }
            String logger = record.getLoggerName();
            return logger != null && logger.startsWith(POOL) && watch.countsInstead();
        }
    }

    private QuietLog() {}

    /// Whether the pool of a replica says that it is lost, which [dev.rialto.store.Replicas] says
    /// once.
    static boolean isOfReplica(LogRecord record) {
        String logger = record.getLoggerName();
        String message = record.getMessage();
        return logger != null
                && logger.startsWith(POOL)
                && message != null
                && message.startsWith(REPLICA);
    }

    static QuietLog with(DatabaseWatch watch) {
        var quiet = new QuietLog();
        for (Handler each : Logger.getLogger("").getHandlers()) {
            var filter = new Outage(watch, each.getFilter());
            quiet.filters.put(each, filter);
            each.setFilter(filter);
        }
        return quiet;
    }

    @Override
    public void close() {
        filters.forEach((handler, filter) -> {
            // Another server of this process may have put its own in front.
            if (filter.equals(handler.getFilter())) {
                handler.setFilter(filter.own());
            }
        });
    }
}
