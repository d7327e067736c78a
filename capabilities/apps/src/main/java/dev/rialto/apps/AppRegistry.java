package dev.rialto.apps;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.rialto.http.AppDirectory;
import dev.rialto.http.AppKeys;
import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;
import dev.rialto.store.Migrations;
import java.util.Optional;

/// The apps that this node has to do with, in memory. The first time it meets an app it brings that
/// app's tables up to date.
public final class AppRegistry implements AppDirectory, Invalidations.Listener {
    private static final int LIMIT = 10_000;

    /// Far longer than any id that [AppStore] makes.
    private static final int MAX_ID_LENGTH = 200;

    private final AppStore store;
    private final Migrations migrations;
    private final LoadingCache<String, Optional<HashedKeys>> known;

    public AppRegistry(AppStore store, Migrations migrations) {
        this.store = store;
        this.migrations = migrations;
        this.known = Caffeine.newBuilder().maximumSize(LIMIT).build(this::load);
    }

    /// A registry that hears of changes made by any node.
    public static AppRegistry start(
            AppStore store, Migrations migrations, Invalidations invalidations) {
        var registry = new AppRegistry(store, migrations);
        invalidations.subscribe(AppStore.INVALIDATION, registry);
        return registry;
    }

    @Override
    public Optional<AppKeys> find(String appId) {
        return known(appId).map(keys -> keys);
    }

    /// The key that goes with calls to an app's webhooks, if it has one that can be read here.
    public Optional<String> webhookKey(String appId) {
        return known(appId).flatMap(HashedKeys::webhookKey).map(NewKey::value);
    }

    private Optional<HashedKeys> known(String appId) {
        if (appId.length() > MAX_ID_LENGTH || appId.indexOf('\0') >= 0) {
            return Optional.empty();
        }
        return known.get(appId);
    }

    @Override
    public void changed(App app, String key) {
        known.invalidate(app.id());
    }

    @Override
    public void everythingChanged() {
        known.invalidateAll();
    }

    private Optional<HashedKeys> load(String appId) {
        Optional<HashedKeys> found = store.find(appId);
        found.ifPresent(keys -> migrations.migrateApp(keys.app().schema()));
        return found;
    }
}
