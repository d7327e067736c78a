package dev.rialto.http;

import dev.rialto.http.Admission.Admitted;
import dev.rialto.http.Envelope.Part;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.Contract;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The [Call] of a request from the network or of an entry of a batch.
final class RequestCall implements Call {
    /// Where a call comes from.
    ///
    /// @param requestId unique
    /// @param publicUrl without a slash at its end
    /// @param remoteAddress empty when the server's own code calls
    /// @param clientAddress for whom it does; empty if that is not known
    /// @param headersOnly whether the client gets no body
    record Origin(
            String requestId,
            String publicUrl,
            String remoteAddress,
            String clientAddress,
            boolean headersOnly) {}

    /// What a call is for.
    ///
    /// @param path below `/v1`, as in the address
    /// @param query as in the address, or an empty string
    record Target(Router.Route route, String path, String query) {
        Operation operation() {
            return route.operation();
        }
    }

    private final Origin origin;
    private final Target target;
    private final Admitted admitted;
    private final Envelope envelope;
    private final ObjectNode body;
    private final @Nullable RequestBody upload;
    private @Nullable ObjectNode parameters;
    private @Nullable ObjectNode context;
    private volatile @Nullable Contract reached;

    /// @param upload the raw body, or null when there is none beside the JSON body
    RequestCall(
            Origin origin,
            Target target,
            Admitted admitted,
            Envelope envelope,
            ObjectNode body,
            @Nullable RequestBody upload) {
        this.origin = origin;
        this.target = target;
        this.admitted = admitted;
        this.envelope = envelope;
        this.body = body;
        this.upload = upload;
    }

    @Override
    public App app() {
        var app = admitted.app();
        if (app == null) {
            throw new IllegalStateException(
                    target.operation().path() + " is public: it has no app");
        }
        return app;
    }

    @Override
    public Caller caller() {
        return admitted.caller();
    }

    @Override
    public Operation operation() {
        return target.operation();
    }

    @Override
    public Contract contract() {
        var known = reached;
        return known == null ? operation().contract() : known;
    }

    @Override
    public void reaches(Contract contract) {
        reached = contract;
    }

    @Override
    public String path(String name) {
        return target.route().parameter(name);
    }

    @Override
    public ObjectNode parameters() {
        if (parameters == null) {
            parameters = QueryText.read(target.query());
            switch (target.operation().method()) {
                case GET, DELETE -> parameters.setAll(body);
                case POST, PUT, PATCH -> {}
            }
        }
        return parameters;
    }

    @Override
    public ObjectNode body() {
        return body;
    }

    @Override
    public InputStream stream() {
        return upload == null ? InputStream.nullInputStream() : upload.stream();
    }

    @Override
    public Optional<String> header(String name) {
        return envelope.header(name);
    }

    @Override
    public Map<String, String> headers() {
        return envelope.headersWithoutCredentials();
    }

    @Override
    public ObjectNode context() {
        if (context == null) {
            context = envelope.context();
        }
        return context;
    }

    @Override
    public Optional<String> installationId() {
        return Optional.ofNullable(envelope.get(Part.INSTALLATION_ID));
    }

    @Override
    public Optional<String> sessionToken() {
        return Optional.ofNullable(envelope.get(Part.SESSION_TOKEN));
    }

    @Override
    public String requestId() {
        return origin.requestId();
    }

    @Override
    public String publicUrl() {
        return origin.publicUrl();
    }

    @Override
    public String url() {
        var address = origin.publicUrl() + target.path();
        return target.query().isEmpty() ? address : address + "?" + target.query();
    }

    @Override
    public String remoteAddress() {
        return origin.remoteAddress();
    }

    @Override
    public String clientAddress() {
        return origin.clientAddress();
    }

    @Override
    public boolean headersOnly() {
        return origin.headersOnly();
    }

    /// The same caller's call of something else, at a position of a batch. What is public has no
    /// caller: it may be about another app, in which the caller of the batch is a stranger.
    RequestCall entry(Target other, ObjectNode entryBody, int position) {
        return new RequestCall(
                new Origin(
                        origin.requestId() + "." + position,
                        origin.publicUrl(),
                        origin.remoteAddress(),
                        origin.clientAddress(),
                        false),
                other,
                Admission.admit(other.operation(), app(), caller()),
                envelope.ofEntry(position),
                entryBody,
                null);
    }
}
