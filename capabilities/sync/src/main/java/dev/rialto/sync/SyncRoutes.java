package dev.rialto.sync;

import dev.rialto.http.Answer;
import dev.rialto.http.Call;
import dev.rialto.http.Operation;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import java.util.List;

/// The operations of clients that keep a copy of some objects.
public final class SyncRoutes {
    private static final String CAPABILITY = "sync";
    private static final String PATH = "/sync";

    private final Pull pull;
    private final Push push;

    public SyncRoutes(Pull pull, Push push) {
        this.pull = pull;
        this.push = push;
    }

    public List<Operation> operations() {
        return List.of(
                new Operation(
                        CAPABILITY,
                        "pull",
                        Method.GET,
                        PATH,
                        Access.APP,
                        "Tells what changed since a token was made, and a new token.",
                        this::pull),
                new Operation(
                                CAPABILITY,
                                "push",
                                Method.POST,
                                PATH,
                                Access.APP,
                                "Does what a client did while it was away.",
                                push::push)
                        // Each operation has an id of its own, by which it happens once.
                        .with(Trait.REPEATABLE));
    }

    private Answer pull(Call call) {
        SyncRequest request = SyncRequest.read(call.parameters());
        return Answer.ok(pull.pull(call, request));
    }
}
