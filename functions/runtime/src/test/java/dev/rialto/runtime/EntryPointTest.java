package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Json;
import dev.rialto.runtime.spi.InterfaceDescriptor;
import dev.rialto.runtime.spi.RefusedException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A descriptor may come with a jar that somebody else built.
final class EntryPointTest {
    static final class Hidden {
        public void run() {}
    }

    /// Is public, with methods that are no interfaces.
    public static final class Shown {
        public void both(String one, String other) {}

        void secret() {}
    }

    @ParameterizedTest
    @CsvSource({
        "java.util.Timer#purge, not the micro app's own",
        "dev.rialto.sdk.testing.TestContext#of, not the micro app's own",
        "dev.rialto.runtime.SharedRuntime#leaks, can't be loaded",
        "absent.Main#run, can't be loaded",
        "absent, no class#method",
        "dev.rialto.runtime.EntryPointTest$Hidden#run, not public",
        "dev.rialto.runtime.EntryPointTest$Shown#both, more than an input",
        "dev.rialto.runtime.EntryPointTest$Shown#secret, 0 public methods",
    })
    void refusesTargetsThatAreNoFunctions(String target, String why) {
        var exposed =
                new InterfaceDescriptor(
                        "function",
                        "run",
                        target,
                        "",
                        Json.object(),
                        Json.object(),
                        List.of(),
                        InterfaceDescriptor.Limits.USUAL);
        var loader = TestLoader.of(EntryPointTest.class, Hidden.class, Shown.class);
        assertThatThrownBy(() -> EntryPoint.of(exposed, loader, new Values()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }
}
