package dev.rialto.http;

import dev.rialto.http.Envelope.Part;
import dev.rialto.http.HttpSettings.Limits;
import dev.rialto.http.Operation.Access;
import dev.rialto.http.Operation.Method;
import dev.rialto.http.Operation.Trait;
import dev.rialto.http.RequestCall.Origin;
import dev.rialto.http.RequestCall.Target;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A request's way from the wire to its operation and back: place, keys, body, the method that the
/// body asks for, session, a permit to run, answer.
final class FrontDoor implements Handler {
    /// Bodies may take this part of the heap; as trees of JSON they take a few times that.
    private static final int BODIES_SHARE = 8;

    private static final HeaderName FORWARDED = HeaderNames.create(TrustedProxies.HEADER);

    private static final HeaderName METHOD_OVERRIDE = HeaderNames.create(Protocol.METHOD_OVERRIDE);

    private static final Answer PREFLIGHT =
            new Answer(200, java.util.Map.of(), new Answer.Body.Bytes(new byte[0]));

    private final Router router;
    private final Admission admission;
    private final OperationRunner runner;
    private final ErrorAnswers errors;
    private final List<ExchangeObserver> observers;
    private final EventStreams streams = new EventStreams();
    private final AnswerWriter writer;
    private final Shutdown shutdown;
    private final PlainPort plain;
    private final Limits limits;
    private final Mounts mounts;
    private final TrustedProxies proxies;
    private final Supplier<String> publicUrl;
    private final BodyBudget budget;
    private final Semaphore permits;
    private final Semaphore uploadPermits;
    private final AtomicLong requests = new AtomicLong();
    private final String requestPrefix;

    FrontDoor(
            Router router,
            Admission admission,
            OperationRunner runner,
            ErrorAnswers errors,
            Cors cors,
            List<ExchangeObserver> observers,
            HttpSettings settings,
            Shutdown shutdown,
            PlainPort plain,
            Optional<Header> hsts,
            Supplier<String> publicUrl,
            String requestPrefix) {
        this.router = router;
        this.admission = admission;
        this.runner = runner;
        this.errors = errors;
        this.observers = observers;
        this.writer = new AnswerWriter(cors, streams, hsts);
        this.shutdown = shutdown;
        this.plain = plain;
        this.limits = settings.limits();
        this.mounts = settings.mounts();
        this.proxies = new TrustedProxies(settings.trustedProxies());
        this.publicUrl = publicUrl;
        this.budget =
                new BodyBudget(
                        Math.max(
                                Runtime.getRuntime().maxMemory() / BODIES_SHARE,
                                2 * Math.max(limits.body(), jsonUploadLimit())));
        this.permits = new Semaphore(limits.concurrentRequests());
        this.uploadPermits = new Semaphore(limits.concurrentRequests());
        this.requestPrefix = requestPrefix;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        var id = requestPrefix + Long.toString(requests.incrementAndGet(), 36);
        var prologue = request.prologue();
        var exchange = new Exchange(id, prologue.method().text(), prologue.uriPath().rawPath());
        var body = new RequestBody(request, budget);
        try {
            handle(request, response, body, exchange);
        } finally {
            exchange.ends(body.received(), response.bytesWritten());
            observers.forEach(each -> each.answered(exchange));
        }
    }

    private void handle(
            ServerRequest request, ServerResponse response, RequestBody body, Exchange exchange) {
        AnswerWriter.Ready ready;
        try {
            ready = answer(request, body, exchange);
        } catch (CloseConnectionException gone) {
            throw gone;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError failure) {
            var meaning = errors.translate(failure, exchange.requestId());
            exchange.fails(meaning.code());
            ready = AnswerWriter.prepare(exchange.announced(ErrorAnswers.answer(meaning)));
        } finally {
            body.release();
        }
        boolean reusable = body.drain() && !wantsClose(request) && !shutdown.hasBegun();
        try {
            exchange.answers(ready.answer().status());
            writer.write(ready, exchange.requestId(), request, response, !reusable);
        } catch (UncheckedIOException gone) {
            throw new CloseConnectionException("the client has disconnected", gone);
        }
        if (!reusable) {
            throw new CloseConnectionException("the last response of this connection was sent");
        }
        Pace.CURRENT.get().awaitRequest(limits.idle());
    }

    /// Streams of events that are under way.
    EventStreams streams() {
        return streams;
    }

    /// How many requests run.
    int running() {
        return 2 * limits.concurrentRequests()
                - permits.availablePermits()
                - uploadPermits.availablePermits();
    }

    private AnswerWriter.Ready answer(ServerRequest request, RequestBody body, Exchange exchange) {
        exchange.comesFrom(client(request));
        var name = exchange.method();
        if (name.equals("OPTIONS")) {
            return AnswerWriter.prepare(preflight(exchange.path()));
        }
        var elsewhere = plain.answer(request);
        if (elsewhere.isPresent()) {
            return AnswerWriter.prepare(elsewhere.get());
        }
        var method = method(name);
        var address = exchange.path();
        if (address.equals(WelcomePage.PATH) && method == Method.GET) {
            return AnswerWriter.prepare(WelcomePage.answer(publicUrl.get()));
        }
        var path = mounts.below(address).orElseThrow(this::notFound);
        var overridden = overridden(request, method, path);
        var route = overridden == null ? route(method, path) : overridden;
        var envelope = new Envelope(request.headers());
        if (envelope.get(Part.APP_ID) != null && !isPublic(route)) {
            // Strangers are turned away before their body is read.
            admission.checkKeys(envelope);
        }
        boolean upload = isUpload(route);
        // A public upload has no SDK's form: its bytes may be signed.
        boolean raw =
                upload
                        && (isPublic(route)
                                || envelope.get(Part.APP_ID) != null
                                || !body.looksLikeJson());
        ObjectNode json;
        if (raw) {
            json = Json.object();
        } else {
            json = upload ? uploaded(body) : body.json(limits.body());
        }
        var asked = json.isEmpty() ? null : envelope.takeFrom(json);
        if (asked != null && method == Method.POST) {
            route = route(method(asked), path);
        }
        if (route == null) {
            admission.checkKeys(envelope);
            throw router.isPlace(path)
                    ? new RialtoException(
                            ErrorCode.METHOD_NOT_ALLOWED,
                            "the method " + (asked == null ? name : asked) + " is not allowed here")
                    : notFound();
        }
        var query = Optional.ofNullable(request.prologue().query().rawValue()).orElse("");
        var target = new Target(route, path, query);
        return run(target, envelope, json, raw ? body : null, exchange);
    }

    private Answer preflight(String address) {
        return mounts.below(address)
                .map(path -> router.protocol(path).onOptions(PREFLIGHT))
                .orElse(PREFLIGHT);
    }

    /// What a POST asks for that names another method, where a protocol has such requests.
    private Router.@Nullable Route overridden(
            ServerRequest request, @Nullable Method method, String path) {
        if (method != Method.POST || !request.headers().contains(METHOD_OVERRIDE)) {
            return null;
        }
        var route = route(method(request.headers().get(METHOD_OVERRIDE).get()), path);
        return route == null || route.operation().protocol().equals(Protocol.NONE) ? null : route;
    }

    private AnswerWriter.Ready run(
            Target target,
            Envelope envelope,
            ObjectNode json,
            @Nullable RequestBody raw,
            Exchange exchange) {
        exchange.asks(target.operation());
        var limit = isUpload(target.route()) ? uploadPermits : permits;
        if (!limit.tryAcquire()) {
            throw new RialtoException(
                    ErrorCode.OVERLOADED, "too many requests at once: try again shortly");
        }
        try {
            var admitted = admission.admit(target.operation(), envelope);
            if (admitted.app() != null) {
                exchange.isOf(admitted.app().id());
            }
            var origin =
                    new Origin(
                            exchange.requestId(),
                            publicUrl.get(),
                            exchange.client(),
                            exchange.client(),
                            exchange.method().equals("HEAD"));
            var call = new RequestCall(origin, target, admitted, envelope, json, raw);
            exchange.calls(call);
            return AnswerWriter.prepare(target.operation().protocol().on(runner.run(call)));
        } finally {
            limit.release();
        }
    }

    private String client(ServerRequest request) {
        var headers = request.headers();
        return proxies.client(
                request.remotePeer().host(),
                headers.contains(FORWARDED)
                        ? Optional.of(String.join(",", headers.get(FORWARDED).allValues()))
                        : Optional.empty());
    }

    /// An upload in its JSON form. One that is too large is refused like any other file: how long
    /// its base64 may be tells a client nothing.
    private ObjectNode uploaded(RequestBody body) {
        try {
            return body.json(jsonUploadLimit());
        } catch (RialtoException refused) {
            if (refused.code() != ErrorCode.REQUEST_TOO_LARGE) {
                throw refused;
            }
            throw new RialtoException(
                    ErrorCode.FILE_TOO_LARGE,
                    "File size exceeds maximum allowed: " + limits.upload() + " bytes.",
                    refused);
        }
    }

    private long jsonUploadLimit() {
        return limits.upload() / 3 * 4 + limits.body() / 16;
    }

    private Router.@Nullable Route route(@Nullable Method method, String path) {
        return method == null ? null : router.find(method, path).orElse(null);
    }

    private static boolean isPublic(Router.@Nullable Route route) {
        return route != null && route.operation().access() == Access.PUBLIC;
    }

    private static boolean isUpload(Router.@Nullable Route route) {
        return route != null && route.operation().has(Trait.UPLOAD);
    }

    private static @Nullable Method method(String name) {
        return switch (name) {
            case "GET", "HEAD" -> Method.GET;
            case "POST" -> Method.POST;
            case "PUT" -> Method.PUT;
            case "PATCH" -> Method.PATCH;
            case "DELETE" -> Method.DELETE;
            default -> null;
        };
    }

    private static boolean wantsClose(ServerRequest request) {
        return request.headers().contains(HeaderNames.CONNECTION)
                && request.headers().contains(HeaderValues.CONNECTION_CLOSE);
    }

    private RialtoException notFound() {
        return new RialtoException(
                ErrorCode.NOT_FOUND,
                "nothing at this address; the API is below "
                        + String.join(" and ", mounts.paths()));
    }
}
