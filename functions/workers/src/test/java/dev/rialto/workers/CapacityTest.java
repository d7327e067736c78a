package dev.rialto.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private final Capacity capacity = new Capacity(10, 10);

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
    void countsAMicroAppOnceWhileItIsDeployed() {
        assertThat(capacity.keep(fleet("shop"), "orders", 4)).isTrue();
        assertThat(capacity.keep(fleet("shop"), "orders", 5)).isTrue();
        assertThat(capacity.keep(fleet("shop"), "orders", 6)).isFalse();
        assertThat(capacity.keep(fleet("shop"), "reports", 1)).isFalse();
    }
}
