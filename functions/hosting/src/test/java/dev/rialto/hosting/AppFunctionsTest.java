package dev.rialto.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.functions.spi.Binding;
import dev.rialto.functions.spi.Descriptor;
import dev.rialto.functions.spi.InterfaceDescriptor;
import dev.rialto.hosting.AppFunctions.ServedInterface;
import dev.rialto.sdk.processor.Declarations;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is found while revision 1 of a micro app is live and revision 2 gets some of the calls.
final class AppFunctionsTest {
    private final AppFunctions functions =
            new AppFunctions(
                    Map.of(
                            "shop",
                            new MicroApp(
                                    "shop", Map.of(), new Traffic(1, 0, 2, 50), Optional.empty())),
                    List.of(revision(1, "both", "old"), revision(2, "both", "new")));

    private static ServedRevision revision(int number, String... names) {
        List<InterfaceDescriptor> interfaces =
                Arrays.stream(names).map(AppFunctionsTest::exposed).toList();
        return new ServedRevision(
                new Revision(
                        "shop",
                        number,
                        new Descriptor("shop", "trade", "shop", "1", "", "shared", interfaces),
                        Instant.EPOCH),
                new ServedRevision.Setup(Map.of(), "shared"),
                () -> {
                    throw new AssertionError("nothing is called");
                });
    }

    private static InterfaceDescriptor exposed(String name) {
        return new InterfaceDescriptor(
                name,
                "run",
                "shop.Main#" + name,
                InterfaceDescriptor.unknownContract(),
                List.of(new Binding.CloudFunction(name)),
                InterfaceDescriptor.Limits.USUAL,
                Declarations.NONE);
    }

    private Optional<Integer> found(String name, int meant) {
        return functions
                .function(name, each -> each.number() == meant)
                .map(ServedInterface::number);
    }

    @Test
    void findsTheRevisionThatIsMeant() {
        assertThat(found("both", 1)).contains(1);
        assertThat(found("both", 2)).contains(2);
        assertThat(found("trade-shop-both-run", 1)).contains(1);
        assertThat(found("trade-shop-both-run", 2)).contains(2);
    }

    @Test
    void findsNothingThatTheRevisionHasNot() {
        assertThat(found("old", 1)).contains(1);
        assertThat(found("old", 2)).isEmpty();
        assertThat(found("new", 1)).isEmpty();
        assertThat(found("new", 2)).contains(2);
        assertThat(found("absent", 1)).isEmpty();
    }
}
