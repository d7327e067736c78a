package dev.rialto.hooks;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;

/// Where functions and jobs are called. No runtime is here yet, so there is none to be found.
public final class CallRoutes {
    public List<Operation> operations() {
        return List.of(
                new Operation(
                                "functions",
                                "call",
                                Method.POST,
                                "/functions/{name}",
                                Access.APP,
                                "Calls a function.",
                                CallRoutes::noFunction)
                        .with(Trait.REPEATABLE),
                new Operation(
                                "functions",
                                "start-job",
                                Method.POST,
                                "/jobs/{name}",
                                Access.MASTER,
                                "Starts a job.",
                                CallRoutes::noJob)
                        .with(Trait.REPEATABLE));
    }

    private static Answer noFunction(Call call) {
        throw new RialtoException(
                ErrorCode.SCRIPT_FAILED, "Invalid function: \"" + call.path("name") + "\"");
    }

    private static Answer noJob(Call call) {
        throw new RialtoException(ErrorCode.SCRIPT_FAILED, "Invalid job.");
    }
}
