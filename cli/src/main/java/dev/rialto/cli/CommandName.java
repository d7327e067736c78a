package dev.rialto.cli;

/// What the command is called where it was started, for messages: `./rialto` in the sources,
/// `bin/rialto` or `rialto` in a release, which sets the property.
final class CommandName {
    private static final String NAME = System.getProperty("rialto.name", "./rialto");

    private CommandName() {}

    /// A command line that can be typed.
    static String with(String arguments) {
        return NAME + " " + arguments;
    }
}
