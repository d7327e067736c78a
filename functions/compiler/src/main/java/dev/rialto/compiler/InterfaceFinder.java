package dev.rialto.compiler;

import java.util.List;
import javax.annotation.processing.Processor;

/// The SDK's annotation processor, which finds what a micro app exposes. No other ever runs.
final class InterfaceFinder {
    private static final String NAME = "dev.rialto.sdk.processor.InterfaceProcessor";

    private InterfaceFinder() {}

    /// A new one, for one run of the compiler.
    static List<Processor> forOneRun() {
        try {
            return List.of(
                    Class.forName(NAME).asSubclass(Processor.class).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException missing) {
            return List.of();
        }
    }
}
