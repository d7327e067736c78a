package dev.rialto.openid;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.UserSessions;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Answer;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Services;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lets the users of an app sign in to other programs with their accounts, by OpenID Connect.
public final class OpenidCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "openid",
                    "openid",
                    "Signs users in to other programs with their accounts of an app.");

    private static final String ROOT = "/apps/{appId}/openid";

    private final PerApp<OpenidSettings> settings;
    private final SigningKeys keys;
    private final ClientStore clients;
    private final Grants grants;
    private final InstantSource clock;
    private final List<Operation> operations = new ArrayList<>();

    OpenidCapability(Platform platform, OpenidSettings standard) {
        Services services = platform.services();
        this.settings = services.get(AppSettings.class).declare(OpenidSettings::read);
        this.clock = platform.clock();
        var secrets = services.get(SecretBox.class);
        var sessions = services.get(UserSessions.class);
        var users = services.get(Users.class);
        var signIns = services.get(SignIns.class);
        this.clients = new ClientStore(platform.database());
        this.keys =
                new SigningKeys(
                        platform.database(),
                        platform.store().invalidations(),
                        secrets,
                        settings,
                        clock);
        var jwts = new Jwts(keys, app -> Provider.issuer(platform.publicUrl(), app), clock);
        var provider =
                new Provider(
                        platform::app,
                        platform.publicUrl(),
                        settings,
                        clients,
                        jwts,
                        services.get(Pages.class),
                        clock);
        this.grants =
                new Grants(
                        platform.database(), new GrantStore(platform.database()), sessions, clock);
        var tokens = new AccessTokens(provider, grants, sessions);
        signIns.acceptTokens(tokens);
        users.keep(new UserConsents(platform.database(), clients));
        var browsers = new Browsers(secrets, sessions);
        add(new DiscoveryRoutes(provider, keys));
        add(
                new AuthorizationRoutes(
                        provider,
                        new AuthorizationAnswers(provider.pages(), provider::issuer),
                        browsers,
                        clients,
                        grants,
                        new AuthorizationRoutes.Accounts(signIns, users)));
        add(new TokenRoutes(provider, new ClientRequests(provider), grants, tokens, users));
        add(new LogoutRoutes(provider, browsers, grants, sessions));
        operations.addAll(new ClientRoutes(clients, grants, keys, clock).operations());
        operations.add(
                page(Method.GET, "openid.script", AuthorizationAnswers.SCRIPT)
                        .summary("Sends the form of a page that leads back to a program.")
                        .produces("text/javascript")
                        .handle(_ -> script()));
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<OpenidSettings> plan(Settings in) {
        return new CapabilityPlan<>(OpenidSettings.read(in), OpenidCapability::new);
    }

    private void add(DiscoveryRoutes routes) {
        operations.add(
                page(Method.GET, "openid.configuration", ROOT + "/.well-known/openid-configuration")
                        .summary("Describes the OpenID provider of an app, for discovery.")
                        .handle(routes::configuration));
        operations.add(
                page(Method.GET, "openid.keys", ROOT + "/jwks")
                        .summary("Lists the keys that sign an app's tokens.")
                        .handle(routes::keys));
    }

    private void add(AuthorizationRoutes routes) {
        both("authorize", "/authorize", "Lets a user sign in to a program.", routes::authorize);
        operations.add(
                page(Method.POST, "openid.login", ROOT + "/login")
                        .summary("Takes the form of the log-in page.")
                        .produces("text/html")
                        .handle(routes::logIn));
        operations.add(
                page(Method.POST, "openid.consent", ROOT + "/consent")
                        .summary("Takes the form of the consent page.")
                        .produces("text/html")
                        .handle(routes::consent));
    }

    private void add(TokenRoutes routes) {
        operations.add(
                page(Method.POST, "openid.token", ROOT + "/token")
                        .summary("Exchanges a code or a refresh token for tokens.")
                        .handle(routes::token));
        operations.add(
                page(Method.POST, "openid.introspect", ROOT + "/introspect")
                        .summary("Tells a program what a token of its own is worth.")
                        .traits(Trait.READS)
                        .handle(routes::introspect));
        operations.add(
                page(Method.POST, "openid.revoke", ROOT + "/revoke")
                        .summary("Ends what a token was given for.")
                        .handle(routes::revoke));
        operations.add(
                page(Method.GET, "openid.userinfo", ROOT + "/userinfo")
                        .summary("Tells a program who the user is.")
                        .handle(routes::userInfo));
        operations.add(
                page(Method.POST, "openid.post-userinfo", ROOT + "/userinfo")
                        .summary("Tells a program who the user is.")
                        .traits(Trait.READS)
                        .handle(routes::userInfo));
    }

    private void add(LogoutRoutes routes) {
        both("logout", "/logout", "Logs a user out.", routes::logOut);
    }

    /// What browsers reach by a link and by a form.
    private void both(String name, String path, String summary, Handler handler) {
        operations.add(
                page(Method.GET, "openid." + name, ROOT + path)
                        .summary(summary)
                        .traits(Trait.WRITES)
                        .produces("text/html")
                        .handle(handler));
        operations.add(
                page(Method.POST, "openid.post-" + name, ROOT + path)
                        .summary(summary)
                        .produces("text/html")
                        .handle(handler));
    }

    private static Operation.Builder page(Method method, String id, String path) {
        return Operation.of(method, id, path).access(Access.PUBLIC).errors(ErrorCode.NOT_FOUND);
    }

    private static Answer script() {
        try (InputStream in = OpenidCapability.class.getResourceAsStream("send.js")) {
            return new Answer(
                    200,
                    Map.of(
                            "Content-Type", "text/javascript; charset=utf-8",
                            "Cache-Control", "public, max-age=3600",
                            "X-Content-Type-Options", "nosniff"),
                    new Answer.Body.Bytes(in == null ? new byte[0] : in.readAllBytes()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    @Override
    public Optional<OperationStep> step() {
        return Optional.of(new DelegationGate());
    }

    @Override
    public void tidy(App app) {
        grants.tidy(app);
        clients.tidy(app, clock.instant());
        if (settings.of(app).enabled()) {
            keys.rotate(app);
        }
    }
}
