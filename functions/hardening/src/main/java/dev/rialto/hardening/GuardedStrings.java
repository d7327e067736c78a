package dev.rialto.hardening;

import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Replaces methods that create Strings in hardened code: the size of a long String is charged to
/// the budget before it is created.
///
/// The `rialto` script keeps the JVM from inlining [#plus]: inlined, it made up two thirds of the
/// compiled code of a small function.
@SuppressWarnings(
        "UnnecessaryStringBuilder") // with +, it is slower once other Strings were created
public final class GuardedStrings {
    private GuardedStrings() {}

    /// Concatenates Strings, as `+` does.
    public static String plus(String first, String second) {
        Guard.parts((long) first.length() + second.length());
        return new StringBuilder().append(first).append(second).toString();
    }

    public static String plus(String first, String second, String third) {
        Guard.parts((long) first.length() + second.length() + third.length());
        return new StringBuilder().append(first).append(second).append(third).toString();
    }

    public static String plus(String first, String second, String third, String fourth) {
        Guard.parts((long) first.length() + second.length() + third.length() + fourth.length());
        return new StringBuilder()
                .append(first)
                .append(second)
                .append(third)
                .append(fourth)
                .toString();
    }

    @InsteadOf(String.class)
    public static String repeat(String text, int count) {
        Guard.reserve((long) text.length() * count);
        return text.repeat(count);
    }

    @InsteadOf(String.class)
    public static String indent(String text, int columns) {
        if (columns > 0) {
            Guard.reserve(text.lines().count() * columns);
        }
        return text.indent(columns);
    }

    @InsteadOf(String.class)
    public static String concat(String text, String more) {
        Guard.reserve((long) text.length() + more.length());
        return text.concat(more);
    }

    @InsteadOf(String.class)
    public static String replace(String text, CharSequence target, CharSequence replacement) {
        int found = target.length();
        int grows = replacement.length() - found;
        long max = (long) (text.length() / Math.max(1, found) + 1) * grows;
        if (max > Guard.SMALL_BYTES) {
            Guard.reserve(text.length() + (long) count(text, target.toString()) * grows);
        }
        return text.replace(target, replacement);
    }

    @InsteadOf(value = String.class, isStatic = true)
    public static String join(CharSequence delimiter, CharSequence... elements) {
        long length = 0;
        for (CharSequence each : elements) {
            length += delimiter.length() + String.valueOf(each).length();
        }
        Guard.reserve(length);
        return String.join(delimiter, elements);
    }

    @InsteadOf(value = String.class, isStatic = true)
    public static String join(CharSequence delimiter, Iterable<? extends CharSequence> elements) {
        var joiner = new StringJoiner(delimiter);
        for (CharSequence each : elements) {
            Budget.checkStopped();
            add(joiner, each);
        }
        return joiner.toString();
    }

    @InsteadOf(StringJoiner.class)
    public static StringJoiner add(StringJoiner joiner, CharSequence element) {
        String text = String.valueOf(element);
        if (text.length() > Guard.SMALL_BYTES / 16) {
            Guard.reserve((long) joiner.length() + text.length());
        }
        return joiner.add(text);
    }

    @InsteadOf(value = String.class, isStatic = true)
    public static String format(String format, Object... values) {
        return String.format(padded(format), values);
    }

    @InsteadOf(value = String.class, isStatic = true)
    public static String format(Locale locale, String format, Object... values) {
        return String.format(locale, padded(format), values);
    }

    @InsteadOf(String.class)
    public static String formatted(String format, Object... values) {
        return String.format(padded(format), values);
    }

    @InsteadOf(StringBuilder.class)
    public static StringBuilder append(StringBuilder builder, String text) {
        grow(builder, text);
        return builder.append(text);
    }

    @InsteadOf(StringBuilder.class)
    public static StringBuilder append(StringBuilder builder, CharSequence text) {
        grow(builder, text);
        return builder.append(text);
    }

    @InsteadOf(StringBuilder.class)
    public static StringBuilder insert(StringBuilder builder, int offset, String text) {
        grow(builder, text);
        return builder.insert(offset, text);
    }

    @InsteadOf(StringBuilder.class)
    public static StringBuilder repeat(StringBuilder builder, CharSequence text, int count) {
        Guard.reserve(builder.length() + (long) text.length() * count);
        return builder.repeat(text, count);
    }

    @InsteadOf(StringBuilder.class)
    public static StringBuilder repeat(StringBuilder builder, int codePoint, int count) {
        Guard.reserve(builder.length() + (long) count);
        return builder.repeat(codePoint, count);
    }

    @InsteadOf(StringBuffer.class)
    public static StringBuffer append(StringBuffer buffer, String text) {
        grow(buffer, text);
        return buffer.append(text);
    }

    @InsteadOf(StringBuffer.class)
    public static StringBuffer append(StringBuffer buffer, CharSequence text) {
        grow(buffer, text);
        return buffer.append(text);
    }

    @InsteadOf(StringBuffer.class)
    public static StringBuffer insert(StringBuffer buffer, int offset, String text) {
        grow(buffer, text);
        return buffer.insert(offset, text);
    }

    @InsteadOf(StringBuffer.class)
    public static StringBuffer repeat(StringBuffer buffer, CharSequence text, int count) {
        Guard.reserve(buffer.length() + (long) text.length() * count);
        return buffer.repeat(text, count);
    }

    @InsteadOf(StringBuffer.class)
    public static StringBuffer repeat(StringBuffer buffer, int codePoint, int count) {
        Guard.reserve(buffer.length() + (long) count);
        return buffer.repeat(codePoint, count);
    }

    private static void grow(CharSequence builder, @Nullable CharSequence by) {
        if (by != null && by.length() > Guard.SMALL_BYTES) {
            Guard.reserve((long) builder.length() + by.length());
        }
    }

    private static int count(String text, String target) {
        if (target.isEmpty()) {
            return text.length() + 1;
        }
        int count = 0;
        for (int at = text.indexOf(target);
                at >= 0;
                at = GuardedSearches.indexOf(text, target, at + target.length())) {
            count++;
        }
        return count;
    }

    /// Counts the widths of a format as if all of them were filled.
    private static String padded(String format) {
        long width = 0;
        long number = 0;
        for (int i = 0; i < format.length(); i++) {
            char digit = format.charAt(i);
            if (digit >= '0' && digit <= '9') {
                number = Math.min(number * 10 + digit - '0', Integer.MAX_VALUE);
            } else {
                width += number;
                number = 0;
            }
        }
        Guard.reserve(width);
        return format;
    }
}
