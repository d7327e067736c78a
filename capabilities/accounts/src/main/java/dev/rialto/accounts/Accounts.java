package dev.rialto.accounts;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.TokenSource;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Ids;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Objects;
import dev.rialto.spi.Triggers;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/// Assembles accounts: rules for objects, an authenticator for requests, operations.
///
/// Objects need the rules, and the rules need objects, so objects are passed as a supplier, which
/// is not called before the first request.
public final class Accounts {
    private final AccountStore store;
    private final SessionCache cache;
    private final Identities identities;
    private final Sessions sessions;
    private final StoredUsers users;
    private final SignIn signIn;
    private final Supplier<Objects> objects;
    private final SessionAuthenticator authenticator;
    private final UserRules userRules;
    private final LogInTriggers triggers;

    public Accounts(
            Database database,
            Invalidations invalidations,
            Supplier<Objects> objects,
            AccountsSettings settings,
            Clock clock) {
        this(
                database,
                new SessionCache(database, invalidations, settings),
                objects,
                new Argon2Hasher(settings),
                providers(settings),
                settings,
                clock);
    }

    Accounts(
            Database database,
            SessionCache cache,
            Supplier<Objects> objects,
            PasswordHasher hasher,
            Map<String, AuthProvider> providers,
            AccountsSettings settings,
            Clock clock) {
        this.objects = objects;
        this.cache = cache;
        this.store = new AccountStore(database);
        this.identities = new Identities(store, providers);
        this.sessions =
                new Sessions(database, objects, store, cache, clock, settings.sessionLength());
        this.users = new StoredUsers(objects, sessions, store);
        this.triggers = new LogInTriggers(database, objects);
        List<TokenSource> tokens = new CopyOnWriteArrayList<>();
        var limits = new AttemptLimits(settings.lockout(), settings.passwordPatience(), clock);
        this.signIn =
                new SignIn(
                        objects,
                        store,
                        new Credentials(objects, store, hasher, limits),
                        identities,
                        sessions,
                        triggers,
                        tokens);
        this.authenticator = new SessionAuthenticator(sessions, store, cache, clock, tokens);
        this.userRules =
                new UserRules(
                        new PasswordField(hasher, settings.passwordMinLength(), clock),
                        new NameFields(new Ids()),
                        new IdentityField(identities),
                        users,
                        sessions,
                        signIn,
                        limits);
    }

    private static Map<String, AuthProvider> providers(AccountsSettings settings) {
        return settings.anonymousUsers()
                ? Map.of(AnonymousProvider.NAME, new AnonymousProvider())
                : Map.of();
    }

    /// The rules of `_User`, `_Session` and `_Role`.
    public List<ClassRules> rules() {
        return List.of(userRules, new SessionRules(sessions), new RoleRules(store, cache));
    }

    /// Sets the triggers of log-ins and log-outs. Must be called before the first request.
    public void triggers(Triggers called) {
        triggers.use(called);
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    /// Like [#authenticator], but asks the database every time.
    public Authenticator uncachedAuthenticator() {
        return authenticator::authenticateAnew;
    }

    SignIns signIns() {
        return signIn;
    }

    Users users() {
        return users;
    }

    public List<Operation> operations(ClassRoutes classes) {
        return new AccountRoutes(classes, objects, signIn, sessions, authenticator).operations();
    }

    /// Whether a user signed up anonymously and has added no credentials since.
    public boolean isAnonymous(App app, String userId) {
        return store.isLinked(app, AnonymousProvider.NAME, userId);
    }

    /// Removes the expired sessions of an app. Should be called from time to time, by any number of
    /// nodes.
    ///
    /// @return how many there were
    public int removeExpiredSessions(App app) {
        return sessions.removeExpired(app);
    }

    /// Links the identities in `authData` of users that were imported without the rules of their
    /// class, so that they can log in.
    ///
    /// @return how many were linked
    public int linkImportedUsers(App app) {
        return store.linkAll(app);
    }
}
