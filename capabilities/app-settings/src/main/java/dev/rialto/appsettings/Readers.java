package dev.rialto.appsettings;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.spi.AppSettings;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.logging.Logger;

/// The readers of all settings that apps may have, and what they have read. Safe for use by many
/// threads.
final class Readers implements AppSettings, Invalidations.Listener {
    private static final Logger LOG = Logger.getLogger(Readers.class.getName());
    private static final Invalidations.Kind CHANGED = new Invalidations.Kind("app-settings");

    private final Database database;
    private final Invalidations invalidations;
    private final SettingStore store;
    private final Settings server;
    private final List<Reader<?>> all = new CopyOnWriteArrayList<>();

    Readers(Database database, Invalidations invalidations, SettingStore store, Settings server) {
        this.database = database;
        this.invalidations = invalidations;
        this.store = store;
        this.server = server;
        invalidations.subscribe(CHANGED, this);
        invalidations.subscribe(Invalidations.Kind.APP, this);
    }

    /// A setting of an app.
    ///
    /// @param value `***` for a secret that is set
    /// @param own whether the app's owner has set it
    record Shown(String key, String value, boolean own, boolean secret) {}

    @Override
    public <T> PerApp<T> declare(Function<Settings, T> reader) {
        var declared = new Reader<>(reader);
        all.add(declared);
        return declared;
    }

    private final class Reader<T> implements PerApp<T> {
        private final Function<Settings, T> reader;
        private final Map<String, T> known = new ConcurrentHashMap<>();

        Reader(Function<Settings, T> reader) {
            this.reader = reader;
        }

        @Override
        public T of(App app) {
            T found = known.get(app.schema());
            if (found != null) {
                return found;
            }
            // What a transaction has written may be undone.
            return database.isInTransaction()
                    ? read(app)
                    : known.computeIfAbsent(app.schema(), _ -> read(app));
        }

        private T read(App app) {
            Map<String, String> own = store.read(app);
            Settings in = server.ofApp(own);
            T settings = reader.apply(in);
            if (!in.problems().isEmpty()) {
                LOG.warning(
                        "settings of app "
                                + app.id()
                                + " are not valid, so the server's hold: "
                                + String.join("; ", in.problems()));
            }
            return settings;
        }
    }

    /// Sets some settings and gives others back to the server.
    ///
    /// @throws RialtoException INVALID_VALUE when the app would have settings that are not valid;
    ///   then nothing is changed
    void change(App app, Map<String, String> values, List<String> removed) {
        database.inTransaction(() -> {
            store.lock(app);
            Map<String, String> own = new HashMap<>(store.read(app));
            own.putAll(values);
            removed.forEach(own::remove);
            Settings in = server.ofApp(own);
            readAll(in);
            requireValid(in);
            Set<String> secrets = in.secrets();
            values.forEach((key, value) -> store.put(app, key, value, secrets.contains(key)));
            store.remove(app, Set.copyOf(removed));
            invalidations.publish(app, CHANGED, "");
            database.afterCommit(() -> drop(app));
            return true;
        });
        drop(app);
    }

    private void readAll(Settings in) {
        for (Reader<?> each : all) {
            var _ = each.reader.apply(in);
        }
    }

    private static void requireValid(Settings in) {
        try {
            in.finish();
        } catch (SetupException invalid) {
            throw new RialtoException(
                    ErrorCode.INVALID_VALUE, String.valueOf(invalid.getMessage()));
        }
    }

    List<Shown> list(App app) {
        Map<String, String> own = store.read(app);
        Settings in = server.ofApp(own);
        readAll(in);
        Set<String> secrets = in.secrets();
        return in.effective().entrySet().stream()
                .map(each ->
                        new Shown(
                                each.getKey(),
                                each.getValue(),
                                own.containsKey(each.getKey()),
                                secrets.contains(each.getKey())))
                .toList();
    }

    private void drop(App app) {
        all.forEach(each -> each.known.remove(app.schema()));
    }

    @Override
    public void changed(App app, String key) {
        drop(app);
    }

    @Override
    public void everythingChanged() {
        all.forEach(each -> each.known.clear());
    }
}
