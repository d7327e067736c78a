package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboundPolicyTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final App SHOP = new App("shop", "app_shop");
    private static final App BANK = new App("bank", "app_bank");
    private static final App OTHER = new App("other", "app_other");

    private final OutboundPolicy policy =
            OutboundPolicy.of(
                    List.of("public", "shop=10.0.0.5:8080", "shop=public", "bank = none"));

    @Test
    void putsTheRulesOfAnAppInPlaceOfThoseForAll() throws UnknownHostException {
        assertThat(policy.rules(SHOP).addresses("10.0.0.5", 8080, LONG)).hasSize(1);
        assertThat(policy.rules(SHOP).addresses("1.1.1.1", 443, LONG)).hasSize(1);
        assertThat(policy.rules(OTHER).addresses("1.1.1.1", 443, LONG)).hasSize(1);
        for (App each : List.of(BANK, OTHER)) {
            assertThatExceptionOfType(RialtoException.class)
                    .isThrownBy(() -> policy.rules(each).addresses("10.0.0.5", 8080, LONG));
        }
        assertThatExceptionOfType(RialtoException.class)
                .isThrownBy(() -> policy.rules(BANK).addresses("1.1.1.1", 443, LONG));
    }

    @Test
    void allowsThePublicInternetWhenOnlyAppsHaveRules() throws UnknownHostException {
        assertThat(
                        OutboundPolicy.of(List.of("bank=none"))
                                .rules(OTHER)
                                .addresses("1.1.1.1", 443, LONG))
                .hasSize(1);
    }

    @Test
    void refusesWhatIsNotARule() {
        assertThatThrownBy(() -> OutboundPolicy.of(List.of("shop=10.0.0.5/99")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.5/99");
    }
}
