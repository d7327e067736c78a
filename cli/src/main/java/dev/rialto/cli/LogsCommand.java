package dev.rialto.cli;

import dev.rialto.cli.RemoteServer.Message;
import dev.rialto.cli.RemoteServer.Outcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// Shows what a micro app logged.
@Command(
        name = "logs",
        description = {
            "Shows what a micro app logged, in the time zone of this machine.",
            "The newest 10,000 lines are kept."
        },
        mixinStandardHelpOptions = true)
final class LogsCommand implements Runnable {
    /// So many lines the server gives at once.
    private static final int MAX_LINES = 1_000;

    private static final Duration SOON = Duration.ofMillis(250);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final int BUSY = 503;

    /// How bad what a line tells is.
    enum Level {
        debug,
        info,
        warn,
        error;

        /// A level that a newer server may have is shown.
        boolean admits(String level) {
            for (Level each : values()) {
                if (each.name().equals(level)) {
                    return each.compareTo(this) >= 0;
                }
            }
            return true;
        }
    }

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "The micro app.")
    private String name = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Shows further lines as they arrive, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "LINES",
            description = "How many of the newest lines (default: 100; at most 1,000).")
    private int lines = 100;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            description = "Only lines of this level and above: debug, info, warn or error.")
    private Level level = Level.debug;

    @Mixin private ServerOptions options = new ServerOptions();

    private long last;

    @Override
    public void run() {
        if (spec != null && (lines < 0 || lines > MAX_LINES)) {
            throw new ParameterException(
                    spec.commandLine(), "--lines must be 0 to " + MAX_LINES + ", not " + lines);
        }
        try (RemoteServer server = options.connect(Console.errorOf(spec))) {
            // Lines of other levels are passed by, so more of them are needed.
            int limit = level == Level.debug ? Math.max(lines, 1) : MAX_LINES;
            List<JsonNode> found = take(server.ask(page(limit)));
            print(found.subList(Math.max(0, found.size() - lines), found.size()));
            if (follow) {
                follow(server);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(RemoteServer server) throws InterruptedException {
        Duration pause = SOON;
        boolean unreachable = false;
        while (true) {
            Thread.sleep(pause);
            switch (server.send(page(MAX_LINES))) {
                case Outcome.Answered(int status, _) when status == BUSY -> pause = QUIET;
                case Outcome.Answered answered when answered.isError() ->
                        throw server.refused(answered);
                case Outcome.Answered(_, JsonNode body) -> {
                    if (unreachable) {
                        unreachable = false;
                        rewind(server);
                        pause = Duration.ZERO;
                        continue;
                    }
                    long before = last;
                    print(take(body));
                    pause = last == before ? longer(pause) : SOON;
                }
                case Outcome.Unreachable _ -> {
                    if (!unreachable) {
                        PrintWriter error = Console.errorOf(spec);
                        error.println("rialto: the server is not reachable; waiting for it");
                        error.flush();
                    }
                    unreachable = true;
                    pause = QUIET;
                }
            }
        }
    }

    /// Starts over when the newest line has a smaller number than one that was shown: a crash of
    /// PostgreSQL empties the log and lets it count from 1 again.
    private void rewind(RemoteServer server) {
        JsonNode newest =
                server.ask(Message.get(MicroAppCommand.path(name, "/log?after=0&limit=1")));
        long id = 0;
        for (JsonNode each : newest.path("lines")) {
            id = each.path("id").asLong(0);
        }
        last = id < last ? 0 : last;
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.plus(SOON);
        return next.compareTo(QUIET) > 0 ? QUIET : next;
    }

    private Message page(int limit) {
        return Message.get(
                MicroAppCommand.path(name, "/log") + "?after=" + last + "&limit=" + limit);
    }

    /// Notes how far the log is read.
    private List<JsonNode> take(JsonNode answer) {
        List<JsonNode> wanted = new ArrayList<>();
        for (JsonNode each : answer.path("lines")) {
            last = Math.max(last, each.path("id").asLong(0));
            if (level.admits(each.path("level").asString(""))) {
                wanted.add(each);
            }
        }
        return wanted;
    }

    private void print(List<JsonNode> wanted) {
        var printer = new LogPrinter(Console.of(spec), LocalZone.find());
        wanted.forEach(printer::print);
        Console.of(spec).flush();
    }
}
