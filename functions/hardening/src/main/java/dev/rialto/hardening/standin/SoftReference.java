package dev.rialto.hardening.standin;

import org.jspecify.annotations.Nullable;

/// See [Reference].
public class SoftReference<T> extends Reference<T> {
    public SoftReference(@Nullable T referent) {
        super(referent, null);
    }

    public SoftReference(@Nullable T referent, @Nullable ReferenceQueue<? super T> queue) {
        super(referent, queue);
    }
}
