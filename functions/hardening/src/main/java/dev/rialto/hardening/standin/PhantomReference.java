package dev.rialto.hardening.standin;

import org.jspecify.annotations.Nullable;

/// See [Reference]. What it refers to is never told.
public class PhantomReference<T> extends Reference<T> {
    public PhantomReference(@Nullable T referent, @Nullable ReferenceQueue<? super T> queue) {
        super(referent, queue);
    }

    @Override
    public @Nullable T get() {
        return null;
    }
}
