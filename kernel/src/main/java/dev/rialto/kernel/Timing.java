package dev.rialto.kernel;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How time passes for code that measures it, waits, or runs beside its caller. The time of day is
/// not part of it: that comes from a [java.time.InstantSource].
///
/// The server uses [#SYSTEM]. A simulation passes its own, lets time jump from one event to the
/// next, and decides which of the waiting threads goes on.
public interface Timing {
    /// Real time, and virtual threads.
    Timing SYSTEM = new SystemTiming();

    /// Nanoseconds since an arbitrary moment, as of [System#nanoTime]: compare by subtraction.
    long nanos();

    /// Waits until the monitor is woken or the time is up, or for no reason, as [Object#wait] does:
    /// call it in a loop that checks what is waited for. The calling thread must hold the monitor.
    void await(Object monitor, long nanos) throws InterruptedException;

    /// Wakes all threads that wait for a monitor, which the calling thread must hold.
    void wake(Object monitor);

    void sleep(Duration time) throws InterruptedException;

    /// A virtual thread that is not started yet.
    Thread thread(String name, Runnable task);

    /// Waits for a started thread to end.
    ///
    /// @return whether it has ended
    boolean join(Thread thread, Duration atMost) throws InterruptedException;

    /// Time as it is.
    final class SystemTiming implements Timing {
        private SystemTiming() {}

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
        public void await(Object monitor, long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.timedWait(monitor, nanos);
        }

        @Override
        public void wake(Object monitor) {
            monitor.notifyAll();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }

        @Override
        public Thread thread(String name, Runnable task) {
            return Thread.ofVirtual().name(name).unstarted(task);
        }

        @Override
        public boolean join(Thread thread, Duration atMost) throws InterruptedException {
            return thread.join(atMost);
        }
    }
}
