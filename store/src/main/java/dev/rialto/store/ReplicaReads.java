package dev.rialto.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads that replicas of a database may answer. Without replicas, and in transactions, they are
/// like others.
public final class ReplicaReads {
    /// What the calling thread reads from, while it does.
    private static final ScopedValue<ReplicaReading> READING = ScopedValue.newInstance();

    /// For whom is read.
    private static final ScopedValue<Client> CLIENT = ScopedValue.newInstance();

    /// A client that says what it has seen.
    ///
    /// @param seen a [#position] that it was told, or any other text; empty when it says nothing
    /// @param takesLate whether what is late within a limit will do if it shows all before that
    ///   position; otherwise it must show all that was committed before the read
    public record Client(String seen, boolean takesLate) {
        boolean hasSeen() {
            return !seen.isEmpty();
        }
    }

    private final Database database;
    private volatile @Nullable Replicas replicas;
    private volatile boolean alone;

    ReplicaReads(Database database) {
        this.database = database;
    }

    /// Sets who answers.
    public void use(Replicas others) {
        replicas = others;
    }

    /// Says that no other server uses the database: this one's copies in memory are never late.
    public void useAlone() {
        alone = true;
    }

    /// Runs work that only reads, and that may run twice: on a replica that shows all that was
    /// committed before, if there is one, and on the primary when that fails.
    public <T extends @Nullable Object> T run(Supplier<T> work) {
        Replicas known = replicas;
        if (known == null
                || READING.isBound()
                || database.isInTransaction()
                || database.isBeginning()) {
            return work.get();
        }
        boolean late = hasSeen() && CLIENT.get().takesLate() && known.mayBeLate();
        return known.read(
                known.choose(late ? CLIENT.get().seen() : ""),
                reading -> ScopedValue.where(READING, reading).call(work::get),
                work);
    }

    /// Runs work for a client.
    public <T extends @Nullable Object> T forClient(Client client, Supplier<T> work) {
        return ScopedValue.where(CLIENT, client).call(work::get);
    }

    /// Whether the client for whom is read says what it has seen: copies in memory, which may be
    /// late, are not for it, nor is what it is answered for them.
    public boolean hasSeen() {
        return !alone && CLIENT.isBound() && CLIENT.get().hasSeen();
    }

    /// A position before which is all that was committed until now, for [Client]; empty when no
    /// client needs one, or the primary doesn't tell it.
    public Optional<String> position() {
        Replicas known = replicas;
        return known == null ? Optional.empty() : known.token();
    }

    /// Whether the calling thread reads from a replica.
    static boolean isUnderWay() {
        return READING.isBound();
    }

    static Connection connect() throws SQLException {
        return READING.get().connect();
    }

    /// To be called when work on a connection is done, before its result is used.
    static void confirm(Connection connection) throws SQLException {
        if (READING.isBound()) {
            READING.get().confirm(connection);
        }
    }
}
