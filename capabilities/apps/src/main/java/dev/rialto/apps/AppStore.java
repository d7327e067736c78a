package dev.rialto.apps;

import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.SetupException;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Migrations;
import dev.rialto.store.Sql;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The apps in the database. A change is heard by the [AppRegistry] of each node.
public final class AppStore {
    /// The kind of invalidation that a changed app makes; the key is empty.
    public static final Invalidations.Kind INVALIDATION = Invalidations.Kind.APP;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9_]{1,40}");
    private static final int KEY_BYTES = 30;

    private final Database database;
    private final Migrations migrations;
    private final AppChanges changes;
    private final SecretBox secrets;
    private final SecureRandom random = new SecureRandom();

    /// Says to all nodes that an app has changed.
    public interface AppChanges {
        void changed(App app);
    }

    /// @param secrets seals the keys that are sent to others
    public AppStore(
            Database database, Migrations migrations, AppChanges changes, SecretBox secrets) {
        this.secrets = secrets;
        this.database = database;
        this.migrations = migrations;
        this.changes = changes;
    }

    /// Makes an app with the given keys, its schema and tables. A master key is generated when none
    /// is given.
    ///
    /// @param generated kinds to make a key of
    /// @return all keys of the app in plain text
    public List<NewKey> create(String id, List<NewKey> given, Set<AppKeyKind> generated) {
        requireId(id);
        requireUnreserved(id);
        given.forEach(AppStore::requireKey);
        if (find(id).isPresent()) {
            throw new SetupException("the app " + id + " already exists");
        }
        List<NewKey> keys = new ArrayList<>(given);
        generated.forEach(kind -> keys.add(generate(kind)));
        if (keys.stream().noneMatch(key -> key.kind() == AppKeyKind.MASTER)) {
            keys.addFirst(generate(AppKeyKind.MASTER));
        }
        var app = new App(id, schemaFor(id));
        migrations.migrateApp(app.schema());
        database.inTransaction(() -> {
            database.update(
                    Sql.of(
                            "insert into rialto.app (id, schema_name) values (?, ?)",
                            id,
                            app.schema()));
            keys.forEach(key -> insert(id, key));
            changes.changed(app);
            return true;
        });
        return keys;
    }

    /// Makes sure that an app exists whose keys of the given kinds are exactly the given ones.
    public void ensure(String id, List<NewKey> given) {
        Optional<HashedKeys> found = find(id);
        if (found.isEmpty()) {
            create(id, given, Set.of());
            return;
        }
        App app = found.get().app();
        Map<AppKeyKind, Set<KeyHash>> wanted = new EnumMap<>(AppKeyKind.class);
        for (NewKey key : given) {
            requireKey(key);
            wanted.computeIfAbsent(key.kind(), _ -> new HashSet<>()).add(KeyHash.of(key.value()));
        }
        boolean unreadable = webhookKeys(id).stream().anyMatch(Optional::isEmpty);
        wanted.entrySet()
                .removeIf(each ->
                        !(unreadable && each.getKey() == AppKeyKind.WEBHOOK)
                                && each.getValue()
                                        .equals(
                                                Set.copyOf(
                                                        found.get()
                                                                .hashes()
                                                                .getOrDefault(
                                                                        each.getKey(),
                                                                        List.of()))));
        if (wanted.isEmpty()) {
            return;
        }
        database.inTransaction(() -> {
            wanted.keySet().forEach(kind -> deleteKeys(id, kind));
            given.stream()
                    .filter(key -> wanted.containsKey(key.kind()))
                    .forEach(key -> insert(id, key));
            changes.changed(app);
            return true;
        });
    }

    /// How many apps there are.
    public int count() {
        return database.queryFirst(Sql.of("select count(*) from rialto.app"), row -> row.getInt(1))
                .orElse(0);
    }

    /// All apps, by id.
    public List<App> list() {
        return database.query(
                Sql.of("select id, schema_name from rialto.app order by id"),
                row -> new App(row.getString(1), row.getString(2)));
    }

    /// Every key of an app, by kind and age.
    public List<StoredKey> keys(String id) {
        requireApp(id);
        return database.query(
                Sql.of(
                        "select kind, hash, created_at from rialto.app_key where app_id = ?"
                                + " order by kind, created_at",
                        id),
                row ->
                        new StoredKey(
                                AppKeyKind.valueOf(row.getString(1)),
                                new KeyHash(row.getBytes(2)).label(),
                                row.getTimestamp(3).toInstant()));
    }

    /// Gives an app one more key.
    public void addKey(String id, NewKey key) {
        requireKey(key);
        App app = requireApp(id);
        database.inTransaction(() -> {
            insert(id, key);
            changes.changed(app);
            return true;
        });
    }

    /// Takes away keys of a kind.
    ///
    /// @param label which one, as [StoredKey#label] says; empty means all of the kind
    /// @return how many there were
    public int removeKeys(String id, AppKeyKind kind, String label) {
        App app = requireApp(id);
        List<StoredKey> all = keys(id);
        List<StoredKey> doomed =
                all.stream()
                        .filter(key -> key.kind() == kind)
                        .filter(key -> label.isEmpty() || key.label().equals(label))
                        .toList();
        boolean masterLeft =
                all.stream()
                        .anyMatch(key -> key.kind() == AppKeyKind.MASTER && !doomed.contains(key));
        if (!masterLeft) {
            throw new SetupException(
                    "an app must keep a master key: add the new one before removing the old");
        }
        return database.inTransaction(() -> {
            for (StoredKey key : doomed) {
                database.update(
                        Sql.of(
                                "delete from rialto.app_key where app_id = ? and kind = ?"
                                        + " and encode(hash, 'hex') like ?",
                                id,
                                kind.name(),
                                key.label() + "%"));
            }
            changes.changed(app);
            return doomed.size();
        });
    }

    /// Replaces all keys of a kind by one new one.
    public void replaceKeys(String id, NewKey key) {
        requireKey(key);
        App app = requireApp(id);
        database.inTransaction(() -> {
            deleteKeys(id, key.kind());
            insert(id, key);
            changes.changed(app);
            return true;
        });
    }

    /// Deletes an app with all its data.
    public void delete(String id) {
        App app = requireApp(id);
        database.inTransaction(() -> {
            database.update(Sql.of("delete from rialto.app where id = ?", id));
            migrations.dropApp(app.schema());
            changes.changed(app);
            return true;
        });
    }

    /// A key that can't be guessed: 40 letters, digits, `-` and `_`.
    public NewKey generate(AppKeyKind kind) {
        var bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return new NewKey(kind, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    Optional<HashedKeys> find(String id) {
        Optional<App> app =
                database.queryFirst(
                        Sql.of("select id, schema_name from rialto.app where id = ?", id),
                        row -> new App(row.getString(1), row.getString(2)));
        return app.map(found ->
                new HashedKeys(
                        found,
                        hashes(id),
                        webhookKeys(id).stream().flatMap(Optional::stream).findFirst()));
    }

    /// The apps with webhook keys that can't be read here: they were sealed with another secret
    /// key, or made when keys were not sealed.
    public List<String> appsWithUnreadableKeys() {
        return list().stream()
                .map(App::id)
                .filter(id -> webhookKeys(id).stream().anyMatch(Optional::isEmpty))
                .toList();
    }

    /// The webhook keys of an app, the newest first; empty in place of one that can't be read.
    private List<Optional<NewKey>> webhookKeys(String id) {
        return database.query(
                Sql.of(
                        "select sealed from rialto.app_key where app_id = ? and kind = ?"
                                + " order by created_at desc, hash",
                        id,
                        AppKeyKind.WEBHOOK.name()),
                row ->
                        Optional.ofNullable(row.getBytes(1))
                                .flatMap(sealed -> secrets.open(sealed, purpose(id)))
                                .map(key -> new NewKey(AppKeyKind.WEBHOOK, key)));
    }

    private static String purpose(String id) {
        return "webhook key of " + id;
    }

    private Map<AppKeyKind, List<KeyHash>> hashes(String id) {
        Map<AppKeyKind, List<KeyHash>> hashes = new EnumMap<>(AppKeyKind.class);
        database.query(
                Sql.of(
                        "select kind, hash from rialto.app_key where app_id = ?"
                                + " order by created_at, hash",
                        id),
                row ->
                        hashes.computeIfAbsent(
                                        AppKeyKind.valueOf(row.getString(1)),
                                        _ -> new ArrayList<>())
                                .add(new KeyHash(row.getBytes(2))));
        return hashes;
    }

    private App requireApp(String id) {
        return find(id).map(HashedKeys::app)
                .orElseThrow(() ->
                        new SetupException("there is no app " + id + "; see `rialto app list`"));
    }

    private void insert(String id, NewKey key) {
        Sql insert =
                Sql.of(
                        "insert into rialto.app_key (app_id, kind, hash) values (?, ?, ?)"
                                + " on conflict do nothing",
                        id,
                        key.kind().name(),
                        KeyHash.of(key.value()).bytes());
        if (key.kind() == AppKeyKind.WEBHOOK) {
            insert =
                    Sql.of(
                            "insert into rialto.app_key (app_id, kind, hash, sealed)"
                                    + " values (?, ?, ?, ?) on conflict (app_id, kind, hash)"
                                    + " do update set sealed = excluded.sealed",
                            id,
                            key.kind().name(),
                            KeyHash.of(key.value()).bytes(),
                            secrets.seal(key.value(), purpose(id)));
        }
        database.update(insert);
    }

    private void deleteKeys(String id, AppKeyKind kind) {
        database.update(
                Sql.of(
                        "delete from rialto.app_key where app_id = ? and kind = ?",
                        id,
                        kind.name()));
    }

    private static void requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new SetupException(
                    "an app id must be 1 to 64 letters, digits, dots, dashes and underscores and"
                            + " begin with a letter or digit, not \""
                            + id
                            + "\"");
        }
    }

    /// Files of an app of this name would be at the addresses of resumable uploads.
    private static void requireUnreserved(String id) {
        if (id.equals("uploads")) {
            throw new SetupException("an app can't have the id \"uploads\": it is reserved");
        }
    }

    private static void requireKey(NewKey key) {
        if (key.value().isBlank() || key.value().chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new SetupException(
                    "a "
                            + key.kind().label()
                            + " key must not be empty, and must consist of ASCII characters"
                            + " other than spaces");
        }
    }

    private static String schemaFor(String id) {
        if (PLAIN.matcher(id).matches()) {
            return "app_" + id;
        }
        String readable = id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return "app_"
                + readable.substring(0, Math.min(readable.length(), 40))
                + "_"
                + KeyHash.of(id).label();
    }
}
