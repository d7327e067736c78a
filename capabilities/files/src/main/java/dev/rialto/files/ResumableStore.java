package dev.rialto.files;

import static dev.rialto.files.AppSql.in;

import dev.rialto.files.ResumableUpload.Kind;
import dev.rialto.files.ResumableUpload.Life;
import dev.rialto.files.ResumableUpload.SavedFile;
import dev.rialto.files.ResumableUpload.State;
import dev.rialto.files.ResumableUpload.Told;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// The resumable uploads of all apps.
///
/// A request that writes to an upload takes a lease of it first, and whatever it then changes it
/// changes only as long as nobody has taken another one. A lease is renewed while its holder makes
/// progress, so that the upload of a client that is gone is free soon, on every node.
final class ResumableStore {
    /// How long a lease lasts that is not renewed.
    static final Duration LEASE = Duration.ofSeconds(5);

    private static final String COLUMNS =
            "id_hash, kind, state, owner, length, received, metadata, concat, file_name, file_url,"
                    + " expires_at, expires_at < now() AS expired,"
                    + " coalesce(leased_until > now(), false) AS leased, lease";

    private final Database database;
    private final ResumableSettings settings;

    ResumableStore(Database database, ResumableSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /// An upload that is about to begin.
    ///
    /// @param length in bytes; empty if it is told later
    record New(String key, Kind kind, String owner, OptionalLong length, Told told) {}

    /// An upload that only one request writes to.
    record Leased(App app, ResumableUpload upload, long lease) {
        String key() {
            return upload.key();
        }
    }

    /// Runs work in a transaction in which nobody else changes what counts towards the limits.
    <T> T exclusively(App app, Supplier<T> work) {
        return database.inTransaction(() -> {
            database.query(
                    Sql.of(
                            "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(?, 0))",
                            app.schema() + "._file_upload"),
                    row -> row.getInt(1));
            return work.get();
        });
    }

    /// Begins an upload.
    ///
    /// @throws RialtoException EXCEEDED_QUOTA if there are too many, or they are too large
    ResumableUpload add(App app, New upload) {
        return exclusively(
                app,
                () -> {
                    long bytes = upload.length().orElse(0);
                    requireRoom(app, upload.owner(), 1, bytes);
                    return insert(app, upload, 0);
                });
    }

    /// Begins an upload of which some is there, beyond the limits.
    ResumableUpload insert(App app, New upload, long received) {
        Long length = upload.length().isPresent() ? upload.length().getAsLong() : null;
        return database.queryFirst(
                        in(app, "INSERT INTO ")
                                .add(
                                        "._file_upload (id_hash, kind, owner, length, received,"
                                                + " reserved, metadata, concat, expires_at)"
                                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
                                                + " now() + ?::interval) RETURNING "
                                                + COLUMNS,
                                        upload.key(),
                                        wire(upload.kind()),
                                        upload.owner(),
                                        length,
                                        received,
                                        upload.length().orElse(0),
                                        upload.told().metadata(),
                                        upload.told().concat(),
                                        seconds(settings.expiry())),
                        ResumableStore::upload)
                .orElseThrow();
    }

    /// Lets an upload count for more towards the limits.
    ///
    /// @throws RialtoException EXCEEDED_QUOTA
    void reserve(Leased leased, long bytes) {
        App app = leased.app();
        var _ =
                exclusively(
                        app,
                        () -> {
                            long before =
                                    database.queryFirst(
                                                    in(app, "SELECT reserved FROM ")
                                                            .add(
                                                                    "._file_upload WHERE id_hash = ?",
                                                                    leased.key()),
                                                    row -> row.getLong(1))
                                            .orElse(0L);
                            requireRoom(app, leased.upload().owner(), 0, bytes - before);
                            return database.update(
                                    in(app, "UPDATE ")
                                            .add(
                                                    "._file_upload SET reserved = greatest(reserved, ?)"
                                                            + " WHERE id_hash = ? AND lease = ?"
                                                            + " AND state = 'open'",
                                                    bytes,
                                                    leased.key(),
                                                    leased.lease()));
                        });
    }

    private void requireRoom(App app, String owner, int uploads, long bytes) {
        record Open(ResumableSettings.Share ofOwner, ResumableSettings.Share ofApp) {}
        Open open =
                database.queryFirst(
                                in(
                                                app,
                                                "SELECT count(*) FILTER (WHERE owner = o.name),"
                                                        + " coalesce(sum(reserved)"
                                                        + " FILTER (WHERE owner = o.name), 0),"
                                                        + " count(*), coalesce(sum(reserved), 0)"
                                                        + " FROM ")
                                        .add(
                                                "._file_upload, (VALUES (?)) o (name)"
                                                        + " WHERE state = 'open'",
                                                owner),
                                row ->
                                        new Open(
                                                new ResumableSettings.Share(
                                                        row.getInt(1), row.getLong(2)),
                                                new ResumableSettings.Share(
                                                        row.getInt(3), row.getLong(4))))
                        .orElseThrow();
        if (!ResumableUpload.isMasters(owner)) {
            require("you have", open.ofOwner(), settings.perClient(), uploads, bytes);
        }
        require("this app has", open.ofApp(), settings.perApp(), uploads, bytes);
    }

    private static void require(
            String who,
            ResumableSettings.Share open,
            ResumableSettings.Share limit,
            int uploads,
            long bytes) {
        if (open.uploads() + uploads > limit.uploads()) {
            throw new RialtoException(
                    ErrorCode.EXCEEDED_QUOTA,
                    "%s %d uploads that are not complete, and may have %d"
                            .formatted(who, open.uploads(), limit.uploads()));
        }
        if (open.bytes() + bytes > limit.bytes()) {
            throw new RialtoException(
                    ErrorCode.EXCEEDED_QUOTA,
                    "%s uploads of %d bytes that are not complete, and may have %d"
                            .formatted(who, open.bytes(), limit.bytes()));
        }
    }

    Optional<ResumableUpload> find(App app, String key) {
        return database.queryFirst(
                in(app, "SELECT " + COLUMNS + " FROM ").add("._file_upload WHERE id_hash = ?", key),
                ResumableStore::upload);
    }

    /// The same, which stays as it is until the end of the transaction.
    Optional<ResumableUpload> hold(App app, String key) {
        return database.queryFirst(
                in(app, "SELECT " + COLUMNS + " FROM ")
                        .add("._file_upload WHERE id_hash = ? FOR UPDATE", key),
                ResumableStore::upload);
    }

    /// Takes a lease, unless another request has one.
    Optional<Leased> lease(App app, String key) {
        return database.queryFirst(
                in(app, "UPDATE ")
                        .add(
                                "._file_upload SET lease = lease + 1,"
                                        + " leased_until = now() + ?::interval WHERE id_hash = ?"
                                        + " AND state = 'open' AND expires_at > now()"
                                        + " AND (leased_until IS NULL OR leased_until < now())"
                                        + " RETURNING "
                                        + COLUMNS,
                                seconds(LEASE),
                                key),
                row -> new Leased(app, upload(row), row.getLong("lease")));
    }

    /// @throws RialtoException UPLOAD_LOCKED if the lease is lost
    void renew(Leased leased) {
        change(leased, Sql.of("leased_until = now() + ?::interval", seconds(LEASE)), "");
    }

    /// Gives a lease back, if it is not lost.
    void release(Leased leased) {
        database.update(
                in(leased.app(), "UPDATE ")
                        .add(
                                "._file_upload SET leased_until = NULL"
                                        + " WHERE id_hash = ? AND lease = ?",
                                leased.key(),
                                leased.lease()));
    }

    /// Sets the length of an upload that had none.
    ///
    /// @throws RialtoException UPLOAD_LOCKED if the lease is lost
    void setLength(Leased leased, long length) {
        change(leased, Sql.of("length = ?", length), " AND length IS NULL");
    }

    /// Takes note of what has arrived.
    ///
    /// @throws RialtoException UPLOAD_LOCKED if the lease is lost
    void advance(Leased leased, long from, long to) {
        change(
                leased,
                Sql.of(
                        "received = ?, touched_at = now(), expires_at = now() + ?::interval,"
                                + " leased_until = now() + ?::interval",
                        to,
                        seconds(settings.expiry()),
                        seconds(LEASE)),
                " AND received = " + from);
    }

    /// Takes note of the file that an upload became.
    ///
    /// @throws RialtoException UPLOAD_LOCKED if the lease is lost
    void save(Leased leased, SavedFile file) {
        change(
                leased,
                Sql.of(
                        "state = 'saved', reserved = 0, file_name = ?, file_url = ?,"
                                + " touched_at = now(), leased_until = NULL,"
                                + " expires_at = now() + ?::interval",
                        file.name(),
                        file.url().orElse(null),
                        seconds(settings.expiry())),
                "");
    }

    private void change(Leased leased, Sql changes, String condition) {
        int changed =
                database.update(
                        in(leased.app(), "UPDATE ")
                                .add("._file_upload SET ")
                                .add(changes)
                                .add(
                                        " WHERE id_hash = ? AND lease = ? AND state = 'open'"
                                                + condition,
                                        leased.key(),
                                        leased.lease()));
        if (changed == 0) {
            throw locked();
        }
    }

    static RialtoException locked() {
        return new RialtoException(
                ErrorCode.UPLOAD_LOCKED,
                "another request writes to this upload: try again shortly");
    }

    /// Ends an upload that can't become a file.
    ///
    /// @return whether the lease was not lost, and the upload has not become a file
    boolean refuse(Leased leased) {
        return database.update(
                        in(leased.app(), "UPDATE ")
                                .add(
                                        "._file_upload SET state = 'gone', reserved = 0,"
                                                + " leased_until = NULL, touched_at = now()"
                                                + " WHERE id_hash = ? AND lease = ?"
                                                + " AND state = 'open'",
                                        leased.key(),
                                        leased.lease()))
                > 0;
    }

    /// Makes an upload a part of another one.
    void join(App app, String key) {
        database.update(
                in(app, "UPDATE ")
                        .add(
                                "._file_upload SET state = 'joined', reserved = 0,"
                                        + " lease = lease + 1, leased_until = NULL"
                                        + " WHERE id_hash = ?",
                                key));
    }

    /// Ends an upload; whoever writes to it has lost the lease.
    void terminate(App app, String key) {
        database.update(
                in(app, "UPDATE ")
                        .add(
                                "._file_upload SET state = 'gone', reserved = 0, lease = lease + 1,"
                                        + " leased_until = NULL, touched_at = now()"
                                        + " WHERE id_hash = ?",
                                key));
    }

    /// Ends the uploads whose time is over.
    void expire(App app) {
        database.update(
                in(app, "UPDATE ")
                        .add(
                                "._file_upload SET state = 'gone', reserved = 0, lease = lease + 1,"
                                        + " leased_until = NULL WHERE state = 'open'"
                                        + " AND expires_at < now()"));
    }

    /// Forgets uploads that ended long ago, and of which nothing is left.
    void forget(App app) {
        database.update(
                in(app, "DELETE FROM ")
                        .add(
                                "._file_upload u WHERE state <> 'open'"
                                        + " AND expires_at < now() - ?::interval AND NOT EXISTS"
                                        + " (SELECT FROM ",
                                seconds(settings.expiry()))
                        .addName(app.schema())
                        .add("._file_upload_piece p WHERE p.upload = u.id_hash)"));
    }

    private static ResumableUpload upload(ResultSet row) throws SQLException {
        long length = row.getLong("length");
        OptionalLong known = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(length);
        Optional<String> url = Optional.ofNullable(row.getString("file_url"));
        return new ResumableUpload(
                row.getString("id_hash"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("owner"),
                known,
                row.getLong("received"),
                new Told(row.getString("metadata"), row.getString("concat")),
                new Life(
                        row.getTimestamp("expires_at").toInstant(),
                        row.getBoolean("expired"),
                        row.getBoolean("leased")),
                Optional.ofNullable(row.getString("file_name"))
                        .map(name -> new SavedFile(name, url)));
    }

    private static String wire(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }
}
