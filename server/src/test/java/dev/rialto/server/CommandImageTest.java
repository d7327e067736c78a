package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;

/// A program that speaks the worker protocol.
final class CommandImageTest extends CustomImageContract {
    private static final String PROGRAM = "command.py";

    @Override
    Artifact microApp() {
        return microApp("command", PROGRAM);
    }

    @Override
    Artifact broken() {
        return broken(microApp(), PROGRAM);
    }
}
