package dev.rialto.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rialto.sdk.Caller;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Event;
import dev.rialto.sdk.FunctionException;
import dev.rialto.sdk.Functions.Attempt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TestContextTest {
    private enum Size {
        SMALL
    }

    private record Part(Size size, Optional<String> note) {}

    private record Paid(String order, int cents, List<Part> parts) {}

    private final TestContext context = TestContext.create();

    @Test
    void beginsWithNobodyAndNothing() {
        assertThat(context.caller()).isEqualTo(Caller.anonymous());
        assertThat(context.config()).isEmpty();
        assertThat(context.log().lines()).isEmpty();
        assertThat(context.deadline()).isAfter(Instant.now());
    }

    @Test
    void sharesItsWorldWithThoseMadeOfIt() {
        var ann = context.as(Caller.user("ann", "Staff")).config("a", "b").until(Instant.EPOCH);
        ann.objects().save(Entity.of("Order"));
        ann.progress("half");

        assertThat(ann.caller().userId()).contains("ann");
        assertThat(ann.config()).containsExactly(Map.entry("a", "b"));
        assertThat(ann.deadline()).isEqualTo(Instant.EPOCH);
        assertThat(context.caller().userId()).isEmpty();
        assertThat(context.objects().get("Order", "id1")).isPresent();
        assertThat(context.progress()).containsExactly("half");
    }

    @Test
    void recordsLines() {
        context.log().info("one");
        context.log().error("two", new IllegalStateException("why"));
        assertThat(context.log().lines())
                .extracting(Object::toString)
                .containsExactly("info one", "error two");
        assertThat(context.log().lines().getLast().cause())
                .get()
                .hasToString("java.lang.IllegalStateException: why");
    }

    @Test
    void recordsEventsAsSubscribersGetThem() {
        context.events()
                .publish(
                        "order.paid",
                        new Paid("1", 500, List.of(new Part(Size.SMALL, Optional.of("x")))));

        Event event = context.events().published().getFirst();
        assertThat(event.topic()).isEqualTo("order.paid");
        assertThat(event.fields())
                .isEqualTo(
                        Map.of(
                                "order",
                                "1",
                                "cents",
                                500L,
                                "parts",
                                List.of(Map.of("size", "SMALL", "note", "x"))));
    }

    @Test
    void refusesEventsThatHaveNoFormInJson() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> context.events().publish("a", new Thread("b")))
                .withMessageStartingWith("a java.lang.Thread has no JSON form");
    }

    @Test
    void forgetsWhatIsCachedByItsClock() {
        var clock = new Hand();
        var cache = TestContext.create(clock).cache();
        cache.put("a", "b", Duration.ofSeconds(5));
        assertThat(cache.get("a")).contains("b");
        clock.now = clock.now.plusSeconds(5);
        assertThat(cache.get("a")).isEmpty();
    }

    @Test
    void keepsFiles() {
        byte[] content = {1, 2};
        Map<String, Object> file = context.files().save("a.bin", "image/png", content);
        String name = String.valueOf(file.get("name"));

        assertThat(file).containsEntry("__type", "File").containsKey("url");
        assertThat(context.files().read(name)).isEqualTo(content);
        assertThat(context.files().stored()).containsOnlyKeys(name);
        context.files().delete(name);
        assertThatExceptionOfType(FunctionException.class)
                .isThrownBy(() -> context.files().read(name));
    }

    @Test
    void answersForOtherFunctions() {
        context.functions()
                .answer("price", input -> 5L)
                .answer("part", input -> new Part(Size.SMALL, Optional.empty()))
                .answer(
                        "broken",
                        input -> {
                            throw new IllegalStateException("no");
                        });

        assertThat(context.functions().call("price", Map.of("id", "1"), Long.class)).isEqualTo(5);
        assertThat(context.functions().call("part", null, Part.class).size()).isEqualTo(Size.SMALL);
        assertThat(context.functions().call("part", null, Map.class).get("size"))
                .isEqualTo("SMALL");
        assertThatExceptionOfType(FunctionException.class)
                .isThrownBy(() -> context.functions().call("broken", null, Long.class))
                .withMessage("no");
        assertThatExceptionOfType(FunctionException.class)
                .isThrownBy(() -> context.functions().call("other", null, Long.class))
                .withMessageContaining("the test defined no answer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> context.functions().call("price", null, String.class))
                .withMessage("the stand-in for price returns a Long, the call expects a String");
        assertThat(context.functions().calls().getFirst())
                .isEqualTo(new StandInFunctions.Call("price", Map.of("id", "1")));
    }

    @Test
    void runsTasksAtTheSameTimeAndStopsLateOnes() throws InterruptedException {
        // Passed only when both tasks are in it at once.
        var meeting = new CyclicBarrier(2);
        Callable<Integer> meet = () -> meeting.await(10, TimeUnit.SECONDS);
        var stopped = new CountDownLatch(1);
        Callable<Integer> sleep =
                () -> {
                    try {
                        Thread.sleep(Duration.ofMinutes(1));
                        return 1;
                    } catch (InterruptedException end) {
                        stopped.countDown();
                        throw end;
                    }
                };
        Callable<Integer> fail =
                () -> {
                    throw new IllegalStateException("no");
                };

        List<Attempt<Integer>> attempts =
                context.functions()
                        .together(Duration.ofSeconds(1), List.of(meet, meet, sleep, fail));

        assertThat(attempts.get(0)).isInstanceOf(Attempt.Done.class);
        assertThat(attempts.get(1)).isInstanceOf(Attempt.Done.class);
        assertThat(attempts.get(2)).isEqualTo(new Attempt.Late<Integer>());
        assertThat(attempts.get(3).orElse(7)).isEqualTo(7);
        assertThat(attempts.get(3))
                .hasToString("Failed[reason=java.lang.IllegalStateException: no]");
        assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /// A clock that the test moves.
    private static final class Hand extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
