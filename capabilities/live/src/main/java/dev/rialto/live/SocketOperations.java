package dev.rialto.live;

import dev.rialto.http.InProcessCalls;
import dev.rialto.http.InProcessCalls.Direct;
import dev.rialto.http.InProcessCalls.Source;
import dev.rialto.http.Operation;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.JsonSchema;
import dev.rialto.spi.ObjectSchemas;
import dev.rialto.spi.Watching;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What clients ask of the server over a socket of live queries, as operations: they meet the same
/// checks and steps as those that requests call, and are counted like them.
final class SocketOperations {
    private static final String CONNECT = "live.connect";
    private static final String SUBSCRIBE = "live.subscribe";
    private static final String QUERY = "live.query";

    private static final JsonSchema FOLLOWED =
            JsonSchema.object()
                    .requiring("className", JsonSchema.string())
                    .with("where", ObjectSchemas.WHERE)
                    .with("keys", JsonSchema.array(JsonSchema.string()))
                    .with("watch", JsonSchema.array(JsonSchema.string()));

    private final Supplier<InProcessCalls> calls;

    /// @param calls known when requests are served
    SocketOperations(Supplier<InProcessCalls> calls) {
        this.calls = calls;
    }

    static List<Operation> declared() {
        return List.of(
                Operation.socket(CONNECT)
                        .summary("Connects a client of live queries.")
                        .errors(ErrorCode.WRONG_KEY, ErrorCode.INVALID_SESSION_TOKEN)
                        .overSocket(),
                Operation.socket(SUBSCRIBE)
                        .summary("Follows a query.")
                        .input(FOLLOWED)
                        .errors(
                                ErrorCode.INVALID_QUERY,
                                ErrorCode.OPERATION_FORBIDDEN,
                                ErrorCode.RESUME_EXPIRED)
                        .overSocket(),
                Operation.socket(QUERY)
                        .summary("Finds the objects of a query that the client follows.")
                        .errors(ErrorCode.UNKNOWN_SUBSCRIPTION, ErrorCode.OPERATION_FORBIDDEN)
                        .overSocket());
    }

    /// A client that asks for something over a socket.
    record Client(App app, Caller caller, Source socket) {}

    /// Connects a client.
    void connect(Client client, Runnable work) {
        perform(
                client,
                CONNECT,
                Map.of(),
                () -> {
                    work.run();
                    return client;
                });
    }

    /// Begins to follow a query.
    <T> T subscribe(Client client, Watching.Request request, Supplier<T> work) {
        return perform(client, SUBSCRIBE, Map.of("className", request.className()), work);
    }

    /// Finds what a query finds now.
    <T> T query(Client client, Watching.Request request, Supplier<T> work) {
        return perform(client, QUERY, Map.of("className", request.className()), work);
    }

    private <T> T perform(
            Client client, String operation, Map<String, String> parameters, Supplier<T> work) {
        return calls.get()
                .perform(
                        new Direct(
                                client.app(),
                                client.caller(),
                                operation,
                                parameters,
                                client.socket()),
                        work);
    }
}
