package dev.rialto.openid;

import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Handler;
import dev.rialto.http.OperationStep;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.Set;

/// Keeps programs that act for a user to the user's data. How the user signs in is none of their
/// business: whoever can add a passkey, a phone number or an identity becomes the user for good. A
/// capability that is not among these is closed to them.
final class DelegationGate implements OperationStep {
    private static final Set<String> OPEN =
            Set.of(
                    "accounts",
                    "analytics",
                    "config",
                    "files",
                    "functions",
                    "http",
                    "live",
                    "objects",
                    "reference",
                    "server",
                    "sync");

    @Override
    public Handler around(Operation operation, Handler next) {
        if (operation.access() == Operation.Access.PUBLIC
                || OPEN.contains(operation.capability())) {
            return next;
        }
        return call -> {
            if (call.caller() instanceof Caller.User user && user.delegated()) {
                throw new RialtoException(
                        ErrorCode.OPERATION_FORBIDDEN,
                        "a program that acts for a user can't " + operation.deed());
            }
            return next.handle(call);
        };
    }
}
