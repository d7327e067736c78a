package dev.rialto.hardening.standin;

import dev.rialto.hardening.CallValues;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Values of a call rather than of a thread, which calls of all micro apps share. They are gone
/// when the call ends.
@SuppressWarnings("AvoidCommonTypeNames") // it stands for it
public class ThreadLocal<T> {
    public ThreadLocal() {}

    public static <S> ThreadLocal<S> withInitial(Supplier<? extends S> supplier) {
        return new ThreadLocal<>() {
            @Override
            protected @Nullable S initialValue() {
                return supplier.get();
            }
        };
    }

    protected @Nullable T initialValue() {
        return null;
    }

    @SuppressWarnings("unchecked") // only set() puts something there
    public @Nullable T get() {
        var values = CallValues.current();
        if (!values.containsKey(this)) {
            values.put(this, initialValue());
        }
        return (T) values.get(this);
    }

    public void set(@Nullable T value) {
        CallValues.current().put(this, value);
    }

    public void remove() {
        CallValues.current().remove(this);
    }
}
