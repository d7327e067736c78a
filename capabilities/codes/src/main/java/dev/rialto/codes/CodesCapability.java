package dev.rialto.codes;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.Users;
import dev.rialto.codes.spi.CaptchaVerifier;
import dev.rialto.codes.spi.OneTimeCodes;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.messages.spi.Messages;
import dev.rialto.pages.spi.Pages;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import dev.rialto.spi.Services;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Lets users log in and verify their addresses by codes and links that they are sent.
public final class CodesCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    "codes",
                    "Proves who owns a mail address or a phone, by codes and links.");

    private final CodeStore store;
    private final Counters counters;
    private final SiteVerify captchaServices;
    private final CodeRoutes routes;

    CodesCapability(Platform platform, ServerCodesSettings server) {
        this(platform, server, SiteVerify.PLACES);
    }

    /// @param captchaServices where captchas are verified, by the name of their provider
    CodesCapability(
            Platform platform, ServerCodesSettings server, Map<String, URI> captchaServices) {
        Services services = platform.services();
        var settings =
                services.get(AppSettings.class)
                        .declare(in -> CodesSettings.read(in, server.apps()));
        var pages = services.get(Pages.class);
        var secrets = services.get(SecretBox.class);
        this.store = new CodeStore(platform.database(), platform.clock());
        this.counters = new Counters(platform.database(), platform.clock());
        this.captchaServices = new SiteVerify(captchaServices);
        var limits = new CodeLimits(server);
        var codes =
                new Codes(
                        platform.database(),
                        store,
                        counters,
                        limits,
                        secrets,
                        new Codes.Outgoing(services.get(Messages.class), pages, settings));
        var captchas =
                new CaptchaGate(
                        new Altcha(store, secrets, platform.clock()),
                        this.captchaServices,
                        () -> services.find(CaptchaVerifier.class));
        this.routes =
                new CodeRoutes(
                        codes,
                        new CodeLogIn(services.get(Users.class), services.get(SignIns.class)),
                        new MagicLinks(platform::app, pages, codes),
                        new CodeRoutes.Guard(captchas, counters, limits),
                        settings,
                        platform::app);
        services.offer(OneTimeCodes.class, codes);
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<ServerCodesSettings> plan(Settings in) {
        return new CapabilityPlan<>(ServerCodesSettings.read(in), CodesCapability::new);
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
        store.prune(app);
        counters.prune();
    }

    @Override
    public void close() {
        captchaServices.close();
    }
}
