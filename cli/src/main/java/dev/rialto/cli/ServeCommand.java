package dev.rialto.cli;

import dev.rialto.apps.AppKeyKind;
import dev.rialto.apps.NewKey;
import dev.rialto.kernel.App;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.RialtoServer;
import dev.rialto.server.ServerSettings;
import dev.rialto.server.WantedApp;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs a server until it is told to stop.
@Command(
        name = "serve",
        description = {
            "Runs a server. The last line it prints is: ready http://127.0.0.1:1337 in N ms.",
            "The first start creates an app and prints its keys. Ctrl-C stops the server, a second"
                    + " one at once."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    /// The app that the first start makes.
    private static final String FIRST_APP = "app";

    /// The exit code when PostgreSQL does not stay.
    private static final int DATABASE_LOST = 3;

    /// Java reports somewhat less than it may use, as a part of its heap is always empty.
    private static final int HEAP_TOLERANCE = 8;

    private static final long MEGABYTE = 1 << 20;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private StorageOptions storage = new StorageOptions();

    @Mixin private KeyOptions keys = new KeyOptions();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Listen on this port; 0 is any free one (default: 1337).")
    private @Nullable String port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "Listen on this address; 0.0.0.0 is all of this machine (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description =
                    "The URL at which clients reach /v1, for a server behind a proxy:"
                            + " https://api.example.com/backend/v1.")
    private @Nullable String publicUrl;

    @Option(
            names = "--app",
            paramLabel = "ID",
            description = {
                "For development: creates this app, with the given --master-key and other keys.",
                "Other users of this machine can see the command line; app.id and app.master-key"
                        + " in the settings do the same."
            })
    private @Nullable String app;

    @Override
    public Integer call() {
        ServerSettings settings = storage.settings(flags());
        List<Logger> configured = settings.telemetry().log().apply();
        try {
            return serve(settings);
        } finally {
            // The JVM would forget the levels of loggers that nobody holds.
            Reference.reachabilityFence(configured);
        }
    }

    private int serve(ServerSettings settings) {
        settings.memory().ifPresent(ServeCommand::requireHeap);
        Optional<SystemdNotice> systemd = SystemdNotice.of(System.getenv());
        RialtoServer server = RialtoServer.start(settings);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    systemd.ifPresent(it -> it.send(SystemdNotice.STOPPING));
                                    stop(server);
                                },
                                "shutdown"));
        StopSignals.handle();
        PrintWriter out = Console.of(spec);
        introduce(server, settings, systemd.isPresent(), out);
        systemd.ifPresent(it -> it.send(SystemdNotice.READY));
        Console.errorOf(spec).println("rialto: " + server.awaitEnd());
        return DATABASE_LOST;
    }

    private static void stop(RialtoServer server) {
        try {
            server.drain();
        } catch (InterruptedException _) {
            // Nothing interrupts this thread; if something did, it was in a hurry.
            Thread.currentThread().interrupt();
        }
        server.close();
    }

    /// Only the command that starts Java can apply the setting: here it is too late for it.
    private static void requireHeap(long wanted) {
        long heap = Runtime.getRuntime().maxMemory();
        if (Math.abs(heap - wanted) > wanted / HEAP_TOLERANCE) {
            throw new SetupException(
                    "memory is set to "
                            + wanted / MEGABYTE
                            + " MB, but Java was started with a heap of "
                            + heap / MEGABYTE
                            + " MB: start the server with the rialto command, and without -Xmx in"
                            + " RIALTO_JAVA_OPTIONS");
        }
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new HashMap<>();
        put(flags, "http.port", port);
        put(flags, "http.host", host);
        put(flags, "http.public-url", publicUrl);
        put(flags, "app.id", app);
        keys.given().forEach(key -> flags.put(WantedApp.keyOf(key.kind()), key.value()));
        return flags;
    }

    private static void put(Map<String, String> flags, String key, @Nullable String value) {
        if (value != null) {
            flags.put(key, value);
        }
    }

    /// @param isService whether what is printed goes to a log, where keys don't belong
    private static void introduce(
            RialtoServer server, ServerSettings settings, boolean isService, PrintWriter out) {
        List<App> apps = server.apps().list();
        if (!apps.isEmpty()) {
            out.println("apps: " + apps.stream().map(App::id).collect(Collectors.joining(", ")));
            if (settings.app().isEmpty()) {
                out.println(
                        "keys can't be shown again; "
                                + CommandName.with("app keys ID --add master")
                                + " generates a new one");
            }
        } else if (isService) {
            out.println("no apps yet; create one with " + CommandName.with("app create ID"));
        } else {
            var kinds = EnumSet.of(AppKeyKind.READ_ONLY_MASTER, AppKeyKind.MAINTENANCE);
            List<NewKey> made = server.apps().create(FIRST_APP, List.of(), kinds);
            KeyPrinter.print(FIRST_APP, made, out);
        }
        List<String> open = settings.open();
        if (!open.isEmpty()) {
            out.println("open to anybody who knows an app's id: " + String.join(", ", open));
        }
        server.tlsPort()
                .ifPresent(port ->
                        out.println(
                                "https on port "
                                        + port
                                        + ", certificate: "
                                        + server.certificate().orElse("none yet")));
        out.println("ready " + address(server, settings) + " in " + sinceStart() + " ms");
        out.flush();
    }

    private static String address(RialtoServer server, ServerSettings settings) {
        String host = settings.http().host();
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "http://" + (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + server.port();
    }

    /// Milliseconds since the process began; the start script tells when that was, to count its own
    /// work too.
    private static long sinceStart() {
        String told = System.getProperty("rialto.started", "").replaceAll("\\D", "");
        long start =
                told.isEmpty()
                        ? ManagementFactory.getRuntimeMXBean().getStartTime()
                        : Long.parseLong(told) / 1000;
        return System.currentTimeMillis() - start;
    }
}
