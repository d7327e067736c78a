package dev.rialto.secondfactor;

import dev.rialto.accounts.spi.CredentialCheck;
import dev.rialto.accounts.spi.Users;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.secondfactor.spi.StepUps;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Asks users for a fresh proof before operations that the app lists: a session alone, which may
/// have been stolen, is not enough for them. Keys need none, and callers without a session can do
/// no more than anybody.
final class StepUpGate implements OperationStep, StepUps, CredentialCheck {
    /// What leads to a proof, and what only gives rights up.
    private static final Set<String> FREE =
            Set.of(
                    "accounts.log-out",
                    "accounts.end-own-session",
                    "passkeys.begin-step-up",
                    "passkeys.step-up");

    private final Factors factors;
    private final StepUpStore tokens;
    private final Users users;
    private final Aliases operations;
    private final List<BiPredicate<App, String>> others = new CopyOnWriteArrayList<>();

    StepUpGate(Factors factors, StepUpStore tokens, Users users, Aliases operations) {
        this.operations = operations;
        this.factors = factors;
        this.tokens = tokens;
        this.users = users;
    }

    @Override
    public Proof open(Call call) {
        return tokens.open(call);
    }

    @Override
    public void requireForNewProof(Call call) {
        if (call.caller() instanceof Caller.User self && !hasProven(call)) {
            users.find(call.app(), self.id())
                    .filter(user -> isGuarded(call.app(), user))
                    .ifPresent(_ -> require(call, self, call.operation().id()));
        }
    }

    private boolean isGuarded(App app, ObjectNode user) {
        return factors.required(app, user).isPresent() || guardsSetUp(app, user);
    }

    /// Whether a user without a second factor must prove something to set one up.
    boolean guardsSetUp(App app, ObjectNode user) {
        return !factors.settings(app).stepUp().isEmpty() && canProve(app, user);
    }

    /// Whether a user has anything to prove with who it is. Without it nobody could let it in
    /// again, so that its session is enough.
    private boolean canProve(App app, ObjectNode user) {
        String userId = user.path("objectId").asString("");
        return Passwords.isSet(user)
                || factors.required(app, user).isPresent()
                || others.stream().anyMatch(each -> each.test(app, userId));
    }

    @Override
    public void accept(BiPredicate<App, String> has) {
        others.add(has);
    }

    /// Where anything asks for a proof, so do changes of how a user signs in: otherwise a stolen
    /// session would change the password, and prove itself by that.
    @Override
    public void check(App app, Caller.User user, Optional<Call> call) {
        boolean asked =
                !factors.settings(app).stepUp().isEmpty()
                        && call.filter(this::hasProven).isEmpty()
                        && users.find(app, user.id())
                                .filter(each -> canProve(app, each))
                                .isPresent();
        if (!asked) {
            return;
        }
        String what = "a change of how you sign in";
        require(call.orElseThrow(() -> missing(what)), user, what);
    }

    @Override
    public Handler around(Operation operation, Handler next) {
        operations.add(operation);
        if (isFree(operation)) {
            return next;
        }
        return call -> {
            if (call.caller() instanceof Caller.User user && asks(call)) {
                require(call, user, operation.id());
            }
            return next.handle(call);
        };
    }

    /// Whether a proof was asked of a call already. If it was a code, that is used up.
    boolean hasProven(Call call) {
        return !isFree(call.operation()) && asks(call);
    }

    private static boolean isFree(Operation operation) {
        return operation.access() == Access.PUBLIC
                || operation.capability().equals(SecondFactorCapability.NAME)
                || FREE.contains(operation.id());
    }

    private boolean asks(Call call) {
        List<OperationPattern> patterns = factors.settings(call.app()).stepUp();
        if (patterns.isEmpty()) {
            return false;
        }
        return Stream.concat(Stream.of(call.operation().id()), operations.of(call).stream())
                .anyMatch(id -> patterns.stream().anyMatch(each -> each.matches(id)));
    }

    /// A pattern that matches no operation.
    ///
    /// @return empty also before the operations are known
    Optional<OperationPattern> aboutNothing(List<OperationPattern> patterns) {
        return patterns.stream()
                .filter(_ -> !operations.known().isEmpty())
                .filter(pattern -> operations.known().stream().noneMatch(pattern::matches))
                .findFirst();
    }

    private void require(Call call, Caller.User user, String operation) {
        String proof = call.header(HEADER).orElseThrow(() -> missing(operation));
        if (!accepts(call, user, proof)) {
            throw required("the proof in " + HEADER + " is not valid or no longer valid");
        }
    }

    /// Whether a proof is valid: a token or a one-time code, which is used up.
    ///
    /// @throws RialtoException REQUEST_LIMIT_EXCEEDED after too many wrong codes
    boolean accepts(Call call, Caller.User user, String proof) {
        if (StepUpStore.isToken(proof)) {
            return tokens.accepts(call.app(), user, proof);
        }
        try {
            factors.require(call.app(), Optional.of(call), user.id(), proof);
            return true;
        } catch (RialtoException refused) {
            if (refused.code() == ErrorCode.SCRIPT_FAILED) {
                return false;
            }
            throw refused;
        }
    }

    private static RialtoException missing(String what) {
        return required(what + " asks for a fresh proof of who you are: send " + HEADER);
    }

    private static RialtoException required(String message) {
        return new RialtoException(
                ErrorCode.STEP_UP_REQUIRED,
                message,
                "send a one-time code, or the token that POST /second-factor/step-up or"
                        + " POST /passkeys/step-up returns");
    }
}
