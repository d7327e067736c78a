package dev.rialto.files;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Ids;
import dev.rialto.kernel.RialtoException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name that a client gives a file: any string that is a valid file name everywhere. It has no
/// path separators, no invisible characters, and none with a meaning to file systems or shells.
///
/// @param text in Unicode's composed form, so that a name is the same however it was typed
record FileName(String text) {
    private static final int MAX_LENGTH = 128;
    private static final int MAX_BYTES = 384;
    private static final int MAX_STORED_LENGTH = 512;

    /// Letters with their marks and digits of any script, symbols, and the punctuation that is
    /// harmless in addresses, headers, paths and pages. Some scripts join letters invisibly.
    private static final Pattern ALLOWED =
            Pattern.compile(
                    "(?![. \\-\\p{M}])"
                            + "(?:[\\p{L}\\p{M}\\p{N}\\p{So}@. ~_()\\[\\]!&'+,=-]"
                            + "|(?<=[\\p{L}\\p{M}])[\\u200c\\u200d](?=\\p{L}))+"
                            + "(?<! )");

    private static final Pattern DIRECTORY =
            Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9_.-]*(/[a-zA-Z0-9_-][a-zA-Z0-9_.-]*)*");
    private static final int MAX_DIRECTORY_LENGTH = 90;

    FileName {
        text = Normalizer.normalize(text, Normalizer.Form.NFC);
        if (text.length() > MAX_LENGTH || bytes(text) > MAX_BYTES) {
            throw new RialtoException(ErrorCode.INVALID_FILE_NAME, "Filename too long.");
        }
        if (!ALLOWED.matcher(text).matches()) {
            throw new RialtoException(
                    ErrorCode.INVALID_FILE_NAME, "Filename contains invalid characters.");
        }
    }

    /// The part after the last dot, in lower case and without spaces; empty when there is none.
    String extension() {
        return writtenExtension().toLowerCase(Locale.ROOT);
    }

    /// The same of the name that a file is stored under, which may be longer.
    static String extension(String stored) {
        int dot = stored.lastIndexOf('.');
        return dot < 0 ? "" : stored.substring(dot + 1).replace(" ", "").toLowerCase(Locale.ROOT);
    }

    /// The extension in the case it was written in.
    String writtenExtension() {
        int dot = text.lastIndexOf('.');
        return dot < 0 ? "" : text.substring(dot + 1).replace(" ", "");
    }

    /// The name under which the file is stored: unguessable, so that only clients that know it can
    /// read the file.
    ///
    /// @param directory empty for none
    String stored(Ids ids, String directory) {
        String name = ids.hex(16) + "_" + text;
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /// Whether a file may be stored under this name; for others no lookup is needed.
    static boolean isStorable(String name) {
        if (bytes(name) > MAX_STORED_LENGTH) {
            return false;
        }
        int slash = name.lastIndexOf('/');
        return ALLOWED.matcher(name.substring(slash + 1)).matches()
                && (slash < 0 || DIRECTORY.matcher(name.substring(0, slash)).matches());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /// Rejects directories that could be mistaken for something else.
    static void checkDirectory(String directory) {
        if (directory.length() > MAX_DIRECTORY_LENGTH
                || !DIRECTORY.matcher(directory).matches()
                || directory.equals("metadata")
                || directory.startsWith("metadata/")) {
            throw new RialtoException(
                    ErrorCode.INVALID_FILE_NAME,
                    "Directory contains invalid characters, is too long, or is reserved.");
        }
    }
}
