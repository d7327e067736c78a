package dev.rialto.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.functions.spi.RefusedException;
import dev.rialto.kernel.RialtoException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CompileThreadsTest {
    private final CompileThreads threads =
            new CompileThreads(
                    new CompilerSettings.Limits(1, 1, 1, 1, Duration.ofMillis(200), 1, 1));

    @Test
    void givesUpWhatTakesTooLongAndTakesNoMoreUntilItEnds() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);

        assertThatThrownBy(() -> threads.run(() -> await(end)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("longer than 200 ms");
        assertThat(threads.stuck()).isEqualTo(1);
        assertThatThrownBy(() -> threads.run(() -> "never"))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("too many compilations");

        end.countDown();
        while (threads.stuck() > 0) {
            Thread.sleep(1);
        }
        assertThat(threads.run(() -> "again")).isEqualTo("again");
    }

    @Test
    void reportsSourcesThatAreNestedTooDeeply() {
        assertThatThrownBy(() ->
                        threads.run(() -> {
                            throw new StackOverflowError();
                        }))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nested too deeply");
    }

    private static String await(CountDownLatch end) {
        try {
            end.await();
            return "ended";
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
