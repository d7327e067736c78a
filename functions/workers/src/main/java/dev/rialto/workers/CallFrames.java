package dev.rialto.workers;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Usage;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls and failures as frames to and from a worker.
final class CallFrames {
    private CallFrames() {}

    static ObjectNode call(long id, InterfaceDescriptor descriptor, Invocation invocation) {
        ObjectNode frame =
                Json.object()
                        .put("type", "call")
                        .put("id", id)
                        .put("requestId", invocation.requestId())
                        .put("within", invocation.within().toMillis())
                        .put("interface", descriptor.function() + "-" + descriptor.name())
                        .put("target", descriptor.target());
        descriptor.bindings().stream().findFirst().ifPresent(each -> put(each, frame));
        frame.set("input", invocation.input());
        frame.set("caller", caller(invocation.caller()));
        frame.set("context", invocation.context());
        frame.put("ip", invocation.client().address());
        ObjectNode headers = frame.putObject("headers");
        invocation.client().headers().forEach(headers::put);
        invocation.installationId().ifPresent(each -> frame.put("installationId", each));
        return frame;
    }

    /// How whoever runs code finds what is called, where its own names are all it knows.
    private static void put(Binding reachedBy, ObjectNode frame) {
        switch (reachedBy) {
            case Binding.CloudFunction(String name) ->
                    frame.put("kind", "function").put("name", name);
            case Binding.Job(String name) -> frame.put("kind", "job").put("name", name);
            case Binding.Trigger(var moment, String className) ->
                    frame.put("kind", "trigger")
                            .put("name", Binding.text(moment))
                            .put("className", className);
            case Binding.Endpoint _ -> frame.put("kind", "endpoint");
            case Binding.Schedule _ -> frame.put("kind", "schedule");
            case Binding.OnChange(String className) ->
                    frame.put("kind", "change").put("className", className);
            case Binding.OnEvent(String topic) -> frame.put("kind", "event").put("name", topic);
        }
    }

    /// What a call has cost, as far as the worker tells.
    static Usage usage(JsonNode told) {
        return told.isObject()
                ? new Usage(
                        Math.max(0, told.path("cpuNanos").asLong(0)),
                        Math.max(0, told.path("allocatedBytes").asLong(0)))
                : Usage.UNKNOWN;
    }

    /// Converts a worker's failure: a known code keeps its status, others are passed on unchanged.
    static RialtoException failure(JsonNode frame) {
        int number = frame.path("code").asInt(ErrorCode.SCRIPT_FAILED.number());
        String message = frame.path("message").asString("");
        ErrorCode code = ErrorCode.chosen(number);
        return frame.path("cause").isObject() && number == code.number()
                ? new RialtoException(code, message, new WorkerFailure(frame.path("cause")))
                : new RialtoException(code, number, message);
    }

    /// What made code in a worker fail, for the log and for whoever sees the state of a job.
    private static final class WorkerFailure extends RuntimeException {
        private final String message;
        private final String text;

        WorkerFailure(JsonNode cause) {
            super(null, null, false, false);
            this.message = cause.path("message").asString("");
            this.text = cause.path("text").asString("");
        }

        @Override
        public String getMessage() {
            return message;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static ObjectNode caller(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> Json.object().put("kind", "anonymous");
            case Caller.User(String id, String sessionToken, var roles, _) -> {
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
