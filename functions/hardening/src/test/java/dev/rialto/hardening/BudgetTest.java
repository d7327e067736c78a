package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final List<StackTraceElement> STUCK =
            Collections.synchronizedList(new ArrayList<>());
    private static final Watchdog WATCHDOG =
            Watchdog.start((_, _, stack) -> STUCK.add(stack.getFirst()));

    @AfterAll
    static void close() {
        WATCHDOG.close();
    }

    @Test
    void returnsWhatTheCallReturns() {
        assertThat(on(() -> Budget.of(LONG, 1 << 20).run(() -> "done"))).isEqualTo("done");
    }

    @Test
    void letsFailuresThrough() {
        assertThat(
                        on(() ->
                                Budget.of(LONG, 1 << 20)
                                        .run(() -> {
                                            throw new java.io.IOException("no");
                                        })))
                .isInstanceOf(java.io.IOException.class);
    }

    @Test
    void measuresProcessorTimeAndMemoryWithinFivePercent() {
        on(() -> {
            work(10);
            var budget = Budget.of(LONG, 1L << 40);
            long[] own = new long[2];
            budget.run(() -> {
                long cpu = METER.getCurrentThreadCpuTime();
                long bytes = METER.getCurrentThreadAllocatedBytes();
                work(300);
                own[0] = METER.getCurrentThreadCpuTime() - cpu;
                own[1] = METER.getCurrentThreadAllocatedBytes() - bytes;
                return "";
            });
            var five = Percentage.withPercentage(5);
            assertThat(own[0]).isGreaterThan(100_000_000);
            assertThat(budget.cpuNanos()).isCloseTo(own[0], five);
            assertThat(budget.allocatedBytes()).isCloseTo(own[1], five);
            return "";
        });
    }

    @Test
    void tellsInnerUseFromOuter() {
        on(() -> {
            var outer = Budget.of(LONG, 1L << 40);
            var inner = Budget.of(LONG, 1L << 40);
            outer.run(() -> {
                keep(1_000_000);
                return inner.run(() -> keep(3_000_000));
            });
            assertThat(inner.allocatedBytes()).isCloseTo(3_000_000, within(150_000L));
            assertThat(outer.allocatedBytes()).isCloseTo(4_000_000, within(200_000L));
            assertThat(outer.ownAllocatedBytes()).isCloseTo(1_000_000, within(50_000L));
            assertThat(outer.ownCpuNanos()).isEqualTo(outer.cpuNanos() - inner.cpuNanos());
            return "";
        });
    }

    @Test
    void givesInnerCallsNoLaterDeadline() {
        assertThat(
                        on(() ->
                                Budget.of(Duration.ofMillis(500), 1 << 20)
                                        .run(() ->
                                                Budget.of(LONG, 1 << 20)
                                                        .run(() -> current().remaining()))))
                .isInstanceOfSatisfying(
                        Duration.class,
                        left -> assertThat(left).isLessThanOrEqualTo(Duration.ofMillis(500)));
    }

    @Test
    void goesOnAfterAnInnerCallWasStopped() throws Exception {
        Revision revision = Revision.of("public static void run() { while (true); }");
        Object ended =
                on(() ->
                        Budget.of(LONG, 1 << 30)
                                .run(() -> {
                                    var inner = Budget.of(Duration.ofMillis(50), 1 << 30);
                                    assertThatThrownBy(() ->
                                                    inner.run(
                                                            Brake.of(revision),
                                                            () -> revision.call("run")))
                                            .isInstanceOf(CallStopped.class);
                                    Thread.sleep(10);
                                    return "went on";
                                }));
        assertThat(ended).isEqualTo("went on");
    }

    @Test
    void endsCallsOfWhichItDoesNotKnowTheRevision() throws Exception {
        Revision revision = Revision.of("public static void run() { while (true); }");
        var budget = Budget.of(Duration.ofMillis(50), 1 << 30);
        assertThat(on(() -> budget.run(() -> String.valueOf(revision.call("run")))))
                .isInstanceOf(CallStopped.class);
    }

    @Test
    void isStoppedFromOutsideWithItsInnerCalls() throws Exception {
        Revision revision = Revision.of("public static void run() { while (true); }");
        var outer = Budget.of(LONG, 1 << 30);
        var begun = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        begun.await();
                        Thread.sleep(50);
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                    outer.stop(CallStopped.Kind.CANCELLED);
                });
        Callable<Object> inner =
                () ->
                        Budget.of(LONG, 1 << 30)
                                .run(
                                        Brake.of(revision),
                                        () -> {
                                            begun.countDown();
                                            return String.valueOf(revision.call("run"));
                                        });
        assertThat(on(() -> outer.run(inner)))
                .isInstanceOfSatisfying(
                        CallStopped.class,
                        stop -> assertThat(stop.kind()).isEqualTo(CallStopped.Kind.CANCELLED));
    }

    @Test
    void doesNotBeginWhenItWasStoppedBefore() {
        var budget = Budget.of(LONG, 1 << 20);
        budget.stop(CallStopped.Kind.CANCELLED);
        assertThat(on(() -> budget.run(() -> "ran"))).isInstanceOf(CallStopped.class);
    }

    @Test
    void doesNotInterruptTheServerAtWork() {
        var asideDone = new CountDownLatch(1);
        Object ended =
                on(() ->
                        Budget.of(Duration.ofMillis(50), 1 << 20)
                                .run(() ->
                                        Budget.aside(() -> {
                                            Thread.sleep(300);
                                            asideDone.countDown();
                                            return "";
                                        })));
        assertThat(ended).isInstanceOf(CallStopped.class);
        assertThat(asideDone.getCount()).isZero();
    }

    @Test
    void leavesNoInterruptBehind() throws Exception {
        Revision revision =
                Revision.of("public static void run() throws Exception { Thread.sleep(9999); }");
        on(() -> {
            for (int i = 0; i < 20; i++) {
                var budget = Budget.of(Duration.ofMillis(10), 1 << 20);
                assertThatThrownBy(() -> budget.run(Brake.of(revision), () -> revision.call("run")))
                        .isInstanceOf(CallStopped.class);
                Thread.sleep(2);
            }
            return "";
        });
    }

    @Test
    void reportsCallsThatDoNotEnd() {
        STUCK.clear();
        on(() ->
                Budget.of(Duration.ofMillis(20), 1L << 40)
                        .run(() -> {
                            long end = System.nanoTime() + 3_000_000_000L;
                            while (STUCK.isEmpty() && System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                            return "";
                        }));
        assertThat(STUCK).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "List<Object> l = new ArrayList<>(); while (true) l.add(new int[100]);",
                "while (true) o = new int[100];",
                "o = new int[1 << 30];",
                "o = new String[1 << 30];",
                "o = new long[1 << 15][1 << 15];",
                "o = new byte[1 << 8][1 << 8][1 << 8][16];",
                "o = \"a\".repeat(1 << 30);",
                "String s = \"a\"; while (true) s += s;",
                "String s = \"a\".repeat(4_000_000); s = s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s+s;",
                "String s = \"a\"; while (true) s = s.concat(s);",
                "var b = new StringBuilder(\"a\"); while (true) b.append(b);",
                "new StringBuilder().append(\"a\").repeat(\"a\", 1 << 30);",
                "new StringBuilder(1 << 30);",
                "new StringBuilder().setLength(1 << 30);",
                "Collections.nCopies(1 << 30, \"a\").toString();",
                "String.join(\"\", Collections.nCopies(5000, \"a\".repeat(60_000)));",
                "String.format(\"%1000000000d\", 1);",
                "new ArrayList<Object>(1 << 30);",
                "new HashMap<Object, Object>(1 << 30, 0.5f).put(1, 1);",
                "Arrays.copyOf(new int[1], 1 << 30);",
                "new BitSet().set(Integer.MAX_VALUE);",
                "java.nio.ByteBuffer.allocate(1 << 30);",
                "\"a\".repeat(50_000).replace(\"a\", \"b\".repeat(50_000));",
                "\"a\".repeat(50_000).replaceAll(\"a\", \"b\".repeat(50_000));",
                "Object a = new int[0]; java.lang.reflect.Array.newInstance(int.class, 1 << 30);",
                "IntStream.range(0, Integer.MAX_VALUE).boxed().toList();",
                "Function<Integer, int[]> f = int[]::new; f.apply(1 << 30);",
            })
    void endsCallsThatAllocateTooMuch(String code) throws Exception {
        Revision revision = Revision.of("static Object o; public static void run() {" + code + "}");
        assertThat(revision.run(WATCHDOG, "run", LONG, 32 << 20))
                .isInstanceOfSatisfying(
                        CallStopped.class,
                        stop -> assertThat(stop.kind()).isEqualTo(CallStopped.Kind.ALLOCATION));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BigInteger.TWO.pow(1 << 30);",
                "BigInteger.ONE.shiftLeft(1 << 30);",
                "BigInteger b = BigInteger.TWO; while (true) b = b.multiply(b);",
                "new BigInteger(\"9\".repeat(1_000_000));",
                "new BigInteger(1 << 30, new Random());",
                "BigInteger.probablePrime(20_000, new Random());",
                "new BigInteger(new byte[1 << 20]);",
                "String.format(\"%f\", new BigDecimal(\"1e999999999\"));",
                "BigDecimal.valueOf(1, -999_999).toBigInteger();",
                "BigDecimal.ONE.scaleByPowerOfTen(999_999).toPlainString();",
                "new BigDecimal(\"1e99999\").add(BigDecimal.ONE);",
                "new BigDecimal(\"2\").pow(999_999_999);",
                "BigDecimal.ONE.setScale(999_999_999);",
                "BigDecimal.TWO.sqrt(new MathContext(999_999_999));",
            })
    void refusesHugeNumbers(String code) throws Exception {
        Revision revision = Revision.of("public static void run() {" + code + "}");
        assertThat(revision.run(WATCHDOG, "run", LONG, 32 << 20))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void reportsWhichClassIsBroken() throws Exception {
        Revision revision =
                Revision.of(
                        "static class Loop { static int n; static { while (n == 0); }"
                                + " static void f() {} } public static void run() { Loop.f(); }");
        assertThat(revision.run(WATCHDOG, "run", Duration.ofMillis(100), 1 << 30))
                .isInstanceOfSatisfying(
                        CallStopped.class,
                        stop -> assertThat(stop.brokenClass()).contains("Main$Loop"));
        assertThat(revision.run(WATCHDOG, "run", Duration.ofMillis(100), 1 << 30))
                .isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void runsOnFunctionThreadsAlone() {
        assertThatThrownBy(() -> Budget.of(LONG, 1).run(() -> ""))
                .isInstanceOf(IllegalStateException.class);
    }

    private static Budget current() {
        return Budget.current().orElseThrow();
    }

    private static Object on(Callable<Object> work) {
        Object ended = Revision.onThread(WATCHDOG, work);
        if (ended instanceof AssertionError failed) {
            throw failed;
        }
        return ended;
    }

    private static int keep(int bytes) {
        byte[] made = new byte[bytes];
        made[bytes / 2] = 1;
        return made[bytes / 2 + 1] + made.length;
    }

    private static void work(int millis) {
        long end = METER.getCurrentThreadCpuTime() + millis * 1_000_000L;
        List<Object> kept = new ArrayList<>();
        while (METER.getCurrentThreadCpuTime() < end) {
            kept.add(new byte[100]);
            if (kept.size() > 1000) {
                kept.clear();
            }
        }
    }
}
