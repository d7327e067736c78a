package dev.rialto.hardening;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values that library code keeps for the current call.
public final class CallValues {
    private CallValues() {}

    /// Those of the current call by their keys, which are told apart by identity. Outside of a call
    /// nothing is kept.
    public static Map<Object, @Nullable Object> current() {
        Budget budget = Budget.innermost();
        return budget == null ? new HashMap<>(2) : budget.values();
    }

    static Map<Object, @Nullable Object> empty() {
        return new IdentityHashMap<>(4);
    }
}
