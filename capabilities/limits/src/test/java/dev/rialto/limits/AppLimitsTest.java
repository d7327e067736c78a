package dev.rialto.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.store.Invalidations;
import dev.rialto.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppLimitsTest {
    @Test
    void forgetsWhatATransactionHasSetThatIsUndone() {
        try (var postgres = TestDatabase.create();
                var invalidations = Invalidations.start(postgres.database(), postgres.settings())) {
            var limits = new AppLimits(postgres.database(), invalidations);
            App app = postgres.app("undone");
            var wanted = List.of(RateLimit.parse("work.one 1/1m app"));

            assertThatThrownBy(() ->
                            postgres.database()
                                    .inTransaction(() -> {
                                        limits.replace(app, wanted);
                                        assertThat(limits.of(app)).isEqualTo(wanted);
                                        throw new IllegalStateException("undone");
                                    }))
                    .hasMessage("undone");

            assertThat(limits.of(app)).isEmpty();
            limits.replace(app, wanted);
            assertThat(limits.of(app)).isEqualTo(wanted);
        }
    }
}
