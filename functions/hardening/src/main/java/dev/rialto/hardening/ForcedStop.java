package dev.rialto.hardening;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Ends calls that no check ends, since they are inside of a loop of the JDK or Groovy: makes their
/// thread throw the call's [CallStopped], by the JVM Tool Interface. See
/// docs/decisions/0014-ending-calls-by-force.md.
///
/// An exception that comes at any place is dangerous: it may leave a lock taken, or a class of the
/// JDK broken for everybody. Therefore it holds that:
///
/// 1. *It is sent only where it is harmless.* The thread is suspended, then its stack is looked at
///    ([StopPoints]), and only if it says so the exception is sent, before the thread goes on. So
///    the stack is that of the moment, not one of some microseconds ago.
/// 2. *It arrives in the call that it was meant for.* It is sent while holding the lock that the
///    thread needs to leave the code of the call ([FunctionThread#goAside]): for the server's code,
///    to end the call, to begin another. Whoever takes that lock afterwards sees that a stop was
///    sent, and passes places where the JVM throws until it has been thrown there.
/// 3. *It doesn't arrive in what hardened code calls of the server.* The JVM throws it at the next
///    place where compiled code may be interrupted, which may be some calls further on when the
///    JDK's method returns at that moment. All ways from there into hardening and the server begin
///    with [FunctionThread#settle], which awaits it: locks ([Budget#innermost]), the context
///    ([Budget#aside]), class loading, and the return of the call.
/// 4. *One is on its way at a time.* Another is sent only after the first has been seen to arrive,
///    or after the thread has worked for [#PATIENCE_NANOS], during which it would have arrived.
///    What takes it in regardless ([FunctionThread#goAside], [Budget]) bears two more.
///
/// What is left: code of the revision that continues after a method of the JDK which returned at
/// that very moment, and that makes the JVM initialise a class of the JDK which nobody has used
/// before. A call must have been in methods of the JDK for long without any check, and leave them
/// between the look and the next place where the JVM throws, which is less than a microsecond.
///
/// Used by one thread, the watchdog's.
final class ForcedStop {
    private static final Logger LOG = Logger.getLogger(ForcedStop.class.getName());

    /// Checks end a call within some milliseconds; after this they have not.
    static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /// What a call may allocate past its limit before it isn't given that grace.
    static final long GRACE_BYTES = 16 << 20;

    /// Processor time within which a thread throws what it was sent.
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ThreadMXBean meter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private @Nullable Jvmti tools;
    private boolean impossible;

    /// What was tried with one thread.
    static final class Attempts {
        private @Nullable Budget budget;
        private long nextAt;
        private long pause;
        private long cpuWhenSent;
    }

    /// Ends a call if that is possible just now.
    ///
    /// @param overdue its budget, which was stopped, or that of a call around it
    /// @return whether a stop was sent
    boolean strike(FunctionThread thread, Budget overdue, long now) {
        Attempts attempts = thread.attempts;
        if (attempts.budget != overdue) {
            attempts.budget = overdue;
            attempts.pause = PAUSE_NANOS;
        } else if (now - attempts.nextAt < 0) {
            return false;
        }
        attempts.nextAt = now + attempts.pause;
        attempts.pause = Math.min(2 * attempts.pause, MAX_PAUSE_NANOS);
        if (isOnItsWay(thread) || !StopPoints.allows(thread.getStackTrace())) {
            return false;
        }
        Jvmti jvm = tools();
        if (jvm == null) {
            return false;
        }
        // Not with the thread's lock: others hold that of a budget when they ask for it.
        CallStopped signal = overdue.signal();
        if (thread.strike(overdue, () -> send(jvm, thread, signal))) {
            attempts.cpuWhenSent = meter.getThreadCpuTime(thread.threadId());
            attempts.pause = PAUSE_NANOS;
            return true;
        }
        return false;
    }

    /// Forgets the budget of a thread that is not overdue.
    void forget(FunctionThread thread) {
        thread.attempts.budget = null;
    }

    private boolean isOnItsWay(FunctionThread thread) {
        return thread.isStruck()
                && meter.getThreadCpuTime(thread.threadId()) - thread.attempts.cpuWhenSent
                        < PATIENCE_NANOS;
    }

    private static boolean send(Jvmti jvm, FunctionThread thread, CallStopped signal) {
        if (!jvm.suspend(thread)) {
            return false;
        }
        try {
            StackTraceElement[] stack = thread.getStackTrace();
            if (!StopPoints.allows(stack)) {
                return false;
            }
            signal.setStackTrace(stack);
            thread.expect();
            return jvm.stop(thread, signal);
        } finally {
            resume(jvm, thread);
        }
    }

    /// Never leaves a thread suspended, even when memory is short.
    private static void resume(Jvmti jvm, FunctionThread thread) {
        while (true) {
            try {
                if (jvm.resume(thread) || !thread.isAlive()) {
                    return;
                }
            } catch (OutOfMemoryError again) {
                // Somebody else will give some back.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Opened when it is needed first, so that nobody else pays for it.
    private @Nullable Jvmti tools() {
        if (tools == null && !impossible) {
            try {
                tools = Jvmti.ofThisJvm();
            } catch (RuntimeException | LinkageError failure) {
                impossible = true;
                LOG.log(
                        Level.WARNING,
                        failure,
                        () ->
                                "calls inside loops of the JDK can't be stopped: this JVM does"
                                        + " not support stopping threads");
            }
        }
        return tools;
    }
}
