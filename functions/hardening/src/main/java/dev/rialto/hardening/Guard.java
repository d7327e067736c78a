package dev.rialto.hardening;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What hardened code calls where it had something that must be watched: locks, waiting, arrays.
public final class Guard {
    /// Less than this is not worth a look.
    static final int SMALL_BYTES = 1 << 16;

    private static final int MOST_DIGITS_SHOWN = 1000;

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

    /// Looks whether an array may be made.
    ///
    /// @param bytes of each element
    /// @return its length
    public static int length(int length, int bytes) {
        reserve((long) length * bytes);
        return length;
    }

    /// Multiplies lengths of dimensions.
    public static int times(int first, int second) {
        return (int) Math.min(Integer.MAX_VALUE, (long) Math.max(0, first) * Math.max(0, second));
    }

    /// Looks whether what has such a capacity may be made.
    public static int capacity(int capacity) {
        return length(capacity, 8);
    }

    /// Looks whether a buffer of so many bytes may be made.
    public static int bytes(int bytes) {
        return length(bytes, 1);
    }

    /// Looks whether a set of so many bits may be made.
    public static int bits(int bits) {
        reserve(bits / 8);
        return bits;
    }

    /// Looks at how many digits of a number are to be shown.
    public static int digitsShown(int digits) {
        return Math.min(digits, MOST_DIGITS_SHOWN);
    }

    /// A value as a part of a text that is made with `+`.
    public static String part(@Nullable Object value) {
        // The JDK's method gives null when toString does.
        return String.valueOf((Object) String.valueOf(value));
    }

    /// Looks whether there is room for a text that is made with `+`, which takes more than it is
    /// long: the builder doubles.
    public static void parts(long length) {
        reserve(4 * length);
    }

    /// Notes which class is of no more use when a call is stopped while it is initialised.
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
            Budget.look();
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
            Budget.look();
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
