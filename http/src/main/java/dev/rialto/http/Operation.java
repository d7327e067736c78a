package dev.rialto.http;

import dev.rialto.kernel.Contract;
import dev.rialto.kernel.ContractBuilder;
import dev.rialto.kernel.JsonSchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// One thing a capability does, reachable over HTTP. Declared once: its route, access check, API
/// description, metric, meter and catalogue entry come from this declaration.
///
///     Operation.post("objects.create", "/classes/{className}")
///             .summary("Creates an object.")
///             .input(JsonSchema.object())
///             .output(201, ClassShapes.ANY.created())
///             .errors(ErrorCode.DUPLICATE_VALUE)
///             .requestIds(RequestIds.REMEMBERED_WHEN_WRITING)
///             .handle(this::create)
public final class Operation {
    /// The content type of most answers.
    static final String JSON = "application/json";

    private static final Pattern ID =
            Pattern.compile("([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)");

    private final String capability;
    private final String name;
    private final Method method;
    private final String path;
    private final Access access;
    private final RequestIds requestIds;
    private final Predicate<Call> repeatable;
    private final Set<Trait> traits;
    private final List<Parameter> parameters;
    private final Protocol protocol;
    private final int status;
    private final String deed;
    private final String mediaType;
    private final Contract contract;
    private final Handler handler;

    private Operation(Builder builder, Handler handler) {
        this.capability = builder.capability;
        this.name = builder.name;
        this.method = builder.method;
        this.path = builder.path;
        this.access = builder.access;
        this.requestIds = builder.requestIds;
        this.repeatable = builder.repeatable;
        this.traits = Set.copyOf(builder.traits);
        this.parameters = List.copyOf(builder.parameters);
        this.protocol = builder.protocol;
        this.status = builder.status;
        this.deed = builder.deed;
        this.mediaType = builder.mediaType;
        this.contract = builder.sentenced(writes());
        this.handler = handler;
    }

    /// Declares an operation that reads.
    ///
    /// @param id the capability and the name within it, `objects.find-users`: lower case, words
    ///   joined by hyphens
    /// @param path below `/v1`, with parameters in braces: `/classes/{className}/{objectId}`; a
    ///   last parameter written `{name*}` takes the rest of the path
    public static Builder get(String id, String path) {
        return new Builder(id, Method.GET, path);
    }

    /// See [#get].
    public static Builder post(String id, String path) {
        return new Builder(id, Method.POST, path);
    }

    /// See [#get].
    public static Builder put(String id, String path) {
        return new Builder(id, Method.PUT, path);
    }

    /// See [#get].
    public static Builder delete(String id, String path) {
        return new Builder(id, Method.DELETE, path);
    }

    /// See [#get].
    public static Builder of(Method method, String id, String path) {
        return new Builder(id, method, path);
    }

    /// Declares an operation that reads, and that clients call over a WebSocket: no path leads to
    /// it. What takes their messages does it, by [InProcessCalls#perform]; [Builder#overSocket]
    /// ends the declaration.
    public static Builder socket(String id) {
        return new Builder(id, Method.GET, "").traits(Trait.SOCKET);
    }

    /// The capability that offers it, e.g. `objects`.
    public String capability() {
        return capability;
    }

    /// Unique within the capability, e.g. `create`.
    public String name() {
        return name;
    }

    /// The capability and the name, e.g. `objects.create`: what metrics and API descriptions call
    /// it.
    public String id() {
        return capability + "." + name;
    }

    public Method method() {
        return method;
    }

    public String path() {
        return path;
    }

    /// Who may call it at all; what the caller may see or change is the handler's affair.
    public Access access() {
        return access;
    }

    /// How a request that names itself is kept from being done twice.
    public RequestIds requestIds() {
        return requestIds;
    }

    /// Whether the ids of requests are recorded, unless a call is repeatable: those of writes by
    /// POST, PUT or PATCH for an app. An upload may be slow, and a connection is not to wait for
    /// it.
    public boolean recordsRequestIds() {
        return switch (method) {
            case POST, PUT, PATCH ->
                    writes()
                            && access != Access.PUBLIC
                            && !has(Trait.UPLOAD)
                            && requestIds != RequestIds.IGNORED;
            case GET, DELETE -> false;
        };
    }

    /// Whether it is safe to do this call twice, so that the id of its request is not recorded.
    public boolean isRepeatable(Call call) {
        return repeatable.test(call);
    }

    /// Whether it differs from the usual in this way.
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /// What it reads from the query string and from headers, beside what every request may have.
    /// Browsers may send the headers from other origins.
    public List<Parameter> parameters() {
        return parameters;
    }

    /// What a protocol on top of HTTP asks of its answers.
    public Protocol protocol() {
        return protocol;
    }

    /// The HTTP status of success.
    public int status() {
        return status;
    }

    /// What doing it is, as callers who may not are told: `create a schema`.
    public String deed() {
        return deed;
    }

    /// The content type of what it answers when it succeeds, or a range of them.
    public String mediaType() {
        return mediaType;
    }

    public Contract contract() {
        return contract;
    }

    /// What does it, once the caller's access is checked. In a server only the runner of operations
    /// calls it.
    public Handler handler() {
        return handler;
    }

    /// Whether doing it may change anything. The method says so unless a trait does: everything but
    /// a GET writes. The read-only master key is admitted only to what doesn't.
    public boolean writes() {
        return traits.contains(Trait.WRITES)
                || (method != Method.GET && !traits.contains(Trait.READS));
    }

    @Override
    public String toString() {
        return id() + " (" + method + " " + path + ")";
    }

    /// In what an operation may differ from the usual.
    public enum Trait {
        /// It changes nothing, whatever its method.
        READS,
        /// It may change something, though its method is GET.
        WRITES,
        /// Its body is not JSON but bytes that the handler reads from [Call#stream], unless a
        /// client sends the JSON form of an upload: see [Call#body].
        UPLOAD,
        /// It is called over WebSockets alone: it has no path.
        SOCKET,
        /// It ignores session tokens, so that an expired one doesn't fail it: the caller is
        /// anonymous or a key holder. [Call#sessionToken] still returns the token.
        SESSIONLESS,
        /// It is done even when there is hardly any room for what is written: it writes a few bytes
        /// that callers need to read and delete, or what it writes are operations of their own.
        DONE_WHEN_FULL
    }

    /// When the id of a request (`X-Parse-Request-Id`) is recorded, so that the request is not done
    /// twice. Only requests of an app that write by POST, PUT or PATCH are recorded.
    public enum RequestIds {
        /// In the transaction of the write.
        REMEMBERED_IN_TRANSACTION,
        /// Before the handler runs, and also when it fails: it runs code of an app, which writes in
        /// transactions of its own or elsewhere.
        REMEMBERED_FIRST,
        /// When the handler begins to write: it does slow work before that, so it must not hold a
        /// connection meanwhile.
        REMEMBERED_WHEN_WRITING,
        /// Never: it is safe to repeat, because it writes no object of the client's.
        IGNORED
    }

    /// The methods operations listen to.
    public enum Method {
        GET,
        POST,
        PUT,
        PATCH,
        DELETE
    }

    /// Who may call an operation.
    public enum Access {
        /// Anybody, without naming an app; [Call#app] fails.
        PUBLIC,
        /// Whoever has the app's id and, where the app asks for one, a client key.
        APP,
        /// Holders of the master, read-only master or maintenance key.
        MASTER_READ,
        /// Holders of the master or maintenance key.
        MASTER
    }

    /// Does the operation. Runs on a virtual thread and may block.
    public interface Handler {
        Answer handle(Call call);
    }

    /// Collects a declaration, one fact a line; [#handle] ends it. Without [#meter] a call counts
    /// one for `<capability>.reads` or `<capability>.writes`.
    public static final class Builder extends ContractBuilder<Builder> {
        private final String capability;
        private final String name;
        private final Method method;
        private final String path;
        private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
        private final List<Parameter> parameters = new ArrayList<>();
        private Protocol protocol = Protocol.NONE;
        private Access access = Access.APP;
        private RequestIds requestIds = RequestIds.REMEMBERED_IN_TRANSACTION;
        private Predicate<Call> repeatable = _ -> false;
        private int status = 200;
        private String deed;
        private String mediaType = JSON;

        private Builder(String id, Method method, String path) {
            super("");
            var parts = ID.matcher(id);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "\"" + id + "\" is not a valid id of an operation, such as objects.find");
            }
            this.capability = parts.group(1);
            this.name = parts.group(2);
            this.method = method;
            this.path = path;
            this.deed = "perform the " + name + " operation";
        }

        @Override
        protected Builder self() {
            return this;
        }

        /// Who may call it; APP unless said.
        public Builder access(Access who) {
            access = who;
            return this;
        }

        /// What it answers with 200.
        public Builder output(JsonSchema schema) {
            return output(200, schema);
        }

        /// What it answers when it succeeds.
        public Builder output(int success, JsonSchema schema) {
            status = success;
            return returns(schema);
        }

        /// It answers something other than JSON.
        ///
        /// @param type a content type, or a range of them such as `*/*`
        public Builder produces(String type) {
            mediaType = type;
            return this;
        }

        /// A parameter of the query string.
        public Builder query(String parameter, JsonSchema schema, String description) {
            parameters.add(new Parameter(Parameter.Place.QUERY, parameter, schema, description));
            return this;
        }

        /// A request header.
        public Builder header(String header, String description) {
            parameters.add(
                    new Parameter(
                            Parameter.Place.HEADER, header, JsonSchema.string(), description));
            return this;
        }

        /// The protocol on top of HTTP that it is a part of.
        public Builder protocol(Protocol on) {
            protocol = on;
            return this;
        }

        /// In what it differs from the usual.
        public Builder traits(Trait... differences) {
            traits.addAll(List.of(differences));
            return this;
        }

        /// What doing it is, in words, where callers who may not are told otherwise than by its
        /// name.
        public Builder deed(String words) {
            deed = words;
            return this;
        }

        public Builder requestIds(RequestIds when) {
            requestIds = when;
            return this;
        }

        /// Of which calls request ids are not recorded, where that depends on what is called.
        public Builder repeatable(Predicate<Call> calls) {
            repeatable = calls;
            return this;
        }

        /// Adds what several operations have in common.
        public Builder with(UnaryOperator<Builder> common) {
            return common.apply(this);
        }

        /// Ends the declaration.
        ///
        /// @throws IllegalArgumentException when the summary is missing
        public Operation handle(Handler handler) {
            return new Operation(this, handler);
        }

        /// Ends the declaration of an operation that has no handler: what takes the messages of a
        /// WebSocket does it.
        public Operation overSocket() {
            return handle(call -> {
                throw new IllegalStateException(call.operation() + " is called over a WebSocket");
            });
        }

        private Contract sentenced(boolean writes) {
            var built = contract(capability + (writes ? ".writes" : ".reads"));
            if (!built.summary().endsWith(".")) {
                throw new IllegalArgumentException(
                        "the summary of "
                                + capability
                                + "."
                                + name
                                + " must be a sentence: "
                                + built.summary());
            }
            return built;
        }
    }
}
