package dev.rialto.hardening;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Replaces methods that match regular expressions in hardened code: see [GuardedCharSequence].
public final class GuardedPatterns {
    private GuardedPatterns() {}

    @InsteadOf(value = Pattern.class, isStatic = true)
    public static Pattern compile(String regex, int flags) {
        if ((flags & Pattern.CANON_EQ) != 0) {
            throw new IllegalArgumentException("CANON_EQ takes too long: normalize the string");
        }
        return Pattern.compile(regex, flags);
    }

    @InsteadOf(Pattern.class)
    public static Matcher matcher(Pattern pattern, CharSequence text) {
        return pattern.matcher(new GuardedCharSequence(text));
    }

    @InsteadOf(Matcher.class)
    public static Matcher reset(Matcher matcher, CharSequence text) {
        return matcher.reset(new GuardedCharSequence(text));
    }

    @InsteadOf(value = Pattern.class, isStatic = true)
    public static boolean matches(String regex, CharSequence text) {
        return matcher(Pattern.compile(regex), text).matches();
    }

    @InsteadOf(Pattern.class)
    public static String[] split(Pattern pattern, CharSequence text) {
        return pattern.split(new GuardedCharSequence(text));
    }

    @InsteadOf(Pattern.class)
    public static String[] split(Pattern pattern, CharSequence text, int limit) {
        return pattern.split(new GuardedCharSequence(text), limit);
    }

    @InsteadOf(Pattern.class)
    public static String[] splitWithDelimiters(Pattern pattern, CharSequence text, int limit) {
        return pattern.splitWithDelimiters(new GuardedCharSequence(text), limit);
    }

    @InsteadOf(Pattern.class)
    public static Stream<String> splitAsStream(Pattern pattern, CharSequence text) {
        return pattern.splitAsStream(new GuardedCharSequence(text));
    }

    @InsteadOf(Pattern.class)
    public static Predicate<String> asPredicate(Pattern pattern) {
        return text -> matcher(pattern, text).find();
    }

    @InsteadOf(Pattern.class)
    public static Predicate<String> asMatchPredicate(Pattern pattern) {
        return text -> matcher(pattern, text).matches();
    }

    @InsteadOf(String.class)
    public static boolean matches(String text, String regex) {
        return matcher(Pattern.compile(regex), text).matches();
    }

    @InsteadOf(String.class)
    public static String replaceAll(String text, String regex, String replacement) {
        return matcher(Pattern.compile(regex), text).replaceAll(replacement);
    }

    @InsteadOf(String.class)
    public static String replaceFirst(String text, String regex, String replacement) {
        return matcher(Pattern.compile(regex), text).replaceFirst(replacement);
    }

    @InsteadOf(String.class)
    public static String[] split(String text, String regex) {
        return split(text, regex, 0);
    }

    @InsteadOf(String.class)
    public static String[] split(String text, String regex, int limit) {
        // One plain character is what the JDK splits by without a pattern.
        boolean plain = regex.length() == 1 && ".$|()[{^?*+\\".indexOf(regex.charAt(0)) < 0;
        return plain
                ? text.split(regex, limit)
                : Pattern.compile(regex).split(new GuardedCharSequence(text), limit);
    }

    @InsteadOf(String.class)
    public static String[] splitWithDelimiters(String text, String regex, int limit) {
        return Pattern.compile(regex).splitWithDelimiters(new GuardedCharSequence(text), limit);
    }
}
