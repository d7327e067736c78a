package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private final DeclaredMemory memory = new DeclaredMemory(100);
    private final Capacity capacity = new Capacity(10, 10, memory);

    private static Capacity.Holder fleet(String app) {
        return new Capacity.Holder() {
            @Override
            public String app() {
                return app;
            }

            @Override
            public Optional<Long> idleSince() {
                return Optional.empty();
            }

            @Override
            public long memory() {
                return 40;
            }

            @Override
            public boolean endIdle() {
                return false;
            }
        };
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
}
