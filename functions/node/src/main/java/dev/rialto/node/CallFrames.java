package dev.rialto.node;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Encodes calls and failures as frames to and from a worker.
final class CallFrames {
    private CallFrames() {}

    static ObjectNode call(long id, InterfaceDescriptor descriptor, Invocation invocation) {
        ObjectNode frame =
                Json.object()
                        .put("type", "call")
                        .put("id", id)
                        .put("requestId", invocation.requestId());
        switch (descriptor.bindings().getFirst()) {
            case Binding.CloudFunction(String name) ->
                    frame.put("kind", "function").put("name", name);
            case Binding.Job(String name) -> frame.put("kind", "job").put("name", name);
            case Binding.Trigger(var moment, String className) ->
                    frame.put("kind", "trigger")
                            .put("name", Binding.text(moment))
                            .put("className", className);
            case Binding.Endpoint _, Binding.Schedule _, Binding.OnChange _, Binding.OnEvent _ ->
                    throw new IllegalArgumentException("cloud code defines no such interface");
        }
        frame.set("input", invocation.input());
        frame.set("caller", caller(invocation.caller()));
        frame.set("context", invocation.context());
        frame.put("ip", invocation.client().address());
        ObjectNode headers = frame.putObject("headers");
        invocation.client().headers().forEach(headers::put);
        invocation.installationId().ifPresent(each -> frame.put("installationId", each));
        return frame;
    }

    /// Converts a worker's failure: a known code keeps its status, others are passed on unchanged.
    static RialtoException failure(JsonNode frame) {
        int number = frame.path("code").asInt(ErrorCode.SCRIPT_FAILED.number());
        String message = frame.path("message").asString("");
        return new RialtoException(ErrorCode.chosen(number), number, message);
    }

    private static ObjectNode caller(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> Json.object().put("kind", "anonymous");
            case Caller.User(String id, String sessionToken, var roles) -> {
                ObjectNode user =
                        Json.object()
                                .put("kind", "user")
                                .put("id", id)
                                .put("sessionToken", sessionToken);
                var all = user.putArray("roles");
                roles.forEach(all::add);
                yield user;
            }
            case Caller.Master _, Caller.Maintenance _ -> Json.object().put("kind", "master");
            // Code that may write for a holder of the master key could write for a read-only one,
            // too.
            case Caller.ReadOnlyMaster _ -> Json.object().put("kind", "readOnlyMaster");
        };
    }
}
