package dev.rialto.accounts;

import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Sha256;
import dev.rialto.store.Database;
import dev.rialto.store.Database.RowReader;
import dev.rialto.store.Sql;
import dev.rialto.where.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The tokens of links in mail, of which the database has the hashes. A token is random, so that
/// looking up its hash in an index tells a guesser nothing.
final class LinkTokens {
    private static final int BYTES = 32;
    private static final int MAX_LENGTH = 200;
    private static final Duration LIMIT_WINDOW = Duration.ofHours(1);

    /// For how long links that have expired are known, so that their owners are told so.
    private static final Duration REMEMBERED = Duration.ofDays(7);

    private static final String COLUMNS =
            "encode(hash, 'hex'), \"userId\", address, language, \"createdAt\", \"expiresAt\","
                    + " \"usedAt\" IS NOT NULL";

    private static final RowReader<Link> READER =
            row ->
                    new Link(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getTimestamp(5).toInstant(),
                            row.getTimestamp(6).toInstant(),
                            row.getBoolean(7));

    private final Database database;
    private final InstantSource clock;
    private final Ids ids = new Ids();

    LinkTokens(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// What a link is for.
    enum Purpose {
        VERIFY,
        RESET,
        CHANGE,
        UNDO;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A link that was sent.
    ///
    /// @param key its hash in hexadecimal
    /// @param address where it was sent, or, when it undoes a change, what it changes back to
    /// @param used whether it no longer works although it has not expired
    record Link(
            String key,
            String userId,
            String address,
            String language,
            Instant createdAt,
            Instant expiresAt,
            boolean used) {}

    /// Whom a link is for.
    record Recipient(String userId, String address, String language) {}

    /// Whether another link may be sent: locks user and address until the end of the transaction,
    /// so that requests at the same time can't exceed the limit together.
    boolean mayIssue(App app, Recipient to, int perHour) {
        lock(app, "user " + to.userId());
        lock(app, "address " + to.address().toLowerCase(Locale.ROOT));
        return database.queryFirst(
                        Sql.of(
                                "SELECT count(*) FILTER (WHERE \"userId\" = ?) < ?"
                                        + " AND count(*) FILTER (WHERE lower(address) = lower(?)) < ?"
                                        + " FROM "
                                        + table(app)
                                        + " WHERE (\"userId\" = ? OR lower(address) = lower(?))"
                                        + " AND \"createdAt\" > ?",
                                to.userId(),
                                perHour,
                                to.address(),
                                perHour,
                                to.userId(),
                                to.address(),
                                clock.instant().minus(LIMIT_WINDOW)),
                        row -> row.getBoolean(1))
                .orElse(false);
    }

    private void lock(App app, String what) {
        database.queryFirst(
                Sql.of(
                        "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                        app.schema() + " mail " + what),
                _ -> true);
    }

    /// Makes a token. Those before it stop working unless they are to be kept.
    String issue(App app, Purpose purpose, Recipient to, Duration validity, boolean keepsOthers) {
        if (!keepsOthers) {
            revoke(app, to.userId(), List.of(purpose), Instant.EPOCH);
        }
        String token = ids.hex(BYTES);
        Instant now = clock.instant();
        database.update(
                Sql.of(
                        "INSERT INTO "
                                + table(app)
                                + " (hash, purpose, \"userId\", address, language, \"createdAt\","
                                + " \"expiresAt\") VALUES (decode(?, 'hex'), ?, ?, ?, ?, ?, ?)",
                        hash(token),
                        purpose.text(),
                        to.userId(),
                        to.address(),
                        to.language(),
                        now,
                        now.plus(validity)));
        return token;
    }

    /// What is known of a token, whether or not it still works.
    Optional<Link> find(App app, Purpose purpose, String token) {
        if (token.isEmpty() || token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return database.queryFirst(
                Sql.of(
                        "SELECT "
                                + COLUMNS
                                + " FROM "
                                + table(app)
                                + " WHERE hash = decode(?, 'hex') AND purpose = ?",
                        hash(token),
                        purpose.text()),
                READER);
    }

    /// A token that still works.
    Optional<Link> valid(App app, Purpose purpose, String token) {
        return find(app, purpose, token).filter(link -> !link.used() && !isExpired(link));
    }

    boolean isExpired(Link link) {
        return !link.expiresAt().isAfter(clock.instant());
    }

    /// Uses a token. Of any number of attempts one succeeds.
    Optional<Link> take(App app, Purpose purpose, String token) {
        if (token.isEmpty() || token.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        String key = hash(token);
        return database.updateRow(
                Sql.of(
                        "UPDATE "
                                + table(app)
                                + " SET \"usedAt\" = ? WHERE hash = decode(?, 'hex')"
                                + " AND purpose = ? AND \"usedAt\" IS NULL AND \"expiresAt\" > ?"
                                + " RETURNING "
                                + COLUMNS,
                        now,
                        key,
                        purpose.text(),
                        now),
                key,
                READER);
    }

    /// Lets a token be used again, because what it was used for was refused.
    void giveBack(App app, Link link) {
        database.update(
                Sql.of(
                        "UPDATE "
                                + table(app)
                                + " SET \"usedAt\" = NULL WHERE hash = decode(?, 'hex')",
                        link.key()));
    }

    /// Lets the tokens of a user stop working.
    ///
    /// @param since those made before this time stay
    void revoke(App app, String userId, List<Purpose> purposes, Instant since) {
        database.update(
                Sql.of(
                        "UPDATE "
                                + table(app)
                                + " SET \"usedAt\" = ? WHERE \"userId\" = ? AND \"createdAt\" >= ?"
                                + " AND \"usedAt\" IS NULL AND purpose = ANY(string_to_array(?, ','))",
                        clock.instant(),
                        userId,
                        since,
                        String.join(",", purposes.stream().map(Purpose::text).toList())));
    }

    /// Whether an address may still be given back to another user, who had it before.
    boolean isReserved(App app, String address, String userId) {
        return database.queryFirst(
                        Sql.of(
                                "SELECT 1 FROM "
                                        + table(app)
                                        + " WHERE purpose = 'undo' AND lower(address) = lower(?)"
                                        + " AND \"userId\" <> ? AND \"usedAt\" IS NULL"
                                        + " AND \"expiresAt\" > ?",
                                address,
                                userId,
                                clock.instant()),
                        _ -> true)
                .orElse(false);
    }

    /// The language of the user's latest link.
    Optional<String> language(App app, String userId) {
        return database.queryFirst(
                Sql.of(
                        "SELECT language FROM "
                                + table(app)
                                + " WHERE \"userId\" = ? ORDER BY \"createdAt\" DESC LIMIT 1",
                        userId),
                row -> row.getString(1));
    }

    /// The id of the user who has an address, whatever its case.
    Optional<String> owner(App app, String address) {
        return database.queryFirst(
                Sql.of(
                        "SELECT \"objectId\" FROM "
                                + Table.of(app, UserRules.CLASS)
                                + " WHERE lower(email) = lower(?)",
                        address),
                row -> row.getString(1));
    }

    /// Deletes what has expired and counts for no limit.
    int removeExpired(App app) {
        return database.update(
                Sql.of(
                        "DELETE FROM " + table(app) + " WHERE \"expiresAt\" < ?",
                        clock.instant().minus(REMEMBERED)));
    }

    private static String hash(String token) {
        return HexFormat.of().formatHex(Sha256.of(token));
    }

    private static String table(App app) {
        return Sql.name(app.schema()) + ".\"_link_token\"";
    }
}
