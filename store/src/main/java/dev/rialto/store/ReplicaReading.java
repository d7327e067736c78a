package dev.rialto.store;

import dev.rialto.store.PrimaryLog.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// A read that a replica answers, by one thread.
final class ReplicaReading implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReplicaReading.class.getName());

    private final Replica replica;
    private final Position wanted;
    private volatile @Nullable Connection connection;

    /// @param wanted what it must show
    ReplicaReading(Replica replica, Position wanted) {
        this.replica = replica;
        this.wanted = wanted;
        replica.begin(this);
    }

    Replica replica() {
        return replica;
    }

    Connection connect() throws SQLException {
        Connection opened = replica.pool().connect();
        connection = opened;
        // It may be a new connection, to a server that was restarted.
        if (!replica.has(wanted)) {
            opened.close();
            throw new SQLException(replica.name() + " was left out or restarted");
        }
        return opened;
    }

    /// To be called when work on a connection is done, before its result is used.
    void confirm(Connection used) throws SQLException {
        if (!ReplicaPool.isOnStandby(used)) {
            replica.leaveOut("it is not a standby");
            throw new SQLException(replica.name() + " is not a standby");
        }
    }

    /// Makes its thread fail: the replica will not answer.
    void abort() {
        Connection used = connection;
        if (used != null) {
            try {
                used.abort(Runnable::run);
            } catch (SQLException given) {
                LOG.log(Level.FINE, "the connection was given back already", given);
            }
        }
    }

    @Override
    public void close() {
        replica.end(this);
    }
}
