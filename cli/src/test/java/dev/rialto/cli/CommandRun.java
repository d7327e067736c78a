package dev.rialto.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/// A command that was run in this JVM, and what it printed.
record CommandRun(int code, String out, String error) {
    static CommandRun of(String... arguments) {
        var out = new StringWriter();
        var error = new StringWriter();
        var line = RialtoCommand.line();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(error, true));
        int code = line.execute(arguments);
        return new CommandRun(code, out.toString(), error.toString());
    }

    /// Runs a command on a server, with the keys of an app.
    static CommandRun on(StandInServer server, String... arguments) {
        var all = new String[arguments.length + 6];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        String[] more = {"--server", server.url(), "--app", "shop", "--master-key", "secret"};
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return of(all);
    }
}
