package dev.rialto.cli;

import picocli.CommandLine.Command;

/// Groups the commands on files.
@Command(
        name = "files",
        description = "Moves the files of a database.",
        subcommands = FilesMoveCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class FilesCommand {
    private FilesCommand() {}
}
