package dev.rialto.cli;

import dev.rialto.kernel.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `rialto` command with all its subcommands: one class each.
@Command(
        name = "rialto",
        description = "A self-hosted backend platform that speaks Parse's REST protocol.",
        subcommands = {
            ServeCommand.class,
            DeployCommand.class,
            PublishCommand.class,
            SplitCommand.class,
            RollbackCommand.class,
            MicroAppCommand.class,
            FunctionsCommand.class,
            LogsCommand.class,
            MessagesCommand.class,
            CallCommand.class,
            AppCommand.class,
            SettingsCommand.class,
            FilesCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DoctorCommand.class,
            UpgradeCommand.class,
            NewCommand.class,
            TrainCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = RialtoCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "First steps:",
            "  ${sys:rialto.name:-./rialto} serve          start a server on http://127.0.0.1:1337",
            "  ${sys:rialto.name:-./rialto} app list       list its apps",
            "  ${sys:rialto.name:-./rialto} deploy FOLDER  deploy your function",
            "  ${sys:rialto.name:-./rialto} functions      see how functions are doing",
            "  ${sys:rialto.name:-./rialto} COMMAND --help all about a command",
            "",
            "In the sources, ./rialto test also runs the project's tests, ./rialto bench its benchmarks,",
            "and ./rialto dist makes releases.",
        })
public final class RialtoCommand {
    /// What `--version` prints.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Rialto " + dev.rialto.server.Version.withCommit()};
        }
    }

    private RialtoCommand() {}

    public static void main(String[] arguments) {
        configureLog();
        System.exit(run(arguments));
    }

    /// Runs one command line.
    ///
    /// @return the exit code: 0 done, 1 could not be done, 2 wrong command line
    static int run(String... arguments) {
        CommandLine line = line();
        if (arguments.length == 0) {
            line.usage(line.getOut());
            return 0;
        }
        return line.execute(arguments);
    }

    static CommandLine line() {
        var line = new CommandLine(new RialtoCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(RialtoCommand::explain);
        return line;
    }

    private static int explain(
            Exception failure, CommandLine line, CommandLine.@Nullable ParseResult parsed)
            throws Exception {
        if (failure instanceof SetupException known) {
            line.getErr().println("rialto: " + known.getMessage().replace("\n", "\n  "));
            return 1;
        }
        if (failure instanceof UncheckedIOException io) {
            line.getErr().println("rialto: reading or writing failed: " + io.getMessage());
            return 1;
        }
        throw failure;
    }

    private static void configureLog() {
        try (InputStream settings = RialtoCommand.class.getResourceAsStream("logging.properties")) {
            LogManager.getLogManager().readConfiguration(settings);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
