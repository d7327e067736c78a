package dev.rialto.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// SIGTERM and SIGINT: the first one ends the process in an orderly way, a second one at once. Java
/// itself ignores the second.
final class StopSignals {
    /// What shells add to the number of a signal for the exit code of a process that it ended.
    private static final int EXIT_CODE = 128;

    private final AtomicBoolean stopping = new AtomicBoolean();

    /// Handles the signals from now on.
    static void handle() {
        var signals = new StopSignals();
        try {
            for (String name : List.of("TERM", "INT")) {
                signals.handle(name);
            }
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError("this Java has no sun.misc.Signal", failure);
        }
    }

    /// By reflection: the compiler warns of `sun.misc`, which is nevertheless what there is for
    /// signals, and that warning can't be suppressed.
    private void handle(String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object received = signal.getConstructor(String.class).newInstance(name);
        int exitCode = EXIT_CODE + (int) signal.getMethod("getNumber").invoke(received);
        Runnable stop = () -> stop(exitCode);
        MethodHandle run =
                MethodHandles.publicLookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                        .bindTo(stop);
        Object handles =
                MethodHandleProxies.asInterfaceInstance(
                        handler, MethodHandles.dropArguments(run, 0, signal));
        signal.getMethod("handle", signal, handler).invoke(null, received, handles);
    }

    private void stop(int exitCode) {
        if (stopping.compareAndSet(false, true)) {
            System.exit(exitCode);
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
