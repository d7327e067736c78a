package dev.rialto.http;

import dev.rialto.http.Operation.Trait;
import dev.rialto.kernel.Gauges;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.SetupException;
import dev.rialto.kernel.Timing;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The server's front door, open: listens, and answers with the operations it was given, beside
/// `/batch` and `/openapi.json`, which are its own.
public final class Listener implements AutoCloseable {
    private static final String TLS = "tls";

    /// How long no connection must have had a request before those that wait for one are closed.
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final HttpSettings settings;
    private final PaceKeeper keeper = new PaceKeeper(Timing.SYSTEM);
    private final Shutdown shutdown = new Shutdown(keeper.timing(), this::sayFarewell);
    private final FrontDoor frontDoor;
    private final InProcessCalls calls;
    private final OpenSockets sockets;
    private final WebServer server;
    private final long maxBody;
    private final Optional<PlainPort.Tls> tls;
    private volatile int port;
    private volatile int tlsPort;

    /// What a listener is given to work with.
    ///
    /// @param operations all there are
    /// @param steps what happens around operations, the outermost first
    /// @param describers complete the API's description
    /// @param translators tell what exceptions of lower layers mean
    /// @param transactions make a batch all or nothing
    /// @param sockets where WebSockets are taken
    /// @param observers take note of what happens
    public record Parts(
            List<Operation> operations,
            List<OperationStep> steps,
            List<ApiDescriber> describers,
            Admission admission,
            List<ErrorTranslator> translators,
            TransactionRunner transactions,
            List<SocketEndpoint> sockets,
            Observers observers) {
        public Parts {
            operations = List.copyOf(operations);
            steps = List.copyOf(steps);
            describers = List.copyOf(describers);
            translators = List.copyOf(translators);
            sockets = List.copyOf(sockets);
        }

        /// Operations alone.
        public static Parts of(
                List<Operation> operations, Admission admission, TransactionRunner transactions) {
            return new Parts(
                    operations,
                    List.of(),
                    List.of(),
                    admission,
                    List.of(),
                    transactions,
                    List.of(),
                    Observers.NONE);
        }
    }

    /// Who takes note of what happens.
    ///
    /// @param operations learns of each call of an operation
    /// @param exchanges learn of each request over HTTP
    public record Observers(OperationObserver operations, List<ExchangeObserver> exchanges) {
        /// Nobody.
        public static final Observers NONE = new Observers(OperationObserver.NONE, List.of());

        public Observers {
            exchanges = List.copyOf(exchanges);
        }
    }

    private Listener(HttpSettings settings, Parts parts, Optional<PlainPort.Tls> tls) {
        this.settings = settings;
        this.tls = tls;
        var plain = new PlainPort(tls, settings, () -> tlsPort);
        var errors = new ErrorAnswers(parts.translators());
        var cors = new Cors(settings.allowOrigins(), parts.operations());
        maxBody = maxBody(parts.operations());
        var router = new Router();
        var runner =
                new OperationRunner(parts.steps(), parts.observers().operations(), errors::meaning);
        for (var operation : operations(parts, router, runner, errors)) {
            if (!operation.has(Trait.SOCKET)) {
                router.add(operation);
            }
            runner.add(operation);
        }
        var admission = parts.admission();
        var requestPrefix = new Ids().hex(3) + "-";
        frontDoor =
                new FrontDoor(
                        router,
                        admission,
                        runner,
                        errors,
                        cors,
                        parts.observers().exchanges(),
                        settings,
                        shutdown,
                        plain,
                        tls.flatMap(PlainPort.Tls::hsts),
                        this::publicUrl,
                        requestPrefix);
        calls =
                new InProcessCalls(
                        router, admission, runner, errors, this::publicUrl, requestPrefix);
        this.sockets = new OpenSockets(keeper, maxMessage(parts.sockets()));
        var upgrade =
                new SocketUpgrade(
                        parts.sockets(),
                        sockets,
                        cors,
                        new TrustedProxies(settings.trustedProxies()),
                        plain);
        this.server = server(upgrade, cors);
    }

    /// Opens the door.
    ///
    /// @throws SetupException when the port is taken, or the address is not one of this machine
    public static Listener start(HttpSettings settings, Parts parts) {
        requireFree(settings.host(), settings.port());
        return new Listener(settings, parts, Optional.empty()).open();
    }

    /// Opens the door with TLS on a port of its own beside plain HTTP.
    ///
    /// @throws SetupException when a port is taken, or the address is not one of this machine
    public static Listener start(
            HttpSettings settings, Parts parts, TlsSettings tls, ServerIdentity identity) {
        requireFree(settings.host(), settings.port());
        requireFree(settings.host(), tls.port());
        return new Listener(settings, parts, Optional.of(new PlainPort.Tls(tls, identity))).open();
    }

    private Listener open() {
        keeper.start();
        try {
            server.start();
            port = server.port();
            tlsPort = tls.isPresent() ? server.port(TLS) : 0;
            if (!server.isRunning()) {
                throw new IllegalStateException(
                        "can't listen on %s:%d: the port is in use, or the address is not available"
                                .formatted(settings.host(), settings.port()));
            }
            return this;
        } catch (RuntimeException failure) {
            keeper.close();
            throw failure;
        }
    }

    /// The port that is listened on.
    public int port() {
        return port;
    }

    /// The port of TLS; empty when there is only plain HTTP.
    public Optional<Integer> tlsPort() {
        return tls.map(_ -> tlsPort);
    }

    /// The operations, for code that this server runs itself.
    public InProcessCalls calls() {
        return calls;
    }

    /// How many WebSockets are open.
    public int openSockets() {
        return sockets.count();
    }

    /// Lets be measured what is open.
    public void measure(Gauges to) {
        to.gauge("rialto.http.sockets", "Open WebSockets.", sockets::count);
        to.gauge(
                "rialto.http.event.streams",
                "Open streams of server-sent events.",
                frontDoor.streams()::count);
        to.gauge(
                "rialto.http.requests.running",
                "Requests in progress, including uploads.",
                frontDoor::running);
    }

    /// The address under which clients reach the operations, without a slash at its end.
    public String publicUrl() {
        return settings.publicUrl().isEmpty()
                ? localUrl() + settings.mounts().first()
                : settings.publicUrl();
    }

    private String localUrl() {
        var host = publicHost(settings.host()) + ":";
        return tls.isPresent() ? "https://" + host + tlsPort : "http://" + host + port;
    }

    /// Makes [#close] keep connections that wait for a request until none has come for a second.
    /// For proxies, which use such connections at any moment.
    public void linger() {
        shutdown.linger(LINGER);
    }

    /// Stops accepting, ends WebSockets and streams of events, lets requests that run or arrive end
    /// within the grace of the settings, each as the last one of its connection, then cuts off the
    /// rest.
    @Override
    public void close() {
        shutdown.announce();
        server.stop();
        shutdown.begin();
        sockets.cut();
        keeper.close();
    }

    /// Only now, when nothing is accepted any more: clients come back at once, and are to reach
    /// another node.
    private void sayFarewell() {
        frontDoor.streams().stop();
        sockets.stop();
        keeper.enforce();
    }

    /// The operations of the shelf and the listener's own.
    private List<Operation> operations(
            Parts parts, Router router, OperationRunner runner, ErrorAnswers errors) {
        var operations = new ArrayList<>(parts.operations());
        operations.add(
                new BatchOperation(
                                router,
                                runner,
                                parts.transactions(),
                                errors,
                                settings.limits().batch(),
                                settings.mounts())
                        .operation());
        operations.addAll(
                new OpenApi(operations, parts.describers(), this::publicUrl).operations());
        return operations;
    }

    private long maxBody(List<Operation> operations) {
        return operations.stream()
                .mapToLong(operation -> operation.protocol().maxBody())
                .reduce(settings.limits().body(), Math::max);
    }

    private static int maxMessage(List<SocketEndpoint> sockets) {
        return sockets.stream().mapToInt(socket -> socket.limits().message()).max().orElse(0);
    }

    private WebServer server(SocketUpgrade upgrade, Cors cors) {
        var limits = settings.limits();
        int connections = OpenFiles.connections(limits.connections());
        // Where TLS is offered, few clients come without.
        int plain = tls.isPresent() ? Math.max(1, connections / 4) : connections;
        var server = WebServer.builder().shutdownHook(false).featuresDiscoverServices(false);
        var handlers = unreadable(cors);
        listen(server, settings.port(), upgrade, Optional.empty(), handlers);
        server.maxTcpConnections(plain);
        if (tls.isPresent()) {
            var identity = Optional.of(tls.get().identity());
            int tlsPort = tls.get().settings().port();
            server.putSocket(
                    TLS,
                    socket -> {
                        listen(socket, tlsPort, upgrade, identity, handlers);
                        socket.maxTcpConnections(Math.max(1, connections - plain));
                    });
        }
        return server.build();
    }

    private void listen(
            ListenerConfig.BuilderBase<?, ?> socket,
            int at,
            SocketUpgrade upgrade,
            Optional<ServerIdentity> identity,
            DirectHandlers handlers) {
        var limits = settings.limits();
        socket.host(settings.host())
                .port(at)
                .protocolsDiscoverServices(false)
                .addConnectionSelector(
                        new PacedConnections(keeper, limits, shutdown, upgrade, identity))
                .backlog(4096)
                // A body that is somewhat too long gets an answer from the operation it goes to.
                .maxPayloadSize(2 * Math.max(maxBody, limits.upload() * 4 / 3))
                .idleConnectionTimeout(limits.idle())
                .idleConnectionPeriod(limits.idle())
                .shutdownGracePeriod(limits.grace())
                .connectionOptions(options ->
                        options.tcpNoDelay(true)
                                .readTimeout(limits.idle().plus(Duration.ofSeconds(5))))
                .contentEncoding(UndecodedBodies.create())
                .directHandlers(handlers)
                .routing(routing -> routing.any(frontDoor));
    }

    /// Answers what is so broken that it never becomes a request.
    private static DirectHandlers unreadable(Cors cors) {
        DirectHandler handler =
                (_, _, status, headers, message) -> {
                    var answer =
                            DirectHandler.TransportResponse.builder()
                                    .status(status)
                                    .keepAlive(false)
                                    .header(cors.allowOrigin())
                                    .header(AnswerWriter.JSON_TYPE);
                    headers.forEach(answer::header);
                    var text =
                            message == null || status.family() == Status.Family.SERVER_ERROR
                                    ? status.reasonPhrase()
                                    : message;
                    return answer.entity(
                                    Json.write(Json.object().put("error", text))
                                            .getBytes(StandardCharsets.UTF_8))
                            .build();
                };
        var handlers = DirectHandlers.builder();
        for (var type : EventType.values()) {
            handlers.addHandler(type, handler);
        }
        return handlers.build();
    }

    /// The web server only logs that it can't listen, so that is tried first.
    private static void requireFree(String host, int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException failure) {
            throw new SetupException(
                    "can't listen on "
                            + host
                            + " port "
                            + port
                            + " ("
                            + failure.getMessage()
                            + "): stop what uses it, or choose others with http.port, tls.port and"
                            + " http.host",
                    failure);
        }
    }

    private static String publicHost(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
