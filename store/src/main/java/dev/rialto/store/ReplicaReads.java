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
    private static final ScopedValue<Replicas.Reading> READING = ScopedValue.newInstance();

    /// The position that the client has seen for whom is read, if it takes what is late.
    private static final ScopedValue<String> SEEN = ScopedValue.newInstance();

    private final Database database;
    private volatile @Nullable Replicas replicas;

    ReplicaReads(Database database) {
        this.database = database;
    }

    /// Sets who answers.
    public void use(Replicas others) {
        replicas = others;
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
        return known.read(
                known.choose(isLate(known) ? SEEN.get() : ""),
                reading -> ScopedValue.where(READING, reading).call(work::get),
                work);
    }

    /// Runs work for a client that takes what is late within a limit, but shows all before a
    /// [#position] that it was told; with an empty text for one that takes nothing late.
    public <T extends @Nullable Object> T takingLate(String position, Supplier<T> work) {
        return ScopedValue.where(SEEN, position).call(work::get);
    }

    /// Whether what [#run] reads now may be late.
    public boolean mayBeLate() {
        Replicas known = replicas;
        return known != null && isLate(known);
    }

    private static boolean isLate(Replicas known) {
        return known.mayBeLate() && SEEN.isBound() && !SEEN.get().isEmpty();
    }

    /// A position before which is all that was committed until now, for [#takingLate]; empty when
    /// no client needs one, or the primary doesn't tell it.
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
