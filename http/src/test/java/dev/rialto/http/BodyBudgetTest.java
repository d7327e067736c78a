package dev.rialto.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.RialtoException;
import org.junit.jupiter.api.Test;

final class BodyBudgetTest {
    @Test
    void refusesWhatGoesBeyondUntilSomeIsGivenBack() {
        var budget = new BodyBudget(10_240);
        budget.take(9_000);
        assertThatThrownBy(() -> budget.take(2_000))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("too many large requests");
        budget.giveBack(9_000);
        budget.take(10_240);
    }
}
