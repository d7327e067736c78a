package dev.rialto.hosting;

import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.http.InProcessCalls;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import dev.rialto.kernel.Span;
import dev.rialto.kernel.Timing;
import dev.rialto.spi.Objects;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Handles the requests of one function call to the platform.
final class HostedCall implements Host {
    private static final Caller MASTER = new Caller.Master();

    /// What all calls share.
    record Shared(
            FunctionCalls calls,
            HostServices hostServices,
            FunctionLog log,
            FunctionCache cache,
            Timing timing) {}

    /// Takes what a job says of how far it has come.
    interface Progress {
        void report(String message);
    }

    /// Takes what an endpoint streams.
    interface Streams {
        Streams NONE =
                _ -> {
                    throw new RialtoException(
                            ErrorCode.SCRIPT_FAILED, "only an HTTP endpoint can return a stream");
                };

        /// @param head `status` and `headers` of the answer
        /// @return where it writes; empty when nobody reads it
        Optional<OutputStream> open(ObjectNode head) throws IOException;
    }

    private final Shared shared;
    private final Origin origin;
    private final ServedInterface called;
    private final long endNanos;
    private final FunctionCalls.CallOptions options;

    /// The function's; it runs on a thread of its own.
    private final Span span = Span.current();

    /// @param endNanos when the call ends, of [Timing#nanos]
    HostedCall(
            Shared shared,
            Origin origin,
            ServedInterface called,
            long endNanos,
            FunctionCalls.CallOptions options) {
        this.shared = shared;
        this.origin = origin;
        this.called = called;
        this.endNanos = endNanos;
        this.options = options;
    }

    private App app() {
        return origin.app();
    }

    private Caller caller(As who) {
        return switch (who) {
            case CALLER -> origin.caller();
            case MASTER -> MASTER;
        };
    }

    /// Does something of which triggers are to know that it comes from this call.
    private <T> T inside(As who, Supplier<T> work) {
        return span.run(() ->
                ScopedValue.where(Origin.CURRENT, origin.inner(caller(who), endNanos))
                        .call(work::get));
    }

    /// Does the work of an operation, which meets what a request of the same caller would.
    private <T> T perform(As who, String operation, Map<String, String> path, Supplier<T> work) {
        var call =
                new InProcessCalls.Direct(
                        app(),
                        caller(who),
                        operation,
                        path,
                        new InProcessCalls.Source("", origin.installationId(), origin.requestId()));
        return inside(who, () -> shared.hostServices().operations().get().perform(call, work));
    }

    @Override
    public ObjectNode create(As who, String className, ObjectNode fields) {
        return perform(
                who,
                "objects.create",
                Map.of("className", className),
                () -> objects().create(app(), caller(who), Optional.empty(), className, fields));
    }

    @Override
    public ObjectNode update(As who, String className, String objectId, ObjectNode fields) {
        return perform(
                who,
                "objects.update",
                Map.of("className", className, "objectId", objectId),
                () ->
                        objects()
                                .update(
                                        app(),
                                        caller(who),
                                        Optional.empty(),
                                        className,
                                        objectId,
                                        fields));
    }

    @Override
    public void delete(As who, String className, String objectId) {
        perform(
                who,
                "objects.delete",
                Map.of("className", className, "objectId", objectId),
                () -> {
                    objects().delete(app(), caller(who), className, objectId);
                    return objectId;
                });
    }

    @Override
    public ObjectNode find(As who, String className, ObjectNode query) {
        return perform(
                who,
                "objects.find",
                Map.of("className", className),
                () -> objects().search(app(), caller(who), className, query));
    }

    private Objects objects() {
        return shared.hostServices().objects();
    }

    @Override
    public JsonNode rest(As who, String method, String path, ObjectNode body) {
        return inside(
                who,
                () ->
                        shared.hostServices()
                                .rest()
                                .call(
                                        app(),
                                        caller(who),
                                        source(),
                                        new HostServices.Rest.Request(method, path, body)));
    }

    /// What the server does on its own account is nobody's call.
    private InProcessCalls.Source source() {
        return new InProcessCalls.Source(
                origin.client().equals(Invocation.Client.SERVER) ? "" : origin.client().address(),
                origin.installationId(),
                origin.requestId());
    }

    @Override
    public Fetched fetch(Fetch fetch) {
        Duration left = Duration.ofNanos(endNanos - shared.timing().nanos());
        Duration within = fetch.timeout().filter(wanted -> wanted.compareTo(left) < 0).orElse(left);
        if (!within.isPositive()) {
            throw new RialtoException(ErrorCode.TIMEOUT, "there is no time left for a request");
        }
        return span.run(() -> shared.hostServices().http().of(app()).fetch(app(), fetch, within));
    }

    @Override
    public ObjectNode saveFile(String name, String contentType, byte[] content) {
        return perform(
                As.MASTER,
                "files.create",
                Map.of("name", name),
                () -> shared.hostServices().files().save(app(), name, contentType, content));
    }

    @Override
    public byte[] readFile(String name) {
        return perform(
                As.MASTER,
                "files.get",
                Map.of("appId", app().id(), "name", name),
                () -> shared.hostServices().files().read(app(), name));
    }

    @Override
    public void deleteFile(String name) {
        perform(
                As.MASTER,
                "files.delete",
                Map.of("name", name),
                () -> {
                    shared.hostServices().files().delete(app(), name);
                    return name;
                });
    }

    @Override
    public JsonNode call(String name, JsonNode input) {
        return span.run(() ->
                shared.calls().call(origin.inner(origin.caller(), endNanos), name, input).output());
    }

    @Override
    public void publish(String topic, JsonNode payload) {
        Set<String> declared = called.descriptor().contract().events();
        if (!declared.isEmpty() && !declared.contains(topic)) {
            throw new RialtoException(
                    ErrorCode.OPERATION_FORBIDDEN,
                    called.address() + " does not declare the event \"" + topic + "\"");
        }
        span.run(() -> {
            shared.hostServices().events().publish(app(), topic, payload);
            return topic;
        });
    }

    @Override
    public Optional<String> cached(String key) {
        return shared.cache().get(cacheKey(key));
    }

    @Override
    public void cache(String key, String value, Duration keptFor) {
        shared.cache().put(cacheKey(key), value, keptFor);
    }

    @Override
    public void uncache(String key) {
        shared.cache().remove(cacheKey(key));
    }

    private FunctionCache.Key cacheKey(String key) {
        return new FunctionCache.Key(app().schema(), called.microApp().name(), key);
    }

    @Override
    public void log(String level, String message) {
        shared.log().add(app(), called.microApp().name(), level, origin.requestId(), message);
    }

    @Override
    public void progress(String message) {
        options.progress().report(message);
    }

    @Override
    public Optional<OutputStream> stream(ObjectNode head) throws IOException {
        return options.stream().open(head);
    }
}
