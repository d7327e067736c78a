package dev.rialto.server;

import dev.rialto.functions.spi.Artifact;

/// A program that serves HTTP.
final class HttpImageTest extends CustomImageContract {
    private static final String PROGRAM = "serve.py";

    @Override
    Artifact microApp() {
        return microApp("http", PROGRAM);
    }

    @Override
    Artifact broken() {
        return broken(microApp(), PROGRAM);
    }
}
