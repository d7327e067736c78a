package dev.rialto.hardening;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Replaces instructions and methods in hardened code that must be guarded: locking, waiting and
/// creating arrays.
public final class Guard {
    /// Smaller allocations are not worth a check.
    static final int SMALL_BYTES = 1 << 16;

    private static final int MAX_DIGITS_SHOWN = 1000;

    private Guard() {}

    /// In place of `monitorenter`.
    public static void enter(Object lock) {
        Budget budget = Budget.innermost();
        monitors(budget).enter(Objects.requireNonNull(lock), budget);
    }

    /// In place of `monitorexit`.
    public static void exit(Object lock) {
        monitors(Budget.innermost()).exit(lock);
    }

    /// Checks whether an array may be created.
    ///
    /// @param bytes of each element
    /// @return its length
    public static int length(int length, int bytes) {
        reserve((long) length * bytes);
        return length;
    }

    /// Multiplies the lengths of two dimensions.
    public static int times(int first, int second) {
        return (int) Math.min(Integer.MAX_VALUE, (long) Math.max(0, first) * Math.max(0, second));
    }

    /// Checks whether a collection of this capacity may be created.
    public static int capacity(int capacity) {
        return length(capacity, 8);
    }

    /// Checks whether a buffer of this size may be created.
    public static int bytes(int bytes) {
        return length(bytes, 1);
    }

    /// Checks whether a set of this many bits may be created.
    public static int bits(int bits) {
        reserve(bits / 8);
        return bits;
    }

    /// Limits how many digits of a number are shown.
    public static int digitsShown(int digits) {
        return Math.min(digits, MAX_DIGITS_SHOWN);
    }

    /// Converts an operand of `+` to a String.
    public static String part(@Nullable Object value) {
        // The JDK's method returns null when toString does.
        return String.valueOf((Object) String.valueOf(value));
    }

    /// Checks whether there is room for the result of `+`, which takes more than it is long: the
    /// builder doubles.
    public static void parts(long length) {
        reserve(4 * length);
    }

    /// Records which class became unusable because a call was stopped while initialising it.
    public static void broken(Throwable failure, String className) {
        if (failure instanceof CallStopped stopped) {
            stopped.breaks(className);
        }
    }

    static void reserve(long bytes) {
        if (bytes > SMALL_BYTES) {
            Budget.reserve(bytes);
        }
    }

    @InsteadOf(value = Thread.class, isStatic = true)
    public static void sleep(long millis) throws InterruptedException {
        sleep(millis, 0);
    }

    @InsteadOf(value = Thread.class, isStatic = true)
    public static void sleep(long millis, int nanos) throws InterruptedException {
        try {
            Thread.sleep(millis, nanos);
        } catch (InterruptedException interrupted) {
            Budget.checkStopped();
            throw interrupted;
        }
    }

    @InsteadOf(value = Thread.class, isStatic = true)
    public static void sleep(Duration time) throws InterruptedException {
        sleep(Math.clamp(time.toNanos() / 1_000_000, 0, Long.MAX_VALUE));
    }

    @InsteadOf(TimeUnit.class)
    public static void sleep(TimeUnit unit, long time) throws InterruptedException {
        sleep(
                Math.max(0, unit.toMillis(time)),
                (int) (unit.toNanos(Math.max(0, time)) % 1_000_000));
    }

    @InsteadOf(Thread.class)
    public static void interrupt(Thread thread) {
        // Interrupts of function threads are the watchdog's.
    }

    @InsteadOf(value = Thread.class, isStatic = true)
    public static boolean interrupted() {
        return false;
    }

    @InsteadOf(Thread.class)
    public static boolean isInterrupted(Thread thread) {
        return false;
    }

    @InsteadOf(value = Thread.class, isStatic = true)
    public static boolean holdsLock(Object lock) {
        return monitors(Budget.innermost()).holds(lock);
    }

    @InsteadOf(value = Object.class, named = "wait")
    public static void await(Object lock) throws InterruptedException {
        await(lock, 0);
    }

    @InsteadOf(value = Object.class, named = "wait")
    public static void await(Object lock, long millis) throws InterruptedException {
        Budget budget = Budget.innermost();
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            monitors(budget).await(lock, budget, nanos);
        } catch (InterruptedException interrupted) {
            Budget.checkStopped();
            throw interrupted;
        }
    }

    @InsteadOf(value = Object.class, named = "wait")
    public static void await(Object lock, long millis, int nanos) throws InterruptedException {
        await(lock, nanos > 0 ? millis + 1 : millis);
    }

    @InsteadOf(value = Object.class, named = "notify")
    public static void wakeOne(Object lock) {
        monitors(Budget.innermost()).wake(lock, false);
    }

    @InsteadOf(value = Object.class, named = "notifyAll")
    public static void wakeAll(Object lock) {
        monitors(Budget.innermost()).wake(lock, true);
    }

    private static Monitors monitors(@Nullable Budget budget) {
        return budget == null ? Budget.sharedMonitors() : budget.monitors();
    }
}
