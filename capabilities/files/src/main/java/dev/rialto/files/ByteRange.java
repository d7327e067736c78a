package dev.rialto.files;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The part of a file that a request asks for (RFC 9110, section 14).
sealed interface ByteRange {
    /// The whole file: for no range, an invalid one, or several.
    record Whole() implements ByteRange {}

    record Part(long from, long length) implements ByteRange {}

    /// Beyond the file's end.
    record Unsatisfiable() implements ByteRange {}

    Pattern SINGLE = Pattern.compile("\\s*bytes\\s*=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*");

    /// Reads a `Range` header.
    static ByteRange read(String header, long fileLength) {
        Matcher range = SINGLE.matcher(header);
        if (!range.matches()) {
            return new Whole();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty() ? new Whole() : suffix(Long.parseLong(last), fileLength);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return new Whole();
        }
        if (from >= fileLength) {
            return new Unsatisfiable();
        }
        return new Part(from, Math.min(to, fileLength - 1) - from + 1);
    }

    private static ByteRange suffix(long count, long fileLength) {
        if (count == 0 || fileLength == 0) {
            return new Unsatisfiable();
        }
        long length = Math.min(count, fileLength);
        return new Part(fileLength - length, length);
    }
}
