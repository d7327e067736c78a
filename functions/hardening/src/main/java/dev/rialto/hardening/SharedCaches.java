package dev.rialto.hardening;

import java.nio.charset.CoderResult;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.TemporalField;

/// What hardened code calls where the JDK would keep a value that the code made in a table of the
/// whole server that forgets nothing.
public final class SharedCaches {
    /// No charset has longer sequences.
    private static final int MAX_SEQUENCE_LENGTH = 64;

    private SharedCaches() {}

    @InsteadOf(DateTimeFormatterBuilder.class)
    public static DateTimeFormatterBuilder appendText(
            DateTimeFormatterBuilder builder, TemporalField field) {
        return builder.appendText(ofTheJdk(field));
    }

    @InsteadOf(DateTimeFormatterBuilder.class)
    public static DateTimeFormatterBuilder appendText(
            DateTimeFormatterBuilder builder, TemporalField field, TextStyle style) {
        return builder.appendText(ofTheJdk(field), style);
    }

    @InsteadOf(value = CoderResult.class, isStatic = true)
    public static CoderResult malformedForLength(int length) {
        return CoderResult.malformedForLength(sequence(length));
    }

    @InsteadOf(value = CoderResult.class, isStatic = true)
    public static CoderResult unmappableForLength(int length) {
        return CoderResult.unmappableForLength(sequence(length));
    }

    /// The JDK looks up names by the field, and would keep a field of a micro app, and with it all
    /// its classes.
    private static TemporalField ofTheJdk(TemporalField field) {
        if (field.getClass().getClassLoader() != null) {
            throw new IllegalArgumentException(
                    "the JDK supports only its own fields: pass the names of "
                            + field.getClass().getSimpleName()
                            + " as a map");
        }
        return field;
    }

    private static int sequence(int length) {
        if (length > MAX_SEQUENCE_LENGTH) {
            throw new IllegalArgumentException(
                    "a result is about at most " + MAX_SEQUENCE_LENGTH + " bytes or characters");
        }
        return length;
    }
}
