package dev.rialto.server;

import dev.rialto.hosting.HostServices;
import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// The server's own operations, as functions call them.
///
/// @param calls known once the listener listens
record InProcessRest(Supplier<InProcessCalls> calls) implements HostServices.Rest {
    @Override
    public JsonNode call(App app, Caller caller, InProcessCalls.Source source, Request request) {
        InProcessCalls.Reply reply =
                calls.get()
                        .call(
                                app,
                                caller,
                                source,
                                request.method(),
                                request.path(),
                                request.body());
        if (reply.status() >= 400) {
            throw new RialtoException(
                    ErrorCode.SCRIPT_FAILED,
                    reply.body().path("code").asInt(0),
                    reply.body().path("error").asString("the operation failed"));
        }
        return reply.body();
    }
}
