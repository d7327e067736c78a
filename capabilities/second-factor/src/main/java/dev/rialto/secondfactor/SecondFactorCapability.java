package dev.rialto.secondfactor;

import dev.rialto.accounts.spi.SignIns;
import dev.rialto.accounts.spi.UserRecords;
import dev.rialto.accounts.spi.Users;
import dev.rialto.codes.spi.OneTimeCodes;
import dev.rialto.http.Operation;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SecretBox;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.pages.spi.Pages;
import dev.rialto.secondfactor.spi.StepUps;
import dev.rialto.spi.AppSettings;
import dev.rialto.spi.Capability;
import dev.rialto.spi.CapabilityDescriptor;
import dev.rialto.spi.CapabilityPlan;
import dev.rialto.spi.Platform;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The second factor: one-time codes that log-ins ask for, and proofs that operations ask for.
public final class SecondFactorCapability implements Capability, UserRecords {
    static final String NAME = "secondfactor";

    private static final CapabilityDescriptor DESCRIPTOR =
            CapabilityDescriptor.of(
                    "identity",
                    "users",
                    NAME,
                    "Asks users for one-time codes beside their password, and before what matters.");

    private final SecondFactorSettings settings;
    private final InstantSource clock;
    private final FactorStore store;
    private final StepUpStore tokens;
    private final StepUpGate gate;
    private final SecondFactorRoutes routes;

    SecondFactorCapability(Platform platform, SecondFactorSettings settings) {
        var services = platform.services();
        Users users = services.get(Users.class);
        SignIns signIns = services.get(SignIns.class);
        this.settings = settings;
        this.clock = platform.clock();
        this.store = new FactorStore(platform.database(), services.get(SecretBox.class));
        this.tokens = new StepUpStore(platform.database(), clock);
        var factors =
                new Factors(
                        platform.database(),
                        store,
                        users,
                        new Phones(services.get(OneTimeCodes.class)),
                        services.get(AppSettings.class).declare(this::read),
                        clock);
        this.gate =
                new StepUpGate(factors, tokens, users, new Aliases(platform.objects().classes()));
        this.routes =
                new SecondFactorRoutes(
                        factors,
                        store,
                        gate,
                        new SecondFactorRoutes.Accounts(
                                users, signIns, platform.objects().objects()),
                        services.get(Pages.class)::appName,
                        clock);
        signIns.acceptFactor(new MfaFactor(factors, store, users, gate));
        signIns.require(new SecondFactorCheck(factors));
        signIns.guard(gate);
        users.keep(this);
        services.offer(StepUps.class, gate);
    }

    /// Reads the settings; the server makes the capability when it starts.
    public static CapabilityPlan<SecondFactorSettings> plan(Settings in) {
        return new CapabilityPlan<>(SecondFactorSettings.read(in), SecondFactorCapability::new);
    }

    private SecondFactorSettings read(Settings in) {
        SecondFactorSettings read = SecondFactorSettings.read(in);
        nothing(read).ifPresent(in::problem);
        return read;
    }

    /// A proof that is asked for by no operation would guard nothing.
    private Optional<String> nothing(SecondFactorSettings read) {
        return gate.aboutNothing(read.stepUp())
                .map(pattern -> "second-factor.step-up: there is no operation " + pattern.text());
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
    public Optional<OperationStep> step() {
        return Optional.of(gate);
    }

    /// @throws SetupException when a proof is asked for by no operation
    @Override
    public void start() {
        nothing(settings)
                .ifPresent(problem -> {
                    throw new SetupException(problem);
                });
    }

    @Override
    public String name() {
        return "secondFactor";
    }

    @Override
    public List<ObjectNode> of(App app, ObjectNode user) {
        return store.find(app, user.path("objectId").asString("")).active().stream()
                .map(factor ->
                        Json.object()
                                .put("kind", factor.kind().text())
                                .put("recoveryCodes", factor.recovery().size()))
                .toList();
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
        Instant now = clock.instant();
        tokens.removeExpired(app, now);
        store.removePending(app, now.minus(SecondFactorRoutes.PENDING));
    }
}
