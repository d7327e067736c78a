package dev.rialto.appsettings;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.store.Database;
import dev.rialto.store.Sql;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;

/// The settings of an app in its schema, secrets sealed.
final class SettingStore {
    private static final Logger LOG = Logger.getLogger(SettingStore.class.getName());

    private final Database database;
    private final SecretBox secrets;

    SettingStore(Database database, SecretBox secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    /// What the owner has set, by key. A secret that was sealed with a key that this server does
    /// not have is left out.
    Map<String, String> read(App app) {
        Map<String, String> all = new HashMap<>();
        database.query(
                        Sql.of("SELECT key, value, sealed FROM ").add(table(app)),
                        row ->
                                new Row(
                                        row.getString(1),
                                        Optional.ofNullable(row.getString(2)),
                                        Optional.ofNullable(row.getBytes(3))))
                .forEach(row ->
                        row.value()
                                .or(() -> opened(app, row))
                                .ifPresent(value -> all.put(row.key(), value)));
        return all;
    }

    private record Row(String key, Optional<String> value, Optional<byte[]> sealed) {}

    private Optional<String> opened(App app, Row row) {
        Optional<String> value =
                row.sealed().flatMap(sealed -> secrets.open(sealed, purpose(app, row.key())));
        if (value.isEmpty()) {
            LOG.warning(
                    "this server can't read the setting "
                            + row.key()
                            + " of app "
                            + app.id()
                            + ": give it the server.secret-key of the server that stored it, or"
                            + " set it again");
        }
        return value;
    }

    /// Keeps others from changing settings until the transaction ends.
    void lock(App app) {
        database.update(Sql.of("LOCK TABLE ").add(table(app)).add(" IN SHARE ROW EXCLUSIVE MODE"));
    }

    void put(App app, String key, String value, boolean isSecret) {
        database.update(
                Sql.of("INSERT INTO ")
                        .add(table(app))
                        .add(
                                " VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value ="
                                        + " excluded.value, sealed = excluded.sealed",
                                key,
                                isSecret ? null : value,
                                isSecret ? secrets.seal(value, purpose(app, key)) : null));
    }

    void remove(App app, Set<String> keys) {
        database.update(
                Sql.of("DELETE FROM ")
                        .add(table(app))
                        .add(" WHERE key = ANY(?)", (Object) keys.toArray(String[]::new)));
    }

    private static String purpose(App app, String key) {
        return "setting " + key + " of " + app.schema();
    }

    private static Sql table(App app) {
        return Sql.empty().addName(app.schema()).add("._setting");
    }
}
