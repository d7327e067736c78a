package dev.rialto.codes;

import dev.rialto.codes.CodesSettings.Captcha;
import dev.rialto.codes.Limit.Kind;
import dev.rialto.codes.spi.CaptchaVerifier;
import dev.rialto.http.Call;
import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Asks for a captcha when limits come near.
final class CaptchaGate {
    private static final double NEAR = 0.5;
    private static final int MAX_LENGTH = 4_000;
    private static final int MAX_DOUBLINGS = 4;

    /// What makes captchas harder: what is known before the recipient is.
    private static final Set<Kind> CROWD =
            Set.of(Kind.CLIENT, Kind.INSTALLATION, Kind.MAIL, Kind.SMS, Kind.SMS_A_DAY);

    private final Altcha altcha;
    private final SiteVerify services;
    private final Supplier<Optional<CaptchaVerifier>> other;

    /// @param other the one that another capability offers
    CaptchaGate(Altcha altcha, SiteVerify services, Supplier<Optional<CaptchaVerifier>> other) {
        this.altcha = altcha;
        this.services = services;
        this.other = other;
    }

    /// A challenge of the server's own captcha, which is the harder the more is sent.
    ObjectNode challenge(App app, Captcha settings, Usage usage) {
        int doublings = (int) (usage.of(CROWD).pressure() * MAX_DOUBLINGS);
        long most = (long) settings.difficulty() << Math.min(doublings, MAX_DOUBLINGS);
        return altcha.challenge(app, (int) Math.min(most, Integer.MAX_VALUE - 1));
    }

    /// @param solution what the client sent, if anything
    /// @throws RialtoException CAPTCHA_REQUIRED when one is needed and this is not its solution
    void require(Call call, Captcha settings, Usage usage, Optional<String> solution) {
        boolean isNeeded =
                switch (settings.when()) {
                    case ALWAYS -> true;
                    case AUTO -> usage.pressure() >= NEAR;
                    case NEVER -> false;
                };
        if (!isNeeded || call.caller().seesEverything()) {
            return;
        }
        if (solution.isEmpty()) {
            throw required("a captcha is required: solve one and send its solution as captcha");
        }
        if (solution.get().length() > MAX_LENGTH
                || !verify(call.app(), settings, solution.get(), call.remoteAddress())) {
            throw required(
                    "the captcha's solution is wrong, expired or was used before; solve another one");
        }
    }

    private boolean verify(App app, Captcha settings, String solution, String address) {
        String provider = settings.provider();
        if (provider.equals(altcha.name())) {
            return altcha.verify(app, solution, address);
        }
        if (services.knows(provider)) {
            return services.verify(provider, settings.secret().orElseThrow(), solution, address);
        }
        return other.get()
                .filter(each -> each.name().equals(provider))
                .orElseThrow(() ->
                        new RialtoException(
                                ErrorCode.COMMAND_UNAVAILABLE,
                                "codes.captcha-provider: there is no captcha called " + provider))
                .verify(app, solution, address);
    }

    private static RialtoException required(String message) {
        return new RialtoException(
                ErrorCode.CAPTCHA_REQUIRED, message, "GET /v1/captcha/challenge");
    }
}
