package dev.rialto.schema;

import dev.rialto.model.ClassSchema;
import java.util.Optional;

/// The message between nodes about a changed class.
///
/// @param version the current one; 0 if it was dropped
public record Announcement(String className, long version) {
    /// A separator that no class name contains.
    private static final char SEPARATOR = ':';

    static Announcement of(ClassSchema schema) {
        return new Announcement(schema.name(), schema.version());
    }

    static Announcement gone(String className) {
        return new Announcement(className, 0);
    }

    /// Reads what [#text] wrote.
    ///
    /// @return empty for other strings
    public static Optional<Announcement> read(String text) {
        int end = text.indexOf(SEPARATOR);
        try {
            return end < 0
                    ? Optional.empty()
                    : Optional.of(
                            new Announcement(
                                    text.substring(0, end),
                                    Long.parseLong(text.substring(end + 1))));
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    String text() {
        return className + SEPARATOR + version;
    }
}
