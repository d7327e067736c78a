package dev.rialto.accounts;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.TokenSource;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Objects;
import dev.rialto.spi.Triggers;
import dev.rialto.store.Database;
import dev.rialto.store.Invalidations;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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
    private final AttemptLimits limits;
    private final Decoys decoys;
    private final SessionUses uses;
    private final SessionKeys keys;
    private final Revocations revocations;
    private final SessionTokens signed;
    private final Emails emails;

    /// What accounts use of the rest of the server.
    ///
    /// @param mailing sends links and shows the pages that they lead to
    record Surroundings(
            Database database,
            Invalidations invalidations,
            Supplier<Objects> objects,
            SecretBox secrets,
            Mailing mailing,
            Clock clock) {}

    /// @param policies what the owners of apps have decided
    Accounts(Surroundings around, AccountsSettings settings, PerApp<AccountPolicy> policies) {
        this(around, settings, policies, new Argon2Hasher(settings), providers(settings));
    }

    Accounts(
            Surroundings around,
            AccountsSettings settings,
            PerApp<AccountPolicy> policies,
            PasswordHasher hasher,
            Map<String, AuthProvider> providers) {
        this.objects = around.objects();
        Clock clock = around.clock();
        this.revocations = new Revocations(around.database(), clock);
        this.cache =
                new SessionCache(around.database(), around.invalidations(), revocations, settings);
        this.store = new AccountStore(around.database());
        this.identities = new Identities(store, providers);
        var mail = new AccountMail(around.mailing());
        var devices = new Devices(around.database(), objects, mail, policies, clock);
        this.keys = new SessionKeys(around.database(), around.secrets(), clock);
        this.signed = new SessionTokens(keys, revocations, settings.cachedSessions(), clock);
        var issuer = new SessionIssuer(signed, store, policies, clock);
        this.sessions =
                new Sessions(around.database(), objects, store, cache, devices, issuer, clock);
        this.uses = new SessionUses(around.database(), policies, clock);
        var links = new LinkTokens(around.database(), clock);
        this.users = new StoredUsers(around.database(), objects, sessions, store, links);
        users.keep(devices);
        this.triggers = new LogInTriggers(around.database(), objects);
        List<TokenSource> tokens = new CopyOnWriteArrayList<>();
        this.limits =
                new AttemptLimits(
                        policies,
                        settings.addresses(),
                        new Lockouts(around.database(), around.invalidations()),
                        settings.passwordPatience(),
                        clock);
        this.decoys = new Decoys(store::foreignHashes, hasher);
        this.signIn =
                new SignIn(
                        objects,
                        store,
                        new Credentials(objects, store, hasher, limits, decoys),
                        identities,
                        sessions,
                        triggers,
                        tokens);
        this.emails = new Emails(around.database(), around.mailing(), mail, links, users, clock);
        signIn.require(emails.verification()::requireVerified);
        signIn.require(new PasswordAge(policies, store, clock));
        this.authenticator = new SessionAuthenticator(sessions, store, cache, uses, clock, tokens);
        var leaked = LeakedPasswords.at(settings.leakedPasswords());
        var identityField = new IdentityField(identities);
        this.userRules =
                new UserRules(
                        new PasswordField(
                                objects,
                                hasher,
                                new PasswordRules(policies, leaked, hasher),
                                clock),
                        new NameFields(store),
                        emails.field(),
                        identityField,
                        users,
                        new CredentialRules(users, identities, sessions, signIn),
                        new SessionOpening(sessions, identityField, emails.field()),
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

    String openSession(App app, String userId, String provider) {
        return sessions.open(app, Sessions.Opening.of(userId, "login", provider, Optional.empty()))
                .path("sessionToken")
                .asString("");
    }

    void endSession(App app, String token) {
        sessions.find(app, token).ifPresent(session -> sessions.end(app, session));
    }

    public List<Operation> operations(ClassRoutes classes) {
        List<Operation> all = new ArrayList<>();
        all.addAll(
                new AccountRoutes(classes, objects, signIn, sessions, authenticator).operations());
        all.addAll(emails.operations());
        return all;
    }

    /// Whether a user signed up anonymously and has added no credentials since.
    public boolean isAnonymous(App app, String userId) {
        return store.isLinked(app, AnonymousProvider.NAME, userId);
    }

    /// Writes down which sessions were used. Should be called every few seconds.
    void noteUses() {
        uses.write();
    }

    /// Removes what no longer counts against the accounts of an app. Like [#removeExpiredSessions].
    void forgetFailures(App app) {
        limits.tidy(app);
    }

    /// Removes keys and revocations that no token depends on. Like [#removeExpiredSessions].
    void forgetRevocations(App app) {
        keys.tidy(app);
        revocations.tidy(app);
    }

    /// The keys that tokens are signed with.
    SessionKeys keys() {
        return keys;
    }

    /// Tokens that prove sessions alone.
    SessionTokens signed() {
        return signed;
    }

    /// Removes the links of an app that expired some days ago. Like [#removeExpiredSessions].
    void removeExpiredLinks(App app) {
        emails.removeExpired(app);
    }

    /// Removes the expired sessions of an app. Should be called from time to time, by any number of
    /// nodes.
    ///
    /// @return how many there were
    public int removeExpiredSessions(App app) {
        return sessions.removeExpired(app);
    }

    /// Lets all nodes compare the passwords of unknown names with the same hashes.
    ///
    /// @param mac authenticates a text with a secret that all nodes have, in hexadecimal
    void shareDecoys(UnaryOperator<String> mac) {
        decoys.share(mac);
    }

    /// Links the identities in `authData` of users that were imported without the rules of their
    /// class, so that they can log in.
    ///
    /// @return how many were linked
    public int linkImportedUsers(App app) {
        return store.linkAll(app);
    }
}
