package dev.rialto.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rialto.transfer.TransferProgress.Phase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    private final StringWriter text = new StringWriter();
    private Instant now = Instant.EPOCH;

    @Test
    void drawsOneLineAgainAndAgainOnATerminal() {
        ProgressBar bar = bar(true);

        at(bar, 0, 0.1, 100);
        at(bar, 1000, 0.5, 1100);
        at(bar, 2000, 1, 2100);
        bar.finish();

        assertThat(text.toString().substring(text.toString().lastIndexOf('\r') + 1))
                .startsWith(
                        "importing     [##############################] 100 % 2,100 rows, 1,000")
                .endsWith(System.lineSeparator());
        assertThat(text.toString()).containsOnlyOnce(System.lineSeparator());
    }

    @Test
    void printsAPlainLineEveryFewSecondsElsewhere() {
        ProgressBar bar = bar(false);

        for (int second = 0; second <= 12; second++) {
            at(bar, second * 1000L, second / 12.0, second * 10L);
        }
        bar.finish();

        assertThat(text.toString().lines()).hasSize(2);
        assertThat(text.toString()).doesNotContain("\r");
    }

    private ProgressBar bar(boolean terminal) {
        return new ProgressBar(new PrintWriter(text), terminal, () -> now);
    }

    private void at(ProgressBar bar, long millis, double done, long rows) {
        now = Instant.EPOCH.plus(Duration.ofMillis(millis));
        bar.at(Phase.IMPORTING, done, rows, 0);
    }
}
