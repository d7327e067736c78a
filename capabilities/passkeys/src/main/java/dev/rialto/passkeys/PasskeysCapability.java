package dev.rialto.passkeys;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.pages.spi.Pages;
import dev.rialto.secondfactor.spi.StepUps;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Passkeys: sign-in without a username and a password.
public final class PasskeysCapability implements Capability, UserRecords {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    "passkeys",
                    "Signs users in with passkeys, without a username and a password.");

    private final InstantSource clock;
    private final PasskeyStore store;
    private final Challenges challenges;
    private final PasskeyRoutes routes;

    PasskeysCapability(Platform platform) {
        var services = platform.services();
        Users users = services.get(Users.class);
        this.clock = platform.clock();
        this.store = new PasskeyStore(platform.database());
        this.challenges = new Challenges(platform.database(), clock);
        var passkeys =
                new Passkeys(
                        store,
                        challenges,
                        users,
                        services.get(AppSettings.class).declare(PasskeySettings::read),
                        clock);
        services.get(StepUps.class).accept(passkeys::canProve);
        this.routes =
                new PasskeyRoutes(
                        passkeys,
                        store,
                        users,
                        services.get(SignIns.class),
                        services.get(StepUps.class),
                        services.get(Pages.class)::appName);
        users.keep(this);
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<PasskeySettings> plan(Settings in) {
        return new CapabilityPlan<>(
                PasskeySettings.read(in), (platform, _) -> new PasskeysCapability(platform));
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
    public String name() {
        return "passkeys";
    }

    @Override
    public List<ObjectNode> of(App app, ObjectNode user) {
        return store.of(app, user.path("objectId").asString("")).stream()
                .map(Passkey::shown)
                .toList();
    }

    @Override
    public void disown(App app, String userId) {
        store.forget(app, userId);
    }

    @Override
    public void forget(App app, String userId) {
        store.forget(app, userId);
    }

    @Override
    public void forgetAll(App app) {
        store.forgetAll(app);
    }

    @Override
    public void tidy(App app) {
        challenges.removeExpired(app, clock.instant());
    }
}
