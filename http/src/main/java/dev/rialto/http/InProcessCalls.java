package dev.rialto.http;

import dev.rialto.http.Admission.Admitted;
import dev.rialto.http.Answer.Body;
import dev.rialto.http.RequestCall.Origin;
import dev.rialto.http.RequestCall.Target;
import dev.rialto.kernel.App;
import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import io.helidon.http.WritableHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls of operations from within the server, by code that it runs for an app. They meet the same
/// router, the same access check and the same sessions as requests from outside. They need no key,
/// and they don't count as requests at once: mostly they are part of one that does. Safe for use by
/// many threads.
public final class InProcessCalls {
    private static final String SESSION = "_SessionToken";
    private static final String NO_ADDRESS = "";

    private final Router router;
    private final Admission admission;
    private final OperationRunner runner;
    private final ErrorAnswers errors;
    private final Supplier<String> publicUrl;
    private final String requestPrefix;
    private final AtomicLong count = new AtomicLong();

    InProcessCalls(
            Router router,
            Admission admission,
            OperationRunner runner,
            ErrorAnswers errors,
            Supplier<String> publicUrl,
            String requestPrefix) {
        this.router = router;
        this.admission = admission;
        this.runner = runner;
        this.errors = errors;
        this.publicUrl = publicUrl;
        this.requestPrefix = requestPrefix;
    }

    /// As whom the code calls.
    ///
    /// @param master whether it may do everything; then the session doesn't matter
    /// @param context what it passes on to triggers
    public record CallAs(
            boolean master,
            Optional<String> sessionToken,
            Optional<String> installationId,
            Optional<ObjectNode> context) {
        /// An anonymous caller.
        public static final CallAs ANONYMOUS =
                new CallAs(false, Optional.empty(), Optional.empty(), Optional.empty());

        /// The holder of the master key.
        public static final CallAs MASTER =
                new CallAs(true, Optional.empty(), Optional.empty(), Optional.empty());

        /// Doesn't show the token.
        @Override
        public String toString() {
            return master ? "master" : sessionToken.isPresent() ? "session ***" : "anonymous";
        }
    }

    /// Where a call comes from.
    ///
    /// @param address of the client that asks for it, as over a WebSocket, or whose call the
    ///   server's own code is part of; empty when there is none
    /// @param requestId names in logs what the call is part of
    public record Source(String address, Optional<String> installationId, String requestId) {}

    /// A call of an operation by its id, by code that does the operation's work itself.
    ///
    /// @param path the parameters of the operation's path
    public record Direct(
            App app, Caller caller, String operation, Map<String, String> path, Source source) {
        public Direct {
            path = Map.copyOf(path);
        }
    }

    /// Does the work of an operation with values in place of JSON. The call passes the access
    /// check, the steps and the observers of the operation as a request does; the work takes the
    /// place of its handler.
    ///
    /// @return what the work returns
    /// @throws RialtoException UNAUTHORIZED or OPERATION_FORBIDDEN, and whatever steps and the work
    ///   fail with
    public <T> T perform(Direct asked, Supplier<T> work) {
        var call = new DirectCall<>(asked, runner.operation(asked.operation()), publicUrl, work);
        runner.run(call);
        return call.result();
    }

    /// How a call ended, as it would be answered over HTTP.
    ///
    /// @param body an empty object when the answer has none
    public record Reply(int status, Map<String, String> headers, JsonNode body) {}

    /// Calls an operation. Never throws: a failure is a reply.
    ///
    /// @param method in capitals
    /// @param path below the mount point, percent-encoded, with its query if it has one
    /// @param body is kept; uploads in their JSON form: see [Call#body]
    public Reply call(App app, CallAs as, String method, String path, ObjectNode body) {
        return call(
                as,
                NO_ADDRESS,
                method,
                path,
                body,
                (operation, envelope) -> admission.admit(operation, envelope, app, as.master()));
    }

    /// Calls an operation as somebody who is known already. Never throws: a failure is a reply.
    ///
    /// @param method in capitals
    /// @param path below the mount point, percent-encoded, with its query if it has one
    /// @param body is kept
    public Reply call(
            App app, Caller caller, Source source, String method, String path, ObjectNode body) {
        return call(
                new CallAs(false, Optional.empty(), source.installationId(), Optional.empty()),
                source.address(),
                method,
                path,
                body,
                (operation, _) -> Admission.admit(operation, app, caller));
    }

    private Reply call(
            CallAs as,
            String address,
            String method,
            String path,
            ObjectNode body,
            BiFunction<Operation, Envelope, Admitted> admit) {
        var id = requestPrefix + "i" + Long.toString(count.incrementAndGet(), 36);
        try {
            var target = target(method, path);
            // Over HTTP it would say who asks; here the caller of this method says it.
            body.remove(SESSION);
            var envelope = envelope(as);
            envelope.takeFrom(body);
            var admitted = admit.apply(target.operation(), envelope);
            var origin = new Origin(id, publicUrl.get(), NO_ADDRESS, address, false);
            var call = new RequestCall(origin, target, admitted, envelope, body, null);
            return reply(runner.run(call));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            return reply(errors.answer(failure, id));
        }
    }

    private static Envelope envelope(CallAs as) {
        var fields = Json.object();
        as.sessionToken().ifPresent(each -> fields.put(SESSION, each));
        as.installationId().ifPresent(each -> fields.put("_InstallationId", each));
        as.context().ifPresent(each -> fields.set("_context", each));
        var envelope = new Envelope(WritableHeaders.create());
        envelope.takeFrom(fields);
        return envelope;
    }

    private Target target(String method, String path) {
        int question = path.indexOf('?');
        var place = question < 0 ? path : path.substring(0, question);
        var known = BatchOperation.method(method);
        var route = known == null ? null : router.find(known, place).orElse(null);
        if (route == null) {
            throw new RialtoException(ErrorCode.NOT_FOUND, "nothing at this address");
        }
        return new Target(route, place, question < 0 ? "" : path.substring(question + 1));
    }

    private static Reply reply(Answer answer) {
        var body =
                switch (answer.body()) {
                    case Body.Json json -> {
                        var text = new JsonBuffer();
                        text.write(json.value());
                        yield Json.mapper().readTree(text.copy());
                    }
                    case Body.Bytes bytes -> content(answer, bytes.content());
                    case Body.Stream _, Body.Events _ ->
                            throw new RialtoException(
                                    ErrorCode.INVALID_JSON,
                                    "downloads and event streams need a connection");
                };
        return new Reply(answer.status(), answer.headers(), body);
    }

    private static JsonNode content(Answer answer, byte[] content) {
        if (content.length == 0) {
            return Json.object();
        }
        return AnswerWriter.JSON.equals(answer.headers().get("Content-Type"))
                ? Json.mapper().readTree(content)
                : Json.nodes().stringNode(new String(content, StandardCharsets.UTF_8));
    }
}
