package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class NameLookUpsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final CountDownLatch answering = new CountDownLatch(1);

    private List<InetAddress> resolve(String name) throws UnknownHostException {
        try {
            if (name.startsWith("slow")) {
                answering.await();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (name.endsWith("unknown")) {
            throw new UnknownHostException(name);
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    @Test
    void waitsNoLongerThanItMay() throws Exception {
        var names = new NameLookUps(this::resolve, 1);

        assertThatThrownBy(() -> names.resolve("slow", Duration.ofMillis(20)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("took too long");

        answering.countDown();
        assertThat(eventually(names, "slow")).containsExactly(InetAddress.getLoopbackAddress());
    }

    @Test
    void looksUpNoMoreAtOnceThanItMay() throws Exception {
        var names = new NameLookUps(this::resolve, 1);
        assertThatThrownBy(() -> names.resolve("slow unknown", Duration.ZERO))
                .hasMessageContaining("took too long");

        assertThatThrownBy(() -> names.resolve("another", LONG))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("at once");

        answering.countDown();
        assertThat(eventually(names, "another")).hasSize(1);
    }

    @Test
    void passesOnThatANameIsNotKnown() {
        assertThatThrownBy(() -> new NameLookUps(this::resolve, 1).resolve("unknown", LONG))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("unknown");
    }

    /// Waits for the thread of the look-up that was given up.
    private static List<InetAddress> eventually(NameLookUps names, String name) {
        while (true) {
            try {
                return names.resolve(name, LONG);
            } catch (UnknownHostException busy) {
                Thread.onSpinWait();
            }
        }
    }
}
