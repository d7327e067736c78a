package dev.rialto.cli;

import dev.rialto.cli.LocalKeys.AppKey;
import dev.rialto.kernel.SetupException;
import dev.rialto.server.AddressFile;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of every command that talks to a server: where it is, and what it is to be shown.
final class ServerOptions {
    private static final String STANDARD = "http://127.0.0.1:1337/v1";
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final Set<String> LOCAL = Set.of("localhost", "[::1]");

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "The server (default: RIALTO_SERVER, or the one that runs on the data folder,"
                            + " or "
                            + STANDARD
                            + ").")
    private @Nullable String server;

    @Option(
            names = "--app",
            paramLabel = "ID",
            description = "The app (default: RIALTO_APP, or the one that the first start created).")
    private @Nullable String app;

    @Option(
            names = "--master-key",
            paramLabel = "KEY",
            description = {
                "Its master key (default: RIALTO_MASTER_KEY). Other users of this machine can see"
                        + " the command line, but not the variable.",
                "Not needed for a server on this machine whose data folder is found: there, a"
                        + " key is created and stored in "
                        + LocalKeys.FILE
                        + "."
            })
    private @Nullable String masterKey;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Trust this certificate authority alone, a PEM file, for a server with a"
                            + " certificate that is not public (default: RIALTO_CA).")
    private @Nullable Path ca;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The data folder of a server on this machine (default: rialto-data in this"
                            + " folder or one of its parents).")
    private @Nullable Path data;

    /// A server that a command talks to.
    ///
    /// @param root ends in `/v1`
    /// @param isLocal whether it is on this machine
    /// @param source who says that it is there, or why it might not be
    /// @param ca the certificate authority that is trusted in place of the public ones
    record Target(URI root, boolean isLocal, String source, Optional<Path> ca) {
        Target(URI root, boolean isLocal, String source) {
            this(root, isLocal, source, Optional.empty());
        }
    }

    /// The environment and folder that a command runs in.
    record CommandContext(Map<String, String> environment, Path folder) {
        static CommandContext here() {
            return new CommandContext(System.getenv(), Path.of(""));
        }

        Optional<String> variable(String name) {
            return Optional.ofNullable(environment.get(name)).filter(each -> !each.isBlank());
        }
    }

    /// A server for commands that need the master key.
    ///
    /// @param notes takes what the person at the terminal should know
    RemoteServer connect(PrintWriter notes) {
        return connect(CommandContext.here(), notes);
    }

    RemoteServer connect(CommandContext context, PrintWriter notes) {
        Target target = target(context);
        warn(target, notes);
        Optional<String> id = app(context);
        Optional<String> key = Optional.ofNullable(masterKey).or(() -> masterKey(context));
        if (key.isPresent()) {
            return new RemoteServer(
                    target,
                    Credentials.master(id.orElse(LocalKeys.FIRST_APP), key.get()),
                    Optional.empty());
        }
        LocalKeys keys =
                local(target, context)
                        .orElseThrow(() ->
                                new SetupException(
                                        "this needs the app's master key: give it with"
                                                + " --master-key or RIALTO_MASTER_KEY"));
        AppKey kept = keys.kept(id).orElseGet(() -> make(target, keys, id, notes));
        return new RemoteServer(
                target, Credentials.master(kept.app(), kept.key()), Optional.of(keys));
    }

    /// A server for commands that act as any client.
    RemoteServer connectAsClient(Optional<String> restKey, Optional<String> session) {
        return connectAsClient(CommandContext.here(), restKey, session);
    }

    RemoteServer connectAsClient(
            CommandContext context, Optional<String> restKey, Optional<String> session) {
        Target target = target(context);
        Optional<String> id =
                app(context)
                        .or(() ->
                                local(target, context)
                                        .flatMap(keys -> keys.kept(Optional.empty()))
                                        .map(AppKey::app));
        return new RemoteServer(
                target,
                new Credentials(
                        id.orElse(LocalKeys.FIRST_APP),
                        Optional.empty(),
                        restKey.or(() -> context.variable("RIALTO_REST_KEY")),
                        session),
                Optional.empty());
    }

    private static AppKey make(
            Target target, LocalKeys keys, Optional<String> app, PrintWriter notes) {
        requireServer(target);
        AppKey made = keys.make(app);
        notes.println(
                "created a master key for the app "
                        + made.app()
                        + " and stored it in "
                        + keys.file());
        notes.flush();
        return made;
    }

    /// A key is made only when there is somebody to show it to.
    private static void requireServer(Target target) {
        var nobody = new Credentials("", Optional.empty(), Optional.empty(), Optional.empty());
        try (var server = new RemoteServer(target, nobody, Optional.empty())) {
            server.answer(RemoteServer.Message.get("/health"));
        }
    }

    private Optional<String> app(CommandContext context) {
        return Optional.ofNullable(app).or(() -> context.variable("RIALTO_APP"));
    }

    private static Optional<String> masterKey(CommandContext context) {
        return context.variable("RIALTO_MASTER_KEY");
    }

    private Optional<LocalKeys> local(Target target, CommandContext context) {
        return target.isLocal() ? near(context) : Optional.empty();
    }

    private Optional<LocalKeys> near(CommandContext context) {
        return LocalKeys.near(context.folder(), Optional.ofNullable(data));
    }

    /// The server that is named; else the one that runs on the data folder found here; else the
    /// standard one.
    private Target target(CommandContext context) {
        Target found = found(context);
        Optional<Path> trusted =
                Optional.ofNullable(ca).or(() -> context.variable("RIALTO_CA").map(Path::of));
        return new Target(found.root(), found.isLocal(), found.source(), trusted);
    }

    private Target found(CommandContext context) {
        if (server != null) {
            return named(server, "--server");
        }
        if (data != null) {
            Optional<Target> running = near(context).flatMap(ServerOptions::running);
            if (running.isPresent()) {
                return running.get();
            }
        }
        Optional<String> variable = context.variable("RIALTO_SERVER");
        if (variable.isPresent()) {
            return named(variable.get(), "RIALTO_SERVER");
        }
        return near(context).flatMap(ServerOptions::running).orElseGet(() -> standard(context));
    }

    private static Optional<Target> running(LocalKeys keys) {
        return AddressFile.read(keys.folder())
                .map(root -> new Target(root, true, "as " + keys.folder() + " says"));
    }

    private Target standard(CommandContext context) {
        return new Target(
                URI.create(STANDARD),
                true,
                near(context)
                        .map(keys -> "no server runs on " + keys.folder())
                        .orElse("there is no data folder here"));
    }

    private static Target named(String text, String source) {
        try {
            URI given = new URI(text.replaceFirst("/+$", ""));
            String scheme = String.valueOf(given.getScheme()).toLowerCase(Locale.ROOT);
            if (SCHEMES.contains(scheme)
                    && given.getHost() != null
                    && given.getUserInfo() == null
                    && given.getQuery() == null
                    && given.getFragment() == null) {
                URI root = given.getPath().isEmpty() ? URI.create(given + "/v1") : given;
                return new Target(root, isLocal(root), "given as " + source);
            }
        } catch (URISyntaxException _) {
            // told below
        }
        throw new SetupException(source + " must be like " + STANDARD);
    }

    private static void warn(Target target, PrintWriter notes) {
        if ("http".equalsIgnoreCase(target.root().getScheme()) && !target.isLocal()) {
            notes.println(
                    "warning: the master key is sent over the network unencrypted; use https");
            notes.flush();
        }
    }

    private static boolean isLocal(URI root) {
        return LOCAL.contains(root.getHost()) || root.getHost().matches("127(\\.\\d{1,3}){3}");
    }
}
