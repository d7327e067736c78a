package dev.rialto.hardening;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/// Calls `toString` of a revision's values as the revision's own code would: a loop in `toString`
/// of Groovy or the JDK can be ended by force only above such code, see [StopPoints].
public final class RevisionStrings {
    private static final MethodType TYPE = MethodType.methodType(String.class, Object.class);

    private final MethodHandle text;

    private RevisionStrings(MethodHandle text) {
        this.text = text;
    }

    /// Those of the revision that was loaded by a loader.
    public static RevisionStrings of(ClassLoader revision) {
        try {
            Class<?> check = Class.forName(Brake.CHECK_CLASS.replace('/', '.'), true, revision);
            return new RevisionStrings(
                    MethodHandles.publicLookup().findStatic(check, "text", TYPE));
        } catch (ReflectiveOperationException absent) {
            throw new IllegalArgumentException("no hardened classes in " + revision, absent);
        }
    }

    /// @throws CallStopped when the call is ended meanwhile
    public String of(Object value) {
        try {
            @Nullable String made = (String) text.invokeExact(value);
            // What was sent to end the call by force arrives before the server's code goes on.
            FunctionThread.settleCurrent();
            return made == null ? "null" : made;
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable checked) {
            throw new IllegalStateException(checked);
        }
    }
}
