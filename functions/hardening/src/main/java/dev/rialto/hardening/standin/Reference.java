package dev.rialto.hardening.standin;

import org.jspecify.annotations.Nullable;

/// A weak reference, whatever kind was asked for: a soft one would let a micro app fill the heap
/// that all share. The collector's own reference is a part of it that no code of others sees.
public abstract class Reference<T> {
    final Inner<T> inner;

    Reference(@Nullable T referent, @Nullable ReferenceQueue<? super T> queue) {
        inner = new Inner<>(referent, queue == null ? null : queue.inner, this);
    }

    public @Nullable T get() {
        return inner.get();
    }

    public final boolean refersTo(@Nullable T other) {
        return inner.refersTo(other);
    }

    public void clear() {
        inner.clear();
    }

    public boolean enqueue() {
        return inner.enqueue();
    }

    @Deprecated
    public boolean isEnqueued() {
        return inner.refersTo(null);
    }

    @SuppressWarnings("ReachabilityFenceUsage") // its callers' affair
    public static void reachabilityFence(@Nullable Object referent) {
        java.lang.ref.Reference.reachabilityFence(referent);
    }

    /// What the collector sees.
    static final class Inner<T> extends java.lang.ref.WeakReference<@Nullable T> {
        final Reference<T> outer;

        Inner(
                @Nullable T referent,
                java.lang.ref.@Nullable ReferenceQueue<Object> queue,
                Reference<T> outer) {
            super(referent, queue);
            this.outer = outer;
        }
    }
}
