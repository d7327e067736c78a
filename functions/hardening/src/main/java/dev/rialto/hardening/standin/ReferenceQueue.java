package dev.rialto.hardening.standin;

import org.jspecify.annotations.Nullable;

/// A queue of references whose objects are gone. It can be looked at, not waited for.
public class ReferenceQueue<T> {
    final java.lang.ref.ReferenceQueue<Object> inner = new java.lang.ref.ReferenceQueue<>();

    public ReferenceQueue() {}

    @SuppressWarnings("unchecked") // nothing else is registered with it
    public @Nullable Reference<? extends T> poll() {
        var gone = (Reference.Inner<? extends T>) (Object) inner.poll();
        return gone == null ? null : gone.outer;
    }
}
