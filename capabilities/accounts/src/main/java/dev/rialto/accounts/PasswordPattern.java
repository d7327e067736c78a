package dev.rialto.accounts;

import dev.rialto.kernel.RialtoException;
import dev.rialto.model.Predicate;
import dev.rialto.model.TextPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A regular expression that passwords must match, in time linear in their length. Look-ahead at
/// its beginning, which passwords are usually described by, is carried out as several expressions.
final class PasswordPattern {
    static final int MAX_LENGTH = 500;

    private static final int MAX_PARTS = 20;
    private static final Pattern OPTIONS = Pattern.compile("\\(\\?([ims]{1,3})\\)");

    private final String text;
    private final List<Part> parts = new ArrayList<>();

    /// One of the expressions, and whether it must match or must not.
    private record Part(TextPattern pattern, boolean wanted) {}

    /// Reads an expression in JavaScript's syntax.
    ///
    /// @throws IllegalArgumentException when it is not valid, or can't be matched in linear time
    PasswordPattern(String text) {
        this.text = text;
        if (text.length() > MAX_LENGTH) {
            throw invalid("it must have at most " + MAX_LENGTH + " characters");
        }
        Matcher leading = OPTIONS.matcher(text);
        boolean hasOptions = leading.lookingAt();
        String options = hasOptions ? leading.group(1) : "";
        split(hasOptions ? text.substring(leading.end()) : text, options);
    }

    boolean matches(String password) {
        return parts.stream().allMatch(part -> part.pattern().isFoundIn(password) == part.wanted());
    }

    private void split(String pattern, String options) {
        if (!pattern.startsWith("^(?=") && !pattern.startsWith("^(?!")) {
            add(pattern, options, true);
            return;
        }
        if (options.contains("m")) {
            throw invalid("look-ahead can't be used with the option m");
        }
        int at = 1;
        while (pattern.startsWith("(?=", at) || pattern.startsWith("(?!", at)) {
            int end = closing(pattern, at);
            add(
                    "^(?:" + pattern.substring(at + 3, end) + ")",
                    options,
                    pattern.charAt(at + 2) == '=');
            at = end + 1;
        }
        String rest = pattern.substring(at);
        if (!rest.isEmpty() && "*+?{".indexOf(rest.charAt(0)) >= 0) {
            throw invalid("look-ahead can't be repeated");
        }
        if (hasAlternatives(rest)) {
            throw invalid("alternatives beside look-ahead must be in parentheses");
        }
        if (!rest.isEmpty()) {
            add("^" + rest, options, true);
        }
    }

    private void add(String pattern, String options, boolean wanted) {
        if (parts.size() == MAX_PARTS) {
            throw invalid("it must have at most " + MAX_PARTS + " look-aheads");
        }
        try {
            TextPattern compiled = TextPattern.of(new Predicate.Regex(pattern, options));
            if (!compiled.runsInMemory()) {
                throw invalid("look-ahead may only be used at the beginning, after ^");
            }
            parts.add(new Part(compiled, wanted));
        } catch (RialtoException bad) {
            throw invalid(String.valueOf(bad.getMessage()));
        }
    }

    /// The position of the parenthesis that closes the one at a position.
    private static int closing(String pattern, int open) {
        int depth = 0;
        for (int at = open; at < pattern.length(); at = next(pattern, at)) {
            char c = pattern.charAt(at);
            if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return at;
            }
        }
        throw invalid("a parenthesis is not closed");
    }

    private static boolean hasAlternatives(String pattern) {
        int depth = 0;
        for (int at = 0; at < pattern.length(); at = next(pattern, at)) {
            switch (pattern.charAt(at)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '|' -> {
                    if (depth == 0) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /// The position after a character, an escape or a class in brackets.
    private static int next(String pattern, int at) {
        if (pattern.charAt(at) == '\\') {
            return at + 2;
        }
        if (pattern.charAt(at) != '[') {
            return at + 1;
        }
        int inside = at + 1;
        while (inside < pattern.length() && pattern.charAt(inside) != ']') {
            inside += pattern.charAt(inside) == '\\' ? 2 : 1;
        }
        return inside + 1;
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("accounts.password-pattern is not valid: " + why);
    }

    @Override
    public String toString() {
        return text;
    }
}
