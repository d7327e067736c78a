package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private final DeclaredMemory memory = new DeclaredMemory(100);
    private final Capacity capacity = new Capacity(10, 10, memory);

    /// A fleet whose instances are all idle, or never.
    private static final class Instances implements Capacity.Holder {
        private final String app;
        private final Capacity of;
        private final boolean idle;
        private final long memory;
        private int count;

        Instances(String app, Capacity of, boolean idle, long memory) {
            this.app = app;
            this.of = of;
            this.idle = idle;
            this.memory = memory;
        }

        boolean begin() {
            boolean begun = of.take(this);
            count += begun ? 1 : 0;
            return begun;
        }

        @Override
        public String app() {
            return app;
        }

        @Override
        public Optional<Long> idleSince() {
            return idle && count > 0 ? Optional.of(0L) : Optional.empty();
        }

        @Override
        public long memory() {
            return memory;
        }

        @Override
        public boolean endIdle() {
            count--;
            of.give(this);
            return true;
        }
    }

    private Capacity.Holder fleet(String app) {
        return new Instances(app, capacity, false, 40);
    }

    @Test
    void letsAllMicroAppsTogetherKeepHalfOfThePlaces() {
        Capacity.Holder first = fleet("shop");
        assertThat(capacity.keep(first, "orders", 3)).isTrue();
        assertThat(capacity.keep(fleet("shop"), "reports", 3)).isFalse();
        assertThat(capacity.keep(fleet("games"), "orders", 3)).isFalse();
        assertThat(capacity.keep(fleet("games"), "orders", 2)).isTrue();
        assertThat(capacity.keep(fleet("games"), "scores", 1)).isFalse();
        capacity.forget(first);
        assertThat(capacity.keep(fleet("games"), "scores", 3)).isTrue();
    }

    @Test
    void letsThemKeepAllPlacesWhereAllDo() {
        var all = new Capacity(3, 3, 3, memory);
        assertThat(all.keep(fleet("shop"), "orders", 2)).isTrue();
        assertThat(all.keep(fleet("shop"), "reports", 1)).isTrue();
        assertThat(all.keep(fleet("games"), "orders", 1)).isFalse();
    }

    @Test
    void countsAMicroAppOnceWhileItIsDeployed() {
        assertThat(capacity.keep(fleet("shop"), "orders", 4)).isTrue();
        assertThat(capacity.keep(fleet("shop"), "orders", 5)).isTrue();
        assertThat(capacity.keep(fleet("shop"), "orders", 6)).isFalse();
        assertThat(capacity.keep(fleet("shop"), "reports", 1)).isFalse();
    }

    @Test
    void letsInstancesDeclareNoMoreMemoryThanThereIs() {
        Capacity.Holder first = fleet("shop");
        var other = new Capacity(10, 10, memory);
        assertThat(capacity.take(first)).isTrue();
        assertThat(other.take(first)).isTrue();
        assertThat(capacity.take(first)).isFalse();
        other.give(first);
        assertThat(capacity.take(first)).isTrue();
    }

    @Test
    void letsThemDeclareMoreWhereTheKernelKeepsThemWithinIt() {
        memory.keptByKernel();
        Capacity.Holder first = fleet("shop");
        for (int i = 0; i < 10; i++) {
            assertThat(capacity.take(first)).isTrue();
        }
        assertThat(capacity.take(first)).isFalse();
    }

    @Test
    void endsNobodyForWhatNeverFits() {
        var idle = new Instances("shop", capacity, true, 40);
        assertThat(idle.begin()).isTrue();
        assertThat(new Instances("games", capacity, true, 101).begin()).isFalse();
        assertThat(idle.count).isEqualTo(1);
    }

    @Test
    void endsIdleInstancesOfOtherKindsForTheirMemoryAlone() {
        var idle = new Instances("shop", new Capacity(10, 10, memory), true, 40);
        var one = new Instances("games", new Capacity(1, 1, memory), false, 40);
        var more = new Instances("games", capacity, false, 40);
        assertThat(idle.begin()).isTrue();
        assertThat(one.begin()).isTrue();
        assertThat(one.begin()).as("it lacks a place").isFalse();
        assertThat(idle.count).isEqualTo(1);

        assertThat(more.begin()).as("it lacks memory").isTrue();
        assertThat(idle.count).isZero();
    }
}
