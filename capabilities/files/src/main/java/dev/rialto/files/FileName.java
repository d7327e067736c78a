package dev.rialto.files;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name that a client gives a file.
///
/// @param text letters, digits and `@ . ~ _ -` and spaces; begins with a letter, digit or `_`
record FileName(String text) {
    private static final int LONGEST = 128;
    private static final int LONGEST_STORED = 255;
    private static final Pattern ALLOWED = Pattern.compile("[_a-zA-Z0-9][a-zA-Z0-9@. ~_-]*");
    private static final Pattern DIRECTORY =
            Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9_.-]*(/[a-zA-Z0-9_-][a-zA-Z0-9_.-]*)*");
    private static final int LONGEST_DIRECTORY = 90;

    FileName {
        if (text.length() > LONGEST) {
            throw new RialtoException(ErrorCode.INVALID_FILE_NAME, "Filename too long.");
        }
        if (!ALLOWED.matcher(text).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_FILE_NAME, "Filename contains invalid characters.");
        }
    }

    /// The part after the last dot, in lower case and without spaces; empty when there is none.
    String extension() {
        int dot = text.lastIndexOf('.');
        return dot < 0 ? "" : text.substring(dot + 1).replace(" ", "").toLowerCase(Locale.ROOT);
    }

    /// The name under which the file is stored: unguessable, so that knowing it is the right to
    /// read the file.
    ///
    /// @param directory empty for none
    String stored(Ids ids, String directory) {
        String name = ids.hex(16) + "_" + text;
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /// Whether a file may be stored under this name; others need not be looked for.
    static boolean isStorable(String name) {
        if (name.length() > LONGEST_STORED) {
            return false;
        }
        int slash = name.lastIndexOf('/');
        return ALLOWED.matcher(name.substring(slash + 1)).matches()
                && (slash < 0 || DIRECTORY.matcher(name.substring(0, slash)).matches());
    }

    /// Refuses directories that could be mistaken for something else.
    static void checkDirectory(String directory) {
        if (directory.length() > LONGEST_DIRECTORY
                || !DIRECTORY.matcher(directory).matches()
                || directory.equals("metadata")
                || directory.startsWith("metadata/")) {
            throw new RialtoException(
                    ErrorCode.INVALID_FILE_NAME,
                    "Directory contains invalid characters, is too long, or is reserved.");
        }
    }
}
