package dev.rialto.store;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/// A statement that PostgreSQL rejected. Its message is for the log, never for a client.
public final class StoreException extends RuntimeException {
    private final String state;
    private final String constraint;

    public StoreException(SQLException cause) {
        super(cause.getMessage(), cause);
        this.state = cause.getSQLState() == null ? "" : cause.getSQLState();
        var server = cause instanceof PSQLException known ? known.getServerErrorMessage() : null;
        var violated = server == null ? null : server.getConstraint();
        this.constraint = violated == null ? "" : violated;
    }

    /// PostgreSQL's five-character SQLSTATE, or an empty string.
    public String state() {
        return state;
    }

    /// Name of the violated constraint or unique index, or an empty string.
    public String constraint() {
        return constraint;
    }

    public boolean isUniqueViolation() {
        return state.equals("23505");
    }

    /// A table or column does not exist: the caller's copy of the schema is stale.
    public boolean isUndefinedObject() {
        return state.equals("42P01") || state.equals("42703");
    }

    /// The statement exceeded its time limit.
    public boolean isTimeout() {
        return state.equals("57014");
    }

    /// Another transaction held a lock for too long.
    public boolean isLockTimeout() {
        return state.equals("55P03");
    }
}
