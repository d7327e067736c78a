package dev.rialto.useradmin;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Settings;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.AppSettings.PerApp;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What the owner of an app does with its users, and what users may ask for about themselves.
public final class UserAdminCapability implements Capability {
    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    "useradmin",
                    "Disables users, traces impersonation, exports and erases data of users.");

    private final PerApp<UserAdminSettings> settings;
    private final DisabledUsers disabled;
    private final Impersonations impersonations;
    private final JobStore jobs;
    private final UserData data;
    private final Users users;
    private final InstantSource clock;

    UserAdminCapability(Platform platform, UserAdminSettings standard) {
        users = platform.services().get(Users.class);
        settings = platform.services().get(AppSettings.class).declare(UserAdminSettings::read);
        clock = platform.clock();
        disabled = new DisabledUsers(platform.database(), users, clock);
        impersonations = new Impersonations(platform.database(), clock);
        jobs = new JobStore(platform.database(), clock);
        var theirs = new TheirObjects(platform.database(), platform.objects().querying());
        var objects = platform.objects().objects();
        data =
                new UserData(
                        new Export(objects, users, theirs, impersonations, jobs),
                        new Erasure(objects, theirs, settings, jobs),
                        jobs);
        users.keep(disabled);
        platform.services().get(SignIns.class).require(disabled);
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<UserAdminSettings> plan(Settings in) {
        return new CapabilityPlan<>(UserAdminSettings.read(in), UserAdminCapability::new);
    }

    @Override
    public CapabilityDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public List<Operation> operations() {
        return new UserAdminRoutes(
                        disabled, impersonations, new DataDoor(settings, jobs, data, users, clock))
                .operations();
    }

    @Override
    public Optional<OperationStep> step() {
        return Optional.of(impersonations);
    }

    @Override
    public void tidy(App app) {
        jobs.prune(app, clock.instant().minus(settings.of(app).keep()));
        data.resume(app);
    }

    @Override
    public void close() {
        data.close();
    }
}
