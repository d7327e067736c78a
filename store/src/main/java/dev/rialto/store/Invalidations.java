package dev.rialto.store;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tools.jackson.databind.JsonNode;

/// Notifies every node on the same PostgreSQL, including this one, that cached data has changed. A
/// message published in a transaction is sent when that commits, and dropped if it rolls back.
///
/// One connection listens. If it breaks, messages may be lost: once it is back, listeners are
/// notified that everything they cached may be stale.
///
/// A node receives its own messages too, shortly after the commit. Code that must not read its own
/// stale copy also drops it directly, after the commit.
public final class Invalidations implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Invalidations.class.getName());
    private static final String CHANNEL = "rialto_invalidate";

    /// PostgreSQL rejects payloads of 8000 bytes and more; a character takes up to 6 in JSON.
    private static final int KEY_LIMIT = 1000;

    private static final Duration ALIVE_CHECK = Duration.ofSeconds(30);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

    /// A kind of cached data. Each is declared once, by its publisher.
    public record Kind(String name) {
        /// An app was made, deleted or given other keys. What is cached of a deleted app must not
        /// live on in one that is created again with its id.
        public static final Kind APP = new Kind("app");
    }

    /// Drops cached data. Must be quick and must not fail.
    public interface Listener {
        /// One entry has changed.
        ///
        /// @param key the entry; empty means all of this kind in the app
        void changed(App app, String key);

        /// Messages may have been missed: anything may have changed.
        void everythingChanged();
    }

    private final Database database;
    private final DatabaseSettings settings;
    private final Map<Kind, List<Listener>> listeners = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Connection connection;
    private final Thread reader;

    private Invalidations(Database database, DatabaseSettings settings, Connection first) {
        this.database = database;
        this.settings = settings;
        this.connection = first;
        this.reader = Thread.ofVirtual().name("invalidations").unstarted(() -> listen(first));
    }

    /// Starts listening; returns once later messages will be received.
    public static Invalidations start(Database database, DatabaseSettings settings) {
        try {
            var invalidations = new Invalidations(database, settings, connect(settings));
            invalidations.reader.start();
            return invalidations;
        } catch (SQLException failure) {
            throw new StoreException(failure);
        }
    }

    /// Publishes a change.
    ///
    /// @param key which one
    public void publish(App app, Kind kind, String key) {
        publish(database, app, kind, key);
    }

    /// Publishes for a process that doesn't listen itself.
    public static void publish(Database database, App app, Kind kind, String key) {
        var message = Json.mapper().createArrayNode();
        message.add(kind.name()).add(app.id()).add(app.schema());
        message.add(key.length() > KEY_LIMIT ? "" : key);
        database.queryFirst(
                Sql.of("select pg_notify(?, ?)::text", CHANNEL, message.toString()),
                row -> String.valueOf(row.getString(1)));
    }

    /// Calls the listener, on this class's own thread, for each message of that kind.
    public void subscribe(Kind kind, Listener listener) {
        listeners.computeIfAbsent(kind, _ -> new CopyOnWriteArrayList<>()).add(listener);
    }

    @Override
    public void close() {
        closing.countDown();
        abort(connection);
        try {
            reader.join(Duration.ofSeconds(5));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        var properties = new Properties();
        settings.user().ifPresent(user -> properties.setProperty("user", user));
        settings.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", "rialto invalidations");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10");
        Connection connection = DriverManager.getConnection(settings.url(), properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + CHANNEL);
            return connection;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }

    private void listen(Connection first) {
        Connection current = first;
        while (!isClosing()) {
            try {
                deliverFrom(current);
            } catch (SQLException broken) {
                abort(current);
                if (!isClosing()) {
                    LOG.log(Level.WARNING, "lost the connection for invalidations", broken);
                    current = reconnect(current);
                }
            }
        }
        abort(current);
    }

    private void deliverFrom(Connection current) throws SQLException {
        PGConnection postgres = current.unwrap(PGConnection.class);
        while (!isClosing()) {
            PGNotification @Nullable [] heard =
                    postgres.getNotifications((int) ALIVE_CHECK.toMillis());
            if (heard == null || heard.length == 0) {
                try (Statement statement = current.createStatement()) {
                    statement.execute("select 1");
                }
                continue;
            }
            for (PGNotification each : heard) {
                deliver(each.getParameter());
            }
        }
    }

    private Connection reconnect(Connection broken) {
        Duration pause = Duration.ofMillis(50);
        while (true) {
            try {
                if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return broken;
                }
                Connection fresh = connect(settings);
                connection = fresh;
                listeners.values().forEach(all -> all.forEach(Invalidations::tellEverything));
                return fresh;
            } catch (SQLException _) {
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
            } catch (InterruptedException _) {
                closing.countDown();
            }
        }
    }

    private void deliver(String payload) {
        try {
            JsonNode message = Json.mapper().readTree(payload);
            var kind = new Kind(text(message, 0));
            var app = new App(text(message, 1), text(message, 2));
            for (Listener listener : listeners.getOrDefault(kind, List.of())) {
                listener.changed(app, text(message, 3));
            }
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "a listener failed on an invalidation", failure);
        }
    }

    private static String text(JsonNode message, int part) {
        return message.path(part).stringValue("");
    }

    private static void tellEverything(Listener listener) {
        try {
            listener.everythingChanged();
        } catch (RuntimeException failure) {
            LOG.log(Level.SEVERE, "a listener failed to invalidate everything", failure);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private static void abort(@Nullable Connection connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException failure) {
            LOG.log(Level.FINE, "the connection was already lost", failure);
        }
    }
}
