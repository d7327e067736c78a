package dev.rialto.hardening.standin;

import org.jspecify.annotations.Nullable;

/// See [Reference].
public class WeakReference<T> extends Reference<T> {
    public WeakReference(@Nullable T referent) {
        super(referent, null);
    }

    public WeakReference(@Nullable T referent, @Nullable ReferenceQueue<? super T> queue) {
        super(referent, queue);
    }
}
