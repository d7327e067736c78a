package dev.rialto.cli;

import picocli.CommandLine.Command;

/// Groups the commands on files.
@Command(
        name = "files",
        description = "Looks after files: what they take up, which are unused, where they are.",
        subcommands = {FilesUsageCommand.class, FilesSweepCommand.class, FilesMoveCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class FilesCommand {
    private FilesCommand() {}
}
