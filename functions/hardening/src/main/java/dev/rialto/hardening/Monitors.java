package dev.rialto.hardening;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The monitors behind one revision's `synchronized`, `wait` and `notify`. Unlike the JVM's, a call
/// waits for them no longer than its deadline, those of a stopped call are released, and two
/// revisions never wait for each other, not even on the same class or String.
///
/// Only monitors that are held or waited for are kept.
@SuppressWarnings("ReferenceEquality") // locks are about identity
final class Monitors {
    private static final int STRIPES = 256;

    // The JVM's own locks guard the stripes: they come free even when the stack is used up.
    private final Stripe[] stripes = new Stripe[STRIPES];

    Monitors() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    private static final class Stripe {
        private @Nullable Held first;
    }

    /// A lock that somebody holds or waits for.
    static final class Held {
        private final Stripe stripe;
        private final Object object;
        private @Nullable Held next;
        private @Nullable Held below;
        private @Nullable Thread owner;
        private @Nullable Budget budget;
        private int count;
        private int users;
        private @Nullable Queue<Waiter> waiters;

        private Held(Stripe stripe, Object object) {
            this.stripe = stripe;
            this.object = object;
        }
    }

    private static final class Waiter {
        private boolean notified;
    }

    void enter(Object object, @Nullable Budget budget) {
        Stripe stripe = stripe(object);
        synchronized (stripe) {
            Held held = find(stripe, object);
            if (held == null) {
                held = new Held(stripe, object);
                held.next = stripe.first;
                stripe.first = held;
            }
            if (held.owner == Thread.currentThread()) {
                held.count++;
                return;
            }
            held.users++;
            own(held, budget, 1);
        }
    }

    /// @throws IllegalMonitorStateException when the current thread does not hold it
    void exit(Object object) {
        Stripe stripe = stripe(object);
        synchronized (stripe) {
            Held held = owned(stripe, object);
            held.count--;
            if (held.count == 0) {
                disown(held);
                leave(held);
            }
        }
    }

    /// As [Object#wait(long)].
    ///
    /// @param nanos 0 to wait for ever
    void await(Object object, @Nullable Budget budget, long nanos) throws InterruptedException {
        Stripe stripe = stripe(object);
        synchronized (stripe) {
            Held held = owned(stripe, object);
            int count = held.count;
            var waiter = new Waiter();
            if (held.waiters == null) {
                held.waiters = new ArrayDeque<>(1);
            }
            held.waiters.add(waiter);
            disown(held);
            try {
                untilNotified(stripe, waiter, nanos);
            } finally {
                held.waiters.remove(waiter);
                own(held, budget, count);
            }
        }
    }

    /// As [Object#notify()] and [Object#notifyAll()].
    void wake(Object object, boolean all) {
        Stripe stripe = stripe(object);
        synchronized (stripe) {
            Held held = owned(stripe, object);
            if (held.waiters == null) {
                return;
            }
            for (Waiter each : held.waiters) {
                boolean before = each.notified;
                each.notified = true;
                if (!all && !before) {
                    break;
                }
            }
            stripe.notifyAll();
        }
    }

    boolean holds(Object object) {
        Stripe stripe = stripe(object);
        synchronized (stripe) {
            Held held = find(stripe, object);
            return held != null && held.owner == Thread.currentThread();
        }
    }

    /// Gives back what a call still holds that has ended.
    static void releaseAll(Budget ended) {
        for (Held held = ended.held(); held != null; held = ended.held()) {
            synchronized (held.stripe) {
                disown(held);
                leave(held);
            }
        }
    }

    private static void untilNotified(Stripe stripe, Waiter waiter, long nanos)
            throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!waiter.notified) {
            long rest = nanos == 0 ? 0 : end - System.nanoTime();
            if (rest < 0) {
                return;
            }
            stripe.wait(rest / 1_000_000, (int) (rest % 1_000_000));
            if (nanos != 0 && end - System.nanoTime() <= 0) {
                return;
            }
        }
    }

    /// Waits until it is free and takes it. Nobody but the watchdog interrupts function threads.
    private static void own(Held held, @Nullable Budget budget, int count) {
        boolean owned = false;
        try {
            while (held.owner != null) {
                try {
                    held.stripe.wait();
                } catch (InterruptedException interrupted) {
                    Budget.checkStopped();
                }
            }
            held.owner = Thread.currentThread();
            held.count = count;
            if (budget != null) {
                held.budget = budget;
                held.below = budget.held();
                budget.held(held);
            }
            owned = true;
        } finally {
            if (!owned) {
                leave(held);
            }
        }
    }

    private static void disown(Held held) {
        held.owner = null;
        held.count = 0;
        Budget budget = held.budget;
        if (budget != null) {
            unlink(held, budget);
            held.budget = null;
        }
        if (held.users > 1) {
            held.stripe.notifyAll();
        }
    }

    private static void unlink(Held held, Budget budget) {
        if (budget.held() == held) {
            budget.held(held.below);
        } else {
            for (Held each = budget.held(); each != null; each = each.below) {
                if (each.below == held) {
                    each.below = held.below;
                    break;
                }
            }
        }
        held.below = null;
    }

    private static void leave(Held held) {
        held.users--;
        if (held.users > 0) {
            return;
        }
        Stripe stripe = held.stripe;
        if (stripe.first == held) {
            stripe.first = held.next;
            return;
        }
        for (Held each = stripe.first; each != null; each = each.next) {
            if (each.next == held) {
                each.next = held.next;
                return;
            }
        }
    }

    private static Held owned(Stripe stripe, Object object) {
        Held held = find(stripe, object);
        if (held == null || held.owner != Thread.currentThread()) {
            throw new IllegalMonitorStateException("current thread is not owner");
        }
        return held;
    }

    private static @Nullable Held find(Stripe stripe, Object object) {
        for (Held each = stripe.first; each != null; each = each.next) {
            if (each.object == object) {
                return each;
            }
        }
        return null;
    }

    private Stripe stripe(Object object) {
        int hash = System.identityHashCode(object);
        return stripes[(hash ^ (hash >>> 8)) & (STRIPES - 1)];
    }
}
