package dev.rialto.server;

import dev.rialto.http.InProcessCalls;
import dev.rialto.http.InProcessCalls.CallAs;
import dev.rialto.node.RestGateway;
import java.util.Optional;
import java.util.function.Supplier;

/// The way of cloud code to the server's own operations.
///
/// @param calls known once the listener listens
/// @param url the address of `/v1`, known once the listener listens
record CloudRest(Supplier<InProcessCalls> calls, Supplier<String> url) implements RestGateway {
    @Override
    public Reply ask(Request request) {
        InProcessCalls.Reply reply =
                calls.get()
                        .call(
                                request.app(),
                                callAs(request.origin()),
                                request.method(),
                                request.path(),
                                request.body());
        return new Reply(reply.status(), reply.headers(), reply.body());
    }

    @Override
    public String publicUrl() {
        return url.get();
    }

    private static CallAs callAs(Origin origin) {
        return switch (origin.credentials()) {
            case Credentials.Master _ ->
                    new CallAs(true, Optional.empty(), origin.installationId(), origin.context());
            case Credentials.Session(String token) ->
                    new CallAs(
                            false, Optional.of(token), origin.installationId(), origin.context());
            case Credentials.Anonymous _ ->
                    new CallAs(false, Optional.empty(), origin.installationId(), origin.context());
        };
    }
}
