package dev.rialto.hosting;

import dev.rialto.functions.spi.Problem;
import dev.rialto.functions.spi.RefusedException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Decides which runtime a micro app runs in. Code of the JVM runs wherever the operator wants it,
/// as long as its developers don't ask for a process of its own; it can be moved. Other code has
/// one runtime.
final class Placements {
    /// In the server: the fastest, for code that the operator trusts.
    private static final String SHARED = "shared";

    /// In a process that runs all micro apps of the app.
    private static final String HOSTED = "hosted";

    /// In processes of its own.
    static final String ISOLATED = "isolated";

    private static final Set<String> OF_JVM = Set.of(SHARED, HOSTED, ISOLATED);

    private final FunctionsSettings.Placement usual;
    private final BooleanSupplier manyApps;

    /// @param usual where code runs that does not ask for more
    /// @param manyApps whether the server has more than one app
    Placements(FunctionsSettings.Placement usual, BooleanSupplier manyApps) {
        this.usual = usual;
        this.manyApps = manyApps;
    }

    /// The runtime of a revision.
    ///
    /// @param declared by its developers
    String of(Optional<MicroApp.Moved> moved, String declared) {
        String wanted =
                OF_JVM.contains(declared)
                        ? moved.map(MicroApp.Moved::runtime).orElse(declared)
                        : declared;
        return wanted.equals(SHARED) ? usual() : wanted;
    }

    private String usual() {
        return switch (usual) {
            case AUTO -> manyApps.getAsBoolean() ? HOSTED : SHARED;
            case SHARED -> SHARED;
            case HOSTED -> HOSTED;
            case ISOLATED -> ISOLATED;
        };
    }

    /// Whether code in a runtime shares a process with other code, and can be moved to one of its
    /// own.
    static boolean isAmongOthers(String runtime) {
        return OF_JVM.contains(runtime) && !runtime.equals(ISOLATED);
    }

    /// @param declared the runtime that the micro app's developers ask for
    /// @throws RefusedException when it can't be moved there
    static void requireMovable(String microApp, String declared, String to) {
        if (!OF_JVM.contains(to)) {
            throw new RefusedException(
                    Problem.of(
                            "a micro app can be moved to "
                                    + String.join(", ", List.of(SHARED, HOSTED, ISOLATED))
                                    + ", not to \""
                                    + to
                                    + "\""));
        }
        if (!OF_JVM.contains(declared)) {
            throw new RefusedException(
                    Problem.of(
                            microApp
                                    + " can't be moved: its code runs in the runtime \""
                                    + declared
                                    + "\" only"));
        }
    }
}
