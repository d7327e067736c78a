package dev.rialto.accounts;

import dev.rialto.accounts.spi.ImportedUsers;
import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Authenticator;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.ClassRoutes;
import dev.rialto.spi.ClassRules;
import dev.rialto.spi.Platform;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The capability of accounts: users, sessions and roles, and the authentication of sessions.
public final class AccountsCapability implements Capability, UserSessions {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    "accounts",
                    "Signs users up and in, and keeps their sessions and roles.");

    private static final Duration NOTED_EVERY = Duration.ofSeconds(10);

    private final Accounts accounts;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread noting = Thread.ofVirtual().name("session-uses").unstarted(this::noteUses);
    private final ClassRoutes routes;

    AccountsCapability(Platform platform, AccountsSettings settings) {
        this.accounts =
                new Accounts(
                        new Accounts.Surroundings(
                                platform.database(),
                                platform.store().invalidations(),
                                platform.objects()::objects,
                                platform.services().get(SecretBox.class),
                                Mailing.of(platform),
                                platform.clock()),
                        settings,
                        platform.services().get(AppSettings.class).declare(AccountPolicy::read));
        accounts.triggers(platform.triggers());
        platform.services()
                .find(SecretBox.class)
                .ifPresent(box ->
                        accounts.shareDecoys(
                                text -> box.macs(text, "names without account").getFirst()));
        this.routes = platform.objects().routes();
        platform.services().offer(UserSessions.class, this);
        platform.services().offer(Users.class, accounts.users());
        platform.services().offer(ImportedUsers.class, accounts::linkImportedUsers);
        platform.services().offer(SignIns.class, accounts.signIns());
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<?> plan(Settings in) {
        return new CapabilityPlan<>(
                new Operators(AccountsSettings.read(in), EmailSettings.read(in)),
                (platform, settings) -> new AccountsCapability(platform, settings.accounts()));
    }

    /// What the operator has set. What apps have in place of that is read again for each of them.
    private record Operators(AccountsSettings accounts, EmailSettings emails) {}

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
    public void start() {
        noting.start();
    }

    @Override
    public void close() {
        closing.countDown();
        if (!noting.isAlive()) {
            // A command that imports or exports serves nothing.
            return;
        }
        try {
            noting.join(NOTED_EVERY);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void noteUses() {
        try {
            boolean last;
            do {
                last = closing.await(NOTED_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                accounts.noteUses();
            } while (!last);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void tidy(App app) {
        accounts.removeExpiredSessions(app);
        accounts.forgetFailures(app);
        accounts.forgetRevocations(app);
        accounts.removeExpiredLinks(app);
    }

    @Override
    public Authenticator authenticator() {
        return accounts.authenticator();
    }

    @Override
    public Authenticator uncachedAuthenticator() {
        return accounts.uncachedAuthenticator();
    }

    @Override
    public String open(App app, String userId, String provider) {
        return accounts.openSession(app, userId, provider);
    }

    @Override
    public void end(App app, String sessionToken) {
        accounts.endSession(app, sessionToken);
    }

    @Override
    public boolean isAnonymous(App app, String userId) {
        return accounts.isAnonymous(app, userId);
    }
}
