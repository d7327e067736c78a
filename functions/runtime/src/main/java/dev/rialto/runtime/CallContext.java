package dev.rialto.runtime;

import dev.rialto.functions.spi.Host;
import dev.rialto.functions.spi.Invocation;
import dev.rialto.functions.spi.Release;
import dev.rialto.sdk.Cache;
import dev.rialto.sdk.Caller;
import dev.rialto.sdk.Context;
import dev.rialto.sdk.Events;
import dev.rialto.sdk.Files;
import dev.rialto.sdk.Functions;
import dev.rialto.sdk.Http;
import dev.rialto.sdk.Log;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.Rest;
import dev.rialto.sdk.Users;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The [Context] of one call: its requests to the platform go to the call's [Host].
final class CallContext implements Context {
    private final Release release;
    private final Invocation invocation;
    private final Values values;
    private final OwnCode code;
    private final Functions functions;
    private final Instant deadline;

    CallContext(
            Release release,
            Invocation invocation,
            Values values,
            OwnCode code,
            Functions functions,
            Instant deadline) {
        this.release = release;
        this.invocation = invocation;
        this.values = values;
        this.code = code;
        this.functions = functions;
        this.deadline = deadline;
    }

    private Host host() {
        return invocation.host();
    }

    @Override
    public Caller caller() {
        Optional<String> installation = invocation.installationId();
        return switch (invocation.caller()) {
            case dev.rialto.kernel.Caller.User user ->
                    new Caller(Optional.of(user.id()), user.roles(), false, installation);
            case dev.rialto.kernel.Caller.Anonymous _, dev.rialto.kernel.Caller.ReadOnlyMaster _ ->
                    new Caller(Optional.empty(), Set.of(), false, installation);
            case dev.rialto.kernel.Caller.Master _, dev.rialto.kernel.Caller.Maintenance _ ->
                    new Caller(Optional.empty(), Set.of(), true, installation);
        };
    }

    @Override
    public String app() {
        return release.app().id();
    }

    @Override
    public String requestId() {
        return invocation.requestId();
    }

    @Override
    public Map<String, String> config() {
        return release.config();
    }

    @Override
    public Instant deadline() {
        return deadline;
    }

    @Override
    public Objects objects() {
        return new HostedObjects(host(), values, Host.As.CALLER);
    }

    @Override
    public Users users() {
        return new HostedUsers(host(), values);
    }

    @Override
    public Rest rest() {
        return new HostedRest(host(), values, Host.As.CALLER);
    }

    @Override
    public Http http() {
        return new HostedHttp(host(), values);
    }

    @Override
    public Functions functions() {
        return functions;
    }

    @Override
    public void progress(String message) {
        HostFailures.run(() -> host().progress(message));
    }

    @Override
    public Log log() {
        Host host = host();
        return new Log() {
            @Override
            public void debug(String message) {
                tell("debug", message);
            }

            @Override
            public void info(String message) {
                tell("info", message);
            }

            @Override
            public void warn(String message) {
                tell("warn", message);
            }

            @Override
            public void error(String message) {
                tell("error", message);
            }

            @Override
            public void error(String message, Throwable cause) {
                tell("error", message + "\n" + code.trace(cause));
            }

            private void tell(String level, String message) {
                HostFailures.run(() -> host.log(level, message));
            }
        };
    }

    @Override
    public Files files() {
        Host host = host();
        return new Files() {
            @Override
            public Map<String, Object> save(String name, String contentType, byte[] content) {
                ObjectNode saved =
                        HostFailures.call(() -> host.saveFile(name, contentType, content));
                Map<String, Object> file = new LinkedHashMap<>();
                file.put("__type", "File");
                file.put("name", saved.path("name").asString(""));
                file.put("url", saved.path("url").asString(""));
                return file;
            }

            @Override
            public byte[] read(String name) {
                return HostFailures.call(() -> host.readFile(name));
            }

            @Override
            public void delete(String name) {
                HostFailures.run(() -> host.deleteFile(name));
            }
        };
    }

    @Override
    public Cache cache() {
        Host host = host();
        return new Cache() {
            @Override
            public Optional<String> get(String key) {
                return HostFailures.call(() -> host.cached(key));
            }

            @Override
            public void put(String key, String value, Duration keptFor) {
                HostFailures.run(() -> host.cache(key, value, keptFor));
            }

            @Override
            public void remove(String key) {
                HostFailures.run(() -> host.uncache(key));
            }
        };
    }

    @Override
    public Events events() {
        return (topic, payload) -> {
            JsonNode written = HostFailures.write(() -> values.write(payload));
            HostFailures.run(() -> host().publish(topic, written));
        };
    }
}
