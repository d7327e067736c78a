package dev.rialto.runtime;

import dev.rialto.hardening.CallStopped;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The message and stack trace of a failure in a micro app's code, taken within the failed call.
/// The failure itself holds the classes of its revision, and runs their code whenever its message
/// is read or it is printed.
final class CodeFailure extends Exception {
    private static final int MAX_LENGTH = 8_000;
    private static final int MAX_FRAMES = 200;

    /// The failure's own `toString`.
    private final String text;

    private CodeFailure(String message, String text) {
        super(message, null, false, true);
        this.text = text;
    }

    /// Reads message and stack trace of a failure. Must be called within its call.
    ///
    /// @throws CallStopped if the call is ended meanwhile
    static CodeFailure of(Throwable failure) {
        String name = failure.getClass().getName();
        try {
            Throwable told = reason(failure);
            String message = told.getMessage();
            var taken =
                    new CodeFailure(
                            shortened(message == null ? told.getClass().getSimpleName() : message),
                            shortened(told.toString()));
            StackTraceElement[] stack = told.getStackTrace();
            taken.setStackTrace(Arrays.copyOf(stack, Math.min(stack.length, MAX_FRAMES)));
            return taken;
        } catch (CallStopped stopped) {
            throw stopped;
        } catch (Throwable another) {
            // Even its toString fails.
            var taken = new CodeFailure(name, name);
            taken.setStackTrace(new StackTraceElement[0]);
            return taken;
        }
    }

    /// The failure to report: for a class that can't be initialised, the cause.
    @SuppressWarnings("ReferenceEquality") // equals would be code of the micro app
    private static Throwable reason(Throwable failure) {
        Throwable told = failure;
        while (told instanceof ExceptionInInitializerError
                && told.getCause() != null
                && told.getCause() != told) {
            told = told.getCause();
        }
        return told;
    }

    private static String shortened(@Nullable String text) {
        String whole = String.valueOf(text);
        return whole.length() > MAX_LENGTH ? whole.substring(0, MAX_LENGTH) : whole;
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // it shows itself as the failure did
    public String toString() {
        return text;
    }
}
