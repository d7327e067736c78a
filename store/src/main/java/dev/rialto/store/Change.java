package dev.rialto.store;

import java.time.Instant;
import java.util.Optional;

/// A committed change of one row that is logged: an object, a pair of a relation, or the schema of
/// a class.
///
/// @param position the position in the log just after it
/// @param at when it was written, shortly before it was committed
/// @param schema the PostgreSQL schema of the app
/// @param table the table's name: that of the class, as [Names#fit] made it
/// @param key the object's id; of a relation's pair the owner's; of a schema the class's name
/// @param before the row as it was, as PostgreSQL's `to_jsonb` writes it; empty for a new one
/// @param after the row as it is; empty if it was deleted
/// @param requestId of the request that made the change, if the client gave it one
public record Change(
        LogPosition position,
        Instant at,
        String schema,
        String table,
        String key,
        Optional<String> before,
        Optional<String> after,
        Optional<String> requestId) {}
