package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class NameLookupsTest {
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
        var names = new NameLookups(this::resolve, 1);

        assertThatThrownBy(() -> names.resolve("app", "slow", Duration.ofMillis(20)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("took too long");

        answering.countDown();
        assertThat(eventually(names, "slow")).containsExactly(InetAddress.getLoopbackAddress());
    }

    @Test
    void looksUpNoMoreAtOnceThanItMay() throws Exception {
        var names = new NameLookups(this::resolve, 1);
        assertThatThrownBy(() -> names.resolve("app", "slow unknown", Duration.ZERO))
                .hasMessageContaining("took too long");

        assertOverloaded(names, "app");

        answering.countDown();
        assertThat(eventually(names, "another")).hasSize(1);
    }

    @Test
    void leavesRoomForAppsBesideThoseWhoseNamesAreNeverFound() throws Exception {
        var names = new NameLookups(this::resolve, 256);
        for (String greedy : List.of("one", "two", "three")) {
            assertThat(lookUpsUnderWay(names, greedy)).isBetween(1, 52);
            assertOverloaded(names, greedy);
        }

        assertThat(names.resolve("another", "quick", LONG)).hasSize(1);
        answering.countDown();
    }

    /// Has an app look up names that are not found until it is refused one.
    private static int lookUpsUnderWay(NameLookups names, String app) {
        int count = 0;
        while (true) {
            try {
                names.resolve(app, "slow", Duration.ZERO);
            } catch (UnknownHostException late) {
                count++;
            } catch (RialtoException full) {
                return count;
            }
        }
    }

    private static void assertOverloaded(NameLookups names, String app) {
        assertThatThrownBy(() -> names.resolve(app, "another", LONG))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        told -> assertThat(told.code()).isEqualTo(ErrorCode.OVERLOADED))
                .hasMessageContaining("at once");
    }

    @Test
    void passesOnThatANameIsNotKnown() {
        assertThatThrownBy(() -> new NameLookups(this::resolve, 1).resolve("app", "unknown", LONG))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("unknown");
    }

    /// Waits for the thread of the lookup that was given up.
    private static List<InetAddress> eventually(NameLookups names, String name)
            throws UnknownHostException {
        while (true) {
            try {
                return names.resolve("app", name, LONG);
            } catch (RialtoException busy) {
                Thread.onSpinWait();
            }
        }
    }
}
