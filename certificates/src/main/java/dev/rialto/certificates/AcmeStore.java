package dev.rialto.certificates;

import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What the servers on one database know of a certificate that they order together.
final class AcmeStore {
    private static final String PURPOSE = "acme ";

    private final Database database;
    private final SecretBox secrets;
    private final String name;

    /// What one of the servers has got.
    ///
    /// @param chain in PEM form, the server's own first
    /// @param key in PEM form
    record Issued(String chain, String key) {
        private static final String SEPARATOR = "\u0000";

        /// Does not show the key.
        @Override
        public String toString() {
            return "an issued certificate";
        }
    }

    /// @param name of the certificate
    AcmeStore(Database database, SecretBox secrets, String name) {
        this.database = database;
        this.secrets = secrets;
        this.name = name;
    }

    /// The key of the servers' account with the authority, made once.
    ///
    /// @throws UnusableCertificate when it was sealed with another secret key
    KeyPair account() {
        database.update(
                Sql.of(
                        "insert into rialto.acme_certificate (name, sealed_account) values (?, ?)"
                                + " on conflict do nothing",
                        name,
                        secrets.seal(KeyPairs.text(KeyPairs.generate()), purpose("account"))));
        return database.queryFirst(
                        Sql.of(
                                "select sealed_account from rialto.acme_certificate where name = ?",
                                name),
                        row -> open(row.getBytes(1), "account"))
                .map(KeyPairs::read)
                .orElseThrow();
    }

    /// The newest certificate.
    ///
    /// @throws UnusableCertificate when it was sealed with another secret key
    Optional<Issued> newest() {
        return database.queryFirst(
                        Sql.of(
                                "select sealed_certificate from rialto.acme_certificate"
                                        + " where name = ? and sealed_certificate is not null",
                                name),
                        row -> open(row.getBytes(1), "certificate"))
                .map(text -> {
                    int end = text.indexOf(Issued.SEPARATOR);
                    return new Issued(text.substring(0, end), text.substring(end + 1));
                });
    }

    /// Takes the right to order, for one of the servers. It is paid for in advance: however the
    /// order ends, be it with the server's death, the next one comes after the pause.
    ///
    /// @return how many orders in a row have failed if this one does; empty when it is not time
    Optional<Integer> begin(AcmePauses pauses) {
        return database.inTransaction(() -> {
            Optional<Integer> failures =
                    database.queryFirst(
                            Sql.of(
                                    "update rialto.acme_certificate set failures = failures + 1"
                                            + " where name = ? and next_order_at <= now()"
                                            + " returning failures",
                                    name),
                            row -> row.getInt(1));
            failures.ifPresent(count -> postpone(pauses.after(count)));
            return failures;
        });
    }

    /// Orders nothing before this long.
    ///
    /// @return until when
    Instant postpone(Duration pause) {
        return database.queryFirst(
                        Sql.of(
                                "update rialto.acme_certificate set next_order_at ="
                                        + " greatest(next_order_at, now() + make_interval(secs => ?))"
                                        + " where name = ? returning next_order_at",
                                (double) pause.toSeconds(),
                                name),
                        row -> row.getTimestamp(1).toInstant())
                .orElseThrow();
    }

    /// Stores a certificate for all servers.
    void finish(Issued issued, Duration pause) {
        database.update(
                Sql.of(
                        "update rialto.acme_certificate set sealed_certificate = ?, failures = 0,"
                                + " next_order_at = now() + make_interval(secs => ?) where name = ?",
                        secrets.seal(
                                issued.chain() + Issued.SEPARATOR + issued.key(),
                                purpose("certificate")),
                        (double) pause.toSeconds(),
                        name));
    }

    /// Lets all servers answer a challenge.
    void expect(String token, String answer, Duration time) {
        database.update(Sql.of("delete from rialto.acme_challenge where expires_at < now()"));
        database.update(
                Sql.of(
                        "insert into rialto.acme_challenge (token, answer, expires_at) values (?, ?,"
                                + " now() + make_interval(secs => ?)) on conflict (token) do update set"
                                + " answer = excluded.answer, expires_at = excluded.expires_at",
                        token,
                        answer,
                        (double) time.toSeconds()));
    }

    Optional<String> answer(String token) {
        return database.queryFirst(
                Sql.of(
                        "select answer from rialto.acme_challenge where token = ? and expires_at >"
                                + " now()",
                        token),
                row -> row.getString(1));
    }

    private String open(byte[] sealed, String what) {
        return secrets.open(sealed, purpose(what))
                .orElseThrow(() ->
                        new UnusableCertificate(
                                "the "
                                        + what
                                        + " in the database was stored with another"
                                        + " server.secret-key"));
    }

    private String purpose(String what) {
        return PURPOSE + what + " " + name;
    }
}
