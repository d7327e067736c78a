package dev.rialto.cli;

import picocli.CommandLine.Command;

/// Groups the commands on micro apps.
@Command(
        name = "micro-app",
        description = "Lists, shows, configures, moves and deletes deployed micro apps.",
        subcommands = {
            MicroAppListCommand.class,
            MicroAppShowCommand.class,
            MicroAppConfigCommand.class,
            MicroAppMoveCommand.class,
            MicroAppDeleteCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class MicroAppCommand {
    private MicroAppCommand() {}

    /// Where a micro app is on the server.
    ///
    /// @param more empty, or begins with a slash
    static String path(String name, String more) {
        return "/micro-apps/" + RemoteServer.segment(name) + more;
    }
}
