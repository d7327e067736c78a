package dev.rialto.hardening.standin;

import java.security.PrivilegedAction;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import org.jspecify.annotations.Nullable;

/// Calls what it is given, as the JDK has done since it has no security manager.
public final class AccessController {
    private AccessController() {}

    public static <T> @Nullable T doPrivileged(PrivilegedAction<T> action) {
        return action.run();
    }

    public static <T> @Nullable T doPrivileged(PrivilegedExceptionAction<T> action)
            throws PrivilegedActionException {
        try {
            return action.run();
        } catch (RuntimeException unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            throw new PrivilegedActionException(checked);
        }
    }
}
