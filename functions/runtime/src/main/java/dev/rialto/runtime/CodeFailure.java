package dev.rialto.runtime;

import dev.rialto.hardening.CallStopped;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is told of a failure of a micro app's code: its words and its stack, taken within the call
/// that failed. The failure itself holds the classes of its revision, and runs their code whenever
/// it is asked for its message or printed.
final class CodeFailure extends Exception {
    private static final int LONGEST = 8_000;
    private static final int MOST_FRAMES = 200;

    /// As the failure shows itself.
    private final String text;

    private CodeFailure(String message, String text) {
        super(message, null, false, true);
        this.text = text;
    }

    /// Asks a failure for all that is to be told. To be called within its call.
    ///
    /// @throws CallStopped when the call is ended meanwhile
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
            taken.setStackTrace(Arrays.copyOf(stack, Math.min(stack.length, MOST_FRAMES)));
            return taken;
        } catch (CallStopped stopped) {
            throw stopped;
        } catch (Throwable another) {
            // It can't even say what it is.
            var taken = new CodeFailure(name, name);
            taken.setStackTrace(new StackTraceElement[0]);
            return taken;
        }
    }

    /// What is to be told of a failure. That a class can't be initialised is no news without the
    /// reason.
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
        return whole.length() > LONGEST ? whole.substring(0, LONGEST) : whole;
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // it shows itself as the failure did
    public String toString() {
        return text;
    }
}
