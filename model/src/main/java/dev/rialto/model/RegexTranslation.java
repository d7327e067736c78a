package dev.rialto.model;

import com.google.re2j.Pattern;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;

/// One pass over a regular expression in the syntax that JavaScript and PCRE share, which writes it
/// in PostgreSQL's dialect and in RE2's. Option `x` is carried out here; `.` is written so that it
/// means the same in both; `\Q...\E` becomes escaped characters.
final class RegexTranslation {
    private static final int MAX_REPETITIONS = 255;
    private static final long MAX_PRODUCT = 100_000;

    private final String source;
    private final StringBuilder postgres = new StringBuilder();
    private final StringBuilder linear = new StringBuilder();
    private final StringBuilder literal = new StringBuilder();
    private boolean isLiteral = true;
    private boolean isAnchored;
    private boolean hasLookAround;
    private boolean ignoreCase;
    private boolean multiline;
    private boolean dotAll;
    private boolean extended;
    private long product = 1;
    private int at;

    private RegexTranslation(Predicate.Regex regex) {
        this.source = regex.pattern();
        options(regex.options());
    }

    static RegexTranslation of(Predicate.Regex regex) {
        var translation = new RegexTranslation(regex);
        translation.run();
        return translation;
    }

    String postgres() {
        return postgres.toString();
    }

    /// Embedded options. PostgreSQL's default lets `.` match line ends and ties `^` and `$` to the
    /// whole text; `w` ties them to lines.
    String postgresOptions() {
        String letters = (ignoreCase ? "i" : "") + (multiline ? "w" : "");
        return letters.isEmpty() ? "" : "(?" + letters + ")";
    }

    String linear() {
        return linear.toString();
    }

    int linearFlags() {
        return Pattern.DOTALL
                | (ignoreCase ? Pattern.CASE_INSENSITIVE : 0)
                | (multiline ? Pattern.MULTILINE : 0);
    }

    String literal() {
        return literal.toString();
    }

    boolean isLiteral() {
        return isLiteral;
    }

    boolean isAnchored() {
        return isAnchored;
    }

    boolean ignoresCase() {
        return ignoreCase;
    }

    boolean hasLookAround() {
        return hasLookAround;
    }

    static RialtoException bad(String why) {
        return new RialtoException(ErrorCode.INVALID_QUERY, "Invalid regular expression: " + why);
    }

    private void options(String letters) {
        for (int i = 0; i < letters.length(); i++) {
            switch (letters.charAt(i)) {
                case 'i' -> ignoreCase = true;
                case 'm' -> multiline = true;
                case 's' -> dotAll = true;
                case 'x' -> extended = true;
                case 'u' -> {}
                default -> throw bad("unknown option " + letters.charAt(i));
            }
        }
    }

    private void run() {
        if (source.indexOf('\0') >= 0) {
            throw bad("it must not contain the NUL character");
        }
        leadingOptions();
        while (at < source.length()) {
            char c = source.charAt(at);
            switch (c) {
                case '\\' -> escape();
                case '[' -> bracket();
                case '(' -> group();
                case '{' -> repetition();
                case '}' -> character('}');
                case '.' -> {
                    at++;
                    both(dotAll ? "." : "[^\\n]");
                }
                case '^' -> {
                    at++;
                    boolean first = linear.isEmpty() && !multiline && !isAnchored;
                    boolean stillLiteral = isLiteral;
                    both("^");
                    isAnchored = first;
                    isLiteral = first && stillLiteral;
                }
                case ')', '|', '*', '+', '?', '$' -> {
                    at++;
                    both(String.valueOf(c));
                }
                default -> plain(c);
            }
        }
    }

    private void plain(char c) {
        if (extended && Character.isWhitespace(c)) {
            at++;
        } else if (extended && c == '#') {
            int end = source.indexOf('\n', at);
            at = end < 0 ? source.length() : end + 1;
        } else {
            character(source.codePointAt(at));
        }
    }

    /// Takes the code point at the current position as itself.
    private void character(int codePoint) {
        at += Character.charCount(codePoint);
        literally(codePoint);
    }

    private void literally(int codePoint) {
        literal.appendCodePoint(codePoint);
        quoted(codePoint);
    }

    private void quoted(int codePoint) {
        if (codePoint < 128 && !Character.isLetterOrDigit(codePoint) && codePoint > ' ') {
            postgres.append('\\');
            linear.append('\\');
        }
        postgres.appendCodePoint(codePoint);
        linear.appendCodePoint(codePoint);
    }

    private void both(String text) {
        each(text, text);
    }

    private void each(String forPostgres, String forLinear) {
        isLiteral = false;
        postgres.append(forPostgres);
        linear.append(forLinear);
    }

    /// Options at the very start, `(?i)`, which PostgreSQL takes there only.
    private void leadingOptions() {
        if (source.startsWith("(?")) {
            int end = source.indexOf(')');
            if (end > 2 && source.substring(2, end).chars().allMatch(c -> "imsx".indexOf(c) >= 0)) {
                options(source.substring(2, end));
                at = end + 1;
            }
        }
    }

    private void escape() {
        char c = escaped();
        switch (c) {
            case 'd', 'w', 's' -> each("[" + ascii(c) + "]", "\\" + c);
            case 'D', 'W', 'S' -> each("[^" + ascii(Character.toLowerCase(c)) + "]", "\\" + c);
            case 't', 'n', 'r', 'f', 'v', 'A' -> both("\\" + c);
            case 'b' -> each("\\y", "\\b");
            case 'B' -> each("\\Y", "\\B");
            case 'z', 'Z' -> each("\\Z", "\\z");
            case 'Q' -> quotation();
            case 'E' -> {}
            case 'x', 'u' -> literally(code(c));
            default -> {
                refuseUnknown(c);
                at--;
                character(source.codePointAt(at));
            }
        }
    }

    /// What a class of characters stands for. PostgreSQL's own go beyond ASCII.
    private static String ascii(char c) {
        return switch (c) {
            case 'd' -> "0-9";
            case 'w' -> "A-Za-z0-9_";
            default -> " \\t\\n\\r\\f";
        };
    }

    /// The character after a backslash; moves behind it.
    private char escaped() {
        if (at + 1 >= source.length()) {
            throw bad("it ends with a backslash");
        }
        at += 2;
        return source.charAt(at - 1);
    }

    private static void refuseUnknown(char c) {
        if (c >= '0' && c <= '9') {
            throw bad("back references such as \\" + c + " are not supported");
        }
        if (c < 128 && Character.isLetter(c)) {
            throw bad("\\" + c + " is not supported");
        }
    }

    private void quotation() {
        int end = source.indexOf("\\E", at);
        int stop = end < 0 ? source.length() : end;
        while (at < stop) {
            character(source.codePointAt(at));
        }
        at = end < 0 ? stop : end + 2;
    }

    private int code(char kind) {
        int digits = kind == 'x' ? 2 : 4;
        if (at + digits > source.length()) {
            throw bad("\\" + kind + " needs " + digits + " hexadecimal digits");
        }
        try {
            int code = Integer.parseUnsignedInt(source, at, at + digits, 16);
            if (code == 0 || (code >= 0xD800 && code <= 0xDFFF)) {
                throw bad("\\" + kind + " must stand for a character");
            }
            at += digits;
            return code;
        } catch (NumberFormatException notHexadecimal) {
            throw bad("\\" + kind + " needs " + digits + " hexadecimal digits");
        }
    }

    private void bracket() {
        both("[");
        at++;
        if (at < source.length() && source.charAt(at) == '^') {
            both("^");
            at++;
        }
        boolean first = true;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == ']' && !first) {
                at++;
                both("]");
                return;
            }
            first = false;
            bracketPart(c);
        }
        throw bad("missing closing ]");
    }

    private void bracketPart(char c) {
        if (c == '\\') {
            bracketEscape(escaped());
        } else if (c == '[' && source.startsWith("[:", at) && source.indexOf(":]", at) > 0) {
            int end = source.indexOf(":]", at) + 2;
            both(source.substring(at, end));
            at = end;
        } else if (c == '-') {
            at++;
            both("-");
        } else {
            int codePoint = source.codePointAt(at);
            at += Character.charCount(codePoint);
            quoted(codePoint);
        }
    }

    private void bracketEscape(char c) {
        switch (c) {
            case 'd', 'D', 'w', 'W', 's', 'S' -> {
                each(Character.isLowerCase(c) ? ascii(c) : "\\" + c, "\\" + c);
                // A dash behind a set is no range.
                if (at + 1 < source.length()
                        && source.charAt(at) == '-'
                        && source.charAt(at + 1) != ']') {
                    at++;
                    both("\\-");
                }
            }
            case 't', 'n', 'r', 'f', 'v' -> both("\\" + c);
            case 'b' -> both("\b");
            case 'x', 'u' -> quoted(code(c));
            default -> {
                refuseUnknown(c);
                at--;
                int codePoint = source.codePointAt(at);
                at += Character.charCount(codePoint);
                quoted(codePoint);
            }
        }
    }

    private void group() {
        at++;
        if (!source.startsWith("?", at)) {
            both("(");
            return;
        }
        for (String kind : new String[] {"?:", "?=", "?!", "?<=", "?<!"}) {
            if (source.startsWith(kind, at)) {
                both("(" + kind);
                hasLookAround |= !kind.equals("?:");
                at += kind.length();
                return;
            }
        }
        throw bad("a group that starts with (? must be one of (?: (?= (?! (?<= (?<!");
    }

    private void repetition() {
        int end = source.indexOf('}', at);
        String inside = end < 0 ? "" : source.substring(at + 1, end);
        if (!inside.matches("\\d{1,9}(,\\d{0,9})?")) {
            character('{');
            return;
        }
        String[] bounds = inside.split(",", -1);
        int max = Integer.parseInt(bounds[0]);
        if (bounds.length == 2 && !bounds[1].isEmpty()) {
            max = Math.max(max, Integer.parseInt(bounds[1]));
        }
        if (max <= MAX_REPETITIONS) {
            product *= Math.max(1, max);
        }
        if (max > MAX_REPETITIONS || product > MAX_PRODUCT) {
            throw bad("it has too many repetitions; at most {255}, and fewer when nested");
        }
        both("{" + inside + "}");
        at = end + 1;
    }
}
