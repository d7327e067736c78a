package dev.rialto.signin;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.OutboundPolicy;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.util.List;

/// Signing in with accounts at other providers.
public final class SignInCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    "signin",
                    "Signs users in with accounts at other providers.");

    private final ProviderHttp http;
    private final Visits visits;
    private final SignInRoutes routes;

    SignInCapability(Platform platform, OutboundPolicy outbound) {
        PerApp<SignInSettings> settings =
                platform.services().get(AppSettings.class).declare(SignInSettings::read);
        SignIns signIns = platform.services().get(SignIns.class);
        this.http = new ProviderHttp(outbound, platform.timing());
        this.visits =
                new Visits(
                        platform.database(),
                        platform.services().get(SecretBox.class),
                        platform.clock());
        var providers = new AppProviders(settings, http, platform.clock());
        signIns.acceptProviders(providers);
        this.routes =
                new SignInRoutes(
                        platform::app,
                        settings,
                        providers,
                        visits,
                        signIns,
                        platform.services().get(Pages.class));
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<List<Object>> plan(Settings in) {
        OutboundPolicy outbound = OutboundPolicy.read(in);
        return new CapabilityPlan<>(
                List.of(SignInSettings.read(in), outbound),
                (platform, _) -> new SignInCapability(platform, outbound));
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return routes.operations();
    }

    @Override
    public void tidy(App app) {
        visits.tidy(app);
    }

    @Override
    public void close() {
        http.close();
    }
}
