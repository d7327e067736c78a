package dev.rialto.accounts;

import dev.rialto.accounts.spi.AuthProvider;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Platform;
import java.util.List;

/// The capability of accounts: users, sessions and roles, and the authentication of sessions.
public final class AccountsCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    "accounts",
                    "Signs users up and in, and keeps their sessions and roles.");

    private final Accounts accounts;
    private final ClassRoutes routes;

    /// @param providers ways to sign in besides passwords and, if the settings allow it, anonymous
    public AccountsCapability(
            Platform platform, AccountsSettings settings, List<AuthProvider> providers) {
        this.accounts =
                new Accounts(
                        platform.database(),
                        platform.store().invalidations(),
                        platform.objects()::objects,
                        settings,
                        providers,
                        platform.clock());
        accounts.triggers(platform.triggers());
        this.routes = platform.objects().routes();
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return accounts.operations(routes);
    }

    @Override
    public List<ClassRules> classes() {
        return accounts.rules();
    }

    @Override
    public void tidy(App app) {
        accounts.removeExpiredSessions(app);
    }

    public Authenticator authenticator() {
        return accounts.authenticator();
    }

    /// Like [#authenticator], but asks the database every time.
    public Authenticator uncachedAuthenticator() {
        return accounts.uncachedAuthenticator();
    }

    /// Whether a user signed up anonymously and has added no credentials since.
    public boolean isAnonymous(App app, String userId) {
        return accounts.isAnonymous(app, userId);
    }
}
