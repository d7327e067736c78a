package dev.rialto.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// A connection of its own for short questions about a PostgreSQL. It is opened when it is needed
/// and dropped when it fails. Only one thread at a time may ask.
final class DatabaseProbe implements AutoCloseable {
    /// In seconds: a question ends even when nothing comes back.
    private static final String CONNECT_TIMEOUT = "2";

    private static final String ANSWER_TIMEOUT = "3";

    private final DatabaseSettings settings;
    private final String name;
    private volatile @Nullable Connection connection;
    private volatile boolean renewed;
    private volatile boolean closed;

    /// @param name as PostgreSQL shows it in its list of connections
    DatabaseProbe(DatabaseSettings settings, String name) {
        this.settings = settings;
        this.name = name;
    }

    /// Opens a connection that doesn't wait for long.
    static Connection connect(DatabaseSettings settings, String name) throws SQLException {
        var properties = new Properties();
        settings.user().ifPresent(user -> properties.setProperty("user", user));
        settings.password().ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("ApplicationName", name);
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT);
        properties.setProperty("loginTimeout", ANSWER_TIMEOUT);
        properties.setProperty("socketTimeout", ANSWER_TIMEOUT);
        properties.setProperty("prepareThreshold", "1");
        return DriverManager.getConnection(settings.url(), properties);
    }

    /// Asks over the connection, and once more over a new one when that fails.
    ///
    /// @param first is run on each new connection before anything is asked
    <T> T ask(Database.Work<?> first, Database.Work<T> question) throws SQLException {
        Connection known = connection;
        if (renewed) {
            renewed = false;
            drop();
        } else if (known != null) {
            try {
                return question.run(known);
            } catch (SQLException broken) {
                drop();
            }
        }
        if (closed) {
            throw new SQLException("closed");
        }
        Connection fresh = connect(settings, name);
        connection = fresh;
        try {
            first.run(fresh);
            return question.run(fresh);
        } catch (SQLException failure) {
            drop();
            throw failure;
        }
    }

    /// The next question is asked over a new connection.
    void renew() {
        renewed = true;
    }

    private void drop() throws SQLException {
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            broken.abort(Runnable::run);
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        drop();
    }
}
