package dev.rialto.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// [SoakTable] does the same for longer.
class RevisionSoakTest {
    private static final int WARM = 100;
    private static final int LAST = 300;

    /// A closed revision of [SoakApp] that stays takes about 15 classes, 160 KB of metaspace and 25
    /// KB of heap: 200 of them exceed each bound several times.
    private static final int CLASSES = 300;

    private static final long METASPACE = 6L << 20;
    private static final long HEAP = 2L << 20;

    @TempDir Path folder;

    @Test
    void nothingStaysOfClosedRevisions() throws Exception {
        try (var runtime = new SharedRuntime(SharedSettings.defaults(), (_, _, _) -> {})) {
            var round = new SharedRound(runtime, SoakApp.compiled(folder));
            List<RevisionSoak.Point> points = RevisionSoak.run(round, WARM, LAST);
            RevisionSoak.Point warm = points.getFirst();
            RevisionSoak.Point last = points.getLast();
            assertThat(last.classes() - warm.classes()).isLessThan(CLASSES);
            assertThat(last.metaspace() - warm.metaspace()).isLessThan(METASPACE);
            assertThat(last.heap() - warm.heap()).isLessThan(HEAP);
            assertThat(runtime.retiredWaiting()).isLessThan(10);
            assertThat(runtime.leaks()).isZero();
        }
    }

    @Test
    void aLeakExceedsTheBounds() throws Exception {
        List<Object> kept = new ArrayList<>();
        try (var runtime = new SharedRuntime(SharedSettings.defaults(), (_, _, _) -> {})) {
            var round = new SharedRound(runtime, SoakApp.compiled(folder));
            RevisionSoak.Round leaking =
                    number -> {
                        round.run(number);
                        kept.add(round.lastLoader());
                    };
            List<RevisionSoak.Point> points = RevisionSoak.run(leaking, WARM, LAST);
            RevisionSoak.Point warm = points.getFirst();
            RevisionSoak.Point last = points.getLast();
            assertThat(last.classes() - warm.classes()).isGreaterThan(CLASSES);
            assertThat(last.metaspace() - warm.metaspace()).isGreaterThan(METASPACE);
            assertThat(last.heap() - warm.heap()).isGreaterThan(HEAP);
            assertThat(kept).hasSize(LAST);
            assertThat(runtime.retiredWaiting()).isEqualTo(LAST);
        }
    }
}
