package dev.rialto.http;

import dev.rialto.http.InProcessCalls.Direct;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Json;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The [Call] of code of the server's own that does the work of an operation itself. It has neither
/// a body nor headers: the work has what it needs.
final class DirectCall<T> implements Call {
    private final Direct asked;
    private final Operation operation;
    private final Supplier<String> publicUrl;
    private final Supplier<T> work;
    private final ObjectNode context = Json.object();
    private @Nullable Done<T> done;

    private record Done<T>(T result) {}

    /// @param work takes the place of the operation's handler
    DirectCall(Direct asked, Operation operation, Supplier<String> publicUrl, Supplier<T> work) {
        this.asked = asked;
        this.operation = operation;
        this.publicUrl = publicUrl;
        this.work = work;
    }

    /// Does the work.
    ///
    /// @return what tells steps and observers that it succeeded
    Answer perform() {
        done = new Done<>(work.get());
        return new Answer(operation.status(), Map.of(), new Answer.Body.Bytes(new byte[0]));
    }

    /// What the work returned.
    T result() {
        if (done == null) {
            throw new IllegalStateException("a step did not let " + operation.id() + " happen");
        }
        return done.result();
    }

    @Override
    public App app() {
        return asked.app();
    }

    @Override
    public Caller caller() {
        return asked.caller();
    }

    @Override
    public Operation operation() {
        return operation;
    }

    @Override
    public String path(String name) {
        String value = asked.path().get(name);
        if (value == null) {
            throw new IllegalArgumentException(operation + " has no parameter " + name);
        }
        return value;
    }

    @Override
    public ObjectNode parameters() {
        return Json.object();
    }

    @Override
    public ObjectNode body() {
        return Json.object();
    }

    @Override
    public InputStream stream() {
        return InputStream.nullInputStream();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.empty();
    }

    @Override
    public Map<String, String> headers() {
        return Map.of();
    }

    @Override
    public ObjectNode context() {
        return context;
    }

    @Override
    public Optional<String> installationId() {
        return asked.source().installationId();
    }

    @Override
    public Optional<String> sessionToken() {
        return asked.caller() instanceof Caller.User user
                ? Optional.of(user.sessionToken())
                : Optional.empty();
    }

    @Override
    public String requestId() {
        return asked.source().requestId();
    }

    @Override
    public String publicUrl() {
        return publicUrl.get();
    }

    @Override
    public String url() {
        return publicUrl() + operation.path();
    }

    @Override
    public String remoteAddress() {
        return asked.source().address();
    }
}
